package kube

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/profile/plain"
)

// podSeeds are pods as an API server sends them, and some as it never would.
var podSeeds = []string{
	`{"metadata":{"name":"a-1","namespace":"shop","uid":"u","creationTimestamp":"2026-03-01T14:00:00Z"},"spec":{"nodeName":"n","containers":[{"name":"app","image":"shop:1.2","ports":[{"name":"pprof","containerPort":6060}],"resources":{"limits":{"memory":"256Mi"}}}]},"status":{"phase":"Running","containerStatuses":[{"name":"app","ready":true,"restartCount":3,"containerID":"containerd://1","state":{"running":{"startedAt":"2026-03-01T14:00:00Z"}},"lastState":{"terminated":{"reason":"OOMKilled","exitCode":137,"finishedAt":"2026-03-01T13:59:00Z"}}}]}}`,
	`{"metadata":{"name":"x\u001b[31m","namespace":"\u202e","deletionTimestamp":"9999-12-31T00:00:00Z"},"spec":{"containers":[{"name":"","ports":[{"containerPort":-1},{"containerPort":2147483647}],"resources":{"limits":{"memory":"-9E"}}}]},"status":{"containerStatuses":[{"name":"","restartCount":-5,"state":{"waiting":{"reason":"\u009bCrash","message":"\u2028"}}}]}}`,
	`{"spec":{"initContainers":[{"name":"side","restartPolicy":"Always","ports":[{"name":"metrics","containerPort":6060}]}],"containers":[{"name":"app"}]},"status":{"phase":"Pending","conditions":[{"type":"PodScheduled","status":"False","message":"0/3 nodes"}]}}`,
	`{}`, `null`, `{"spec":{"containers":[{},{}]},"status":{"containerStatuses":[{},{}]}}`,
}

func checkPlainText(t *testing.T, what, s string) {
	t.Helper()
	if plain.Line(s) != s {
		t.Errorf("%s is not safe to show: %q", what, s)
	}
}

// FuzzPod calls everything that reads a pod.
func FuzzPod(f *testing.F) {
	for i, s := range podSeeds {
		f.Add([]byte(s), []byte(podSeeds[(i+1)%len(podSeeds)]), "app")
	}
	now := time.Date(2026, 3, 1, 15, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, was, is []byte, wanted string) {
		var prev, next corev1.Pod
		if json.Unmarshal(was, &prev) != nil || json.Unmarshal(is, &next) != nil {
			return
		}
		for _, c := range sortedCandidates([]corev1.Pod{prev, next}, wanted, now) {
			if c.Restarts < 0 || c.Limit < 0 {
				t.Errorf("%d restarts, limit %d", c.Restarts, c.Limit)
			}
			for _, s := range []string{c.Namespace, c.Name, c.Container, c.Phase, c.Node, c.Reason, c.LastExit, c.RestartCountText()} {
				checkPlainText(t, "a candidate", s)
			}
			_ = c.IsCrashLooping()
		}
		ports, err := podstate.PortsFor(&next, wanted)
		if err != nil {
			checkPlainText(t, "an error", err.Error())
		}
		ports = append(ports, podstate.Port{})
		for _, p := range ports {
			got := podstate.FactsOf(&next, p, wanted, now)
			if got.Limit < 0 || got.Restarts < 0 {
				t.Errorf("limit %d, %d restarts", got.Limit, got.Restarts)
			}
			checkPlainText(t, "a name", got.Name)
			checkPlainText(t, "a container", got.Container)
		}
		names := podstate.ContainerNames(&next)
		text, _ := podstate.DescribeChange(&prev, &next, names, now)
		checkPlainText(t, "a change", text)
		_, _ = podstate.ProcessIdentity(&next, names), podstate.IsStale(&prev, &next, names)
	})
}

// FuzzAnswers runs against an API server that answers every request with the
// same bytes.
func FuzzAnswers(f *testing.F) {
	for _, s := range podSeeds {
		f.Add([]byte(s), uint16(200))
		f.Add([]byte(`{"kind":"PodList","apiVersion":"v1","items":[`+s+`]}`), uint16(200))
	}
	f.Add([]byte(`{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","message":"pods \"x\" is \u001b[2Jforbidden","code":403}`), uint16(403))
	f.Add([]byte("<html>proxy"), uint16(502))
	f.Add([]byte(`{"kind":"Service","apiVersion":"v1","spec":{"selector":{"a":"b"},"ports":[{"port":80,"targetPort":"pprof"}]}}`), uint16(200))
	type answer struct {
		body []byte
		code int
	}
	var now atomic.Pointer[answer]
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		a := now.Load()
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(a.code)
		_, _ = w.Write(a.body)
	}))
	f.Cleanup(server.Close)
	config := filepath.Join(f.TempDir(), "config")
	if err := os.WriteFile(config, []byte(`{"clusters":[{"name":"c","cluster":{"server":"`+server.URL+`"}}],"contexts":[{"name":"x","context":{"cluster":"c","namespace":"shop"}}],"current-context":"x"}`), 0o600); err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, body []byte, code uint16) {
		now.Store(&answer{body, 200 + int(code)%400})
		c, err := Connect(t.Context(), Options{Kubeconfig: config})
		if err != nil {
			checkPlainText(t, "an error", err.Error())
			return
		}
		defer func() { _ = c.Close() }()
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		for _, ref := range []string{"pod/a-1", "deploy/a", "svc/a:80", "job/a"} {
			r, err := ParseRef(ref)
			if err != nil {
				t.Fatal(err)
			}
			found, err := c.Find(ctx, r)
			if err != nil {
				checkPlainText(t, "an error", err.Error())
			}
			for _, candidate := range found {
				checkPlainText(t, "a candidate", candidate.Name+candidate.Reason+candidate.LastExit)
			}
		}
	})
}

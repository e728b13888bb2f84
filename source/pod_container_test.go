package source

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// openContainer opens a pod with a container chosen, or with none if it is empty.
func openContainer(t *testing.T, c *kubetest.Cluster, arg, container string) (*podSource, error) {
	t.Helper()
	return openPodsWith(t, c, arg, Options{Kube: kube.Options{Container: container}})
}

// newPodWithSidecar returns a pod whose service serves pprof on port 6060, which it does not declare, and whose native
// sidecar serves pprof on the port "metrics", which it declares.
func newPodWithSidecar(c *kubetest.Cluster) *kubetest.Pod {
	spec := kubetest.Sidecar(kubetest.Ports(map[string]int32{"web": 8080}), "side", map[string]int32{"metrics": 9090})
	spec.Containers[0].Command = []string{"/checkout"}
	spec.Containers[0].Resources = kubetest.Memory("256Mi", "128Mi")
	spec.InitContainers[0].Resources = kubetest.Memory("64Mi", "32Mi")
	return c.Run(kubetest.Template{
		Name: "side", Spec: spec, Serve: map[int]http.Handler{6060: nil, 8080: http.NotFoundHandler()},
		Sidecars: map[string]map[int]http.Handler{"side": {9090: nil}},
	})[0]
}

// A sidecar that declares a port named metrics and serves pprof there does not hide the service, whose port is not
// declared. Otherwise the sidecar would be reported as steady while the service is OOM-killed.
func TestMainContainerFirst(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	pod := newPodWithSidecar(c)
	src, err := openContainer(t, c, "pod/side", "")
	if err != nil {
		t.Fatal(err)
	}
	if src.Name() != "shop/side app:6060" {
		t.Errorf("got name %q", src.Name())
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "the service's facts", func() bool { return h.heaps > 0 && h.facts.ContainerName == "app" && h.facts.Limit == 256<<20 })
	h.waitForDiagnostic(t, profile.CodeOtherContainer, "container side of this pod serves pprof too, at port 9090 (metrics); watch it with -c side")
	container := func() string { return h.facts.Container }
	before := readReceived(h, container)
	pod.Restart("side", "Error", 1, 0)
	h.waitForDiagnostic(t, profile.CodeOtherRestarts, "container side of this pod keeps restarting, last exit Error, exit 1, and app is watched; watch it with -c side")
	if strings.Contains(h.eventTexts(), "restart:") || readReceived(h, container) != before {
		t.Errorf("a restart of the sidecar was counted as one of the service: %s", h.eventTexts())
	}
}

// With -c the declared ports of that container are tried first, and the OOM-killed service is reported.
func TestSidecarChosen(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	pod := newPodWithSidecar(c)
	pod.Restart("app", "OOMKilled", 137, 0)
	src, err := openContainer(t, c, "pod/side", "side")
	if err != nil {
		t.Fatal(err)
	}
	if src.Name() != "shop/side side:9090" {
		t.Errorf("got name %q", src.Name())
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "the sidecar's facts", func() bool {
		return h.heaps > 0 && h.facts.ContainerName == "side" && h.facts.Limit == 64<<20 && h.facts.Restarts == 0
	})
	h.waitForDiagnostic(t, profile.CodeOtherRestarts, "container app of this pod keeps restarting, last exit OOMKilled, exit 137, and side is watched; watch it with -c app")
}

// A port that no container declares is not attributed to the chosen container if the process says otherwise.
func TestUndeclaredPortOfAnotherContainer(t *testing.T) {
	t.Parallel()
	two := func(app, side corev1.Container) corev1.PodSpec {
		app.Name, side.Name = "app", "side"
		return corev1.PodSpec{Containers: []corev1.Container{app, side}}
	}
	for name, tc := range map[string]struct {
		spec  corev1.PodSpec
		serve http.Handler
		later bool // the sidecar starts long after the service
	}{
		"by its command line": {two(corev1.Container{Command: []string{"/checkout"}}, corev1.Container{}), nil, false},
		"by its start":        {two(corev1.Container{}, corev1.Container{}), kubetest.WithMetrics{}, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := kubetest.New(t)
			pod := c.Run(kubetest.Template{Name: "side", Spec: tc.spec, Serve: map[int]http.Handler{6060: tc.serve}})[0]
			if tc.later {
				pod.Edit(func(p *corev1.Pod) {
					at := &p.Status.ContainerStatuses[1].State.Running.StartedAt
					at.Time = at.Add(time.Hour)
				})
			}
			_, err := openContainer(t, c, "pod/side", "side")
			if err == nil || !strings.Contains(err.Error(), "find pprof of container side in pod shop/side: port 6060 is served by container app; watch that one with -c app") {
				t.Errorf("got %v", err)
			}
			src, err := openContainer(t, c, "pod/side", "app")
			if err != nil {
				t.Fatal(err)
			}
			h := collectMessages(t, src)
			h.waitUntil(t, "a heap", func() bool { return h.heaps > 0 })
			if src.Name() != "shop/side app:6060" {
				t.Errorf("got name %q", src.Name())
			}
		})
	}
}

// If the process does not identify itself, a restart does: the container that restarted when the connection broke is
// the one behind the port.
func TestContainerIsLearnedFromItsEnd(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	spec := corev1.PodSpec{Containers: []corev1.Container{{Name: "app", Resources: kubetest.Memory("256Mi", "1Mi")}, {Name: "side", Resources: kubetest.Memory("64Mi", "1Mi")}}}
	pod := c.Run(kubetest.Template{Name: "side", Spec: spec})[0]
	src, err := openContainer(t, c, "pod/side", "side")
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "a heap", func() bool { return h.heaps > 0 })
	h.waitForDiagnostic(t, profile.CodeContainerUnsure, "container side does not declare port 6060: its limit and restarts are shown, but another container may be the one that responds")
	pod.Restart("app", "OOMKilled", 137, 200*time.Millisecond)
	h.waitForDiagnostic(t, profile.CodeWrongContainer, "port 6060 belongs to container app, not to side, which was requested; watch it with -c app, or name the port that side serves pprof on, as in pod/NAME:PORT")
	h.waitUntil(t, "the service's facts", func() bool { return h.heaps > 0 && h.facts.ContainerName == "app" && h.facts.Limit == 256<<20 })
	if !strings.Contains(h.eventTexts(), "restart: restarted") {
		t.Errorf("the restart is not reported: %s", h.eventTexts())
	}
}

// waitForDiagnostic waits for a diagnostic that contains the text.
func (r *received) waitForDiagnostic(t *testing.T, code profile.Code, text string) {
	t.Helper()
	r.waitUntil(t, string(code)+": "+text, func() bool {
		return slices.ContainsFunc(r.diagnostics, func(d profile.Diagnostic) bool { return d.Code == code && d.String() == text })
	})
}

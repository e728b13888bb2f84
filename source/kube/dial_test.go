package kube

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"

	"github.com/google/go-cmp/cmp"
	apierrors "k8s.io/apimachinery/pkg/api/errors"

	until "github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// forEachTransport runs f over WebSocket and over SPDY.
func forEachTransport(t *testing.T, f func(t *testing.T, c *kubetest.Cluster, pods []*kubetest.Pod, o Options)) {
	for _, spdy := range []bool{false, true} {
		name := map[bool]string{false: "WebSocket", true: "SPDY"}[spdy]
		t.Run(name, func(t *testing.T) {
			c, pods, o := startCluster(t, 1)
			c.RefuseWebSocket(spdy)
			f(t, c, pods, o)
		})
	}
}

func TestDialReachesPprof(t *testing.T) {
	t.Parallel()
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, pods []*kubetest.Pod, o Options) {
		p := followPod(t, o, "deploy/checkout:6060")
		poll := newPoller(t, p, "6060")
		if got := poll.mustGet(t, "/whoami"); got != pods[0].Process("app") {
			t.Errorf("reached process %s, want %s", got, pods[0].Process("app"))
		}
		c.TakeRequests()
		for range 20 {
			heap := poll.mustGet(t, "/debug/pprof/heap")
			if !strings.HasPrefix(heap, "\x1f\x8b") {
				t.Fatalf("heap is no gzip: %.20q", heap)
			}
		}
		if asked := c.TakeRequests(); len(asked) > 0 {
			t.Errorf("20 polls asked the API server for %v, want one connection kept", asked)
		}
	})
}

func TestDialLargeBodyBothWays(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	echo := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { _, _ = io.Copy(w, r.Body) })
	c.Run(kubetest.Template{Name: "one", Serve: map[int]http.Handler{6060: echo}})
	p := followPod(t, Options{Kubeconfig: c.Kubeconfig()}, "one:6060")
	body := strings.Repeat("0123456789abcdef", 1<<16) // 1 MiB
	resp, err := newPoller(t, p, "6060").Post("http://pod:6060/", "text/plain", strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || string(got) != body {
		t.Errorf("got %d bytes back (%v), want %d", len(got), err, len(body))
	}
}

func TestSPDYIsRemembered(t *testing.T) {
	t.Parallel()
	c, _, o := startCluster(t, 1)
	c.RefuseWebSocket(true)
	p := followPod(t, o, "deploy/checkout:6060")
	for range 3 {
		newPoller(t, p, "6060").mustGet(t, "/whoami")
	}
	var forwards []string
	for _, a := range c.TakeRequests() {
		if strings.HasSuffix(a, "portforward") {
			forwards = append(forwards, a)
		}
	}
	want := []string{"get pods/portforward", "create pods/portforward", "create pods/portforward", "create pods/portforward"}
	if diff := cmp.Diff(want, forwards); diff != "" {
		t.Errorf("dials (-want +got):\n%s", diff)
	}
}

func TestDialRefusedPort(t *testing.T) {
	t.Parallel()
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, pods []*kubetest.Pod, o Options) {
		p := followPod(t, o, "deploy/checkout")
		_, err := newPoller(t, p, "6061").getObject(t.Context(), "/whoami")
		want := "reach port 6061 of pod " + pods[0].Name() + ": connection refused; nothing listens there, name the port that serves pprof, as in pod/" + pods[0].Name() + ":PORT"
		var e *fault.Error
		if !errors.As(err, &e) || e.Error() != want {
			t.Errorf("got %v\nwant %s", err, want)
		}
		// A refused port must not break the next dial, nor make it wait for a
		// sign of a restart.
		p.mu.Lock()
		broken := p.conns.brokenAt
		p.mu.Unlock()
		if !broken.IsZero() {
			t.Error("a refused port counts as the end of the process")
		}
		newPoller(t, p, "6060").mustGet(t, "/whoami")
	})
}

// A node that the API server cannot reach is told apart from a port on which
// nothing listens.
func TestNodeIsAway(t *testing.T) {
	t.Parallel()
	err := apierrors.NewInternalError(errors.New("error dialing backend: dial tcp 10.0.0.7:10250: connect: connection refused"))
	wantSentence(t, "node", fault.Explain("reach port 6060 of pod x", err), "reach port 6060 of pod x: Internal error occurred: "+
		"error dialing backend: dial tcp 10.0.0.7:10250: connect: connection refused; "+
		"the API server does not reach the pod's node: see kubectl get nodes; leaktop continues when it does")
}

func TestDialBlackHole(t *testing.T) {
	t.Parallel()
	forEachTransport(t, func(t *testing.T, c *kubetest.Cluster, _ []*kubetest.Pod, o Options) {
		p := followPod(t, o, "deploy/checkout")
		poll := newPoller(t, p, "6060")
		poll.mustGet(t, "/whoami")
		c.BlackHole(true)
		poll.Timeout = 300 * time.Millisecond
		for range 2 { // on the open connection, then on a new one
			if _, err := poll.getObject(t.Context(), "/whoami"); err == nil {
				t.Fatal("a poll through a black hole succeeded")
			}
		}
		c.BlackHole(false)
		poll.Timeout = until.Patience
		poll.mustGet(t, "/whoami")
	})
}

func TestDialCanceled(t *testing.T) {
	t.Parallel()
	c, _, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	c.BlackHole(true)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(50*time.Millisecond, cancel)
	if _, err := p.DialContext(ctx, "tcp", "pod:6060"); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want context.Canceled", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := p.DialContext(ctx, "tcp", "pod:6060")
	if !errors.Is(err, context.DeadlineExceeded) || !strings.Contains(err.Error(), "did not answer in time") {
		t.Errorf("got %v, want a sentence about time", err)
	}
}

func TestConnDeadline(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "one"})
	p := followPod(t, Options{Kubeconfig: c.Kubeconfig()}, "one")
	conn, err := p.DialContext(t.Context(), "tcp", "pod:6060")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetReadDeadline(time.Now().Add(20 * time.Millisecond))
	var n net.Error
	if _, err := conn.Read(make([]byte, 1)); !errors.As(err, &n) || !n.Timeout() {
		t.Errorf("got %v, want a time-out", err)
	}
	_ = conn.SetDeadline(time.Time{})
	if _, err := io.WriteString(conn, "GET /whoami HTTP/1.0\r\n\r\n"); err != nil {
		t.Fatal(err)
	}
	if b, err := io.ReadAll(conn); err != nil || !strings.HasPrefix(string(b), "HTTP/1.0 200 OK") {
		t.Errorf("got %q, %v", b, err)
	}
}

func TestDialBadAddress(t *testing.T) {
	t.Parallel()
	_, _, o := startCluster(t, 1)
	p := followPod(t, o, "deploy/checkout")
	for _, addr := range []string{"pod", "pod:http"} {
		if _, err := p.DialContext(t.Context(), "tcp", addr); err == nil {
			t.Errorf("%s: no error", addr)
		}
	}
}

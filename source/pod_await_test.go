package source

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// opened is the result of opening a target.
type opened struct {
	src *podSource
	err error
}

// openLater opens a target in the background and returns its progress and its result.
func openLater(t *testing.T, c *kubetest.Cluster, arg string) (said chan string, done chan opened) {
	said, done = make(chan string, 20), make(chan opened, 1)
	go func() {
		src, err := openPodsWith(t, c, arg, Options{Progress: func(text string) { said <- text }})
		done <- opened{src, err}
	}()
	return said, done
}

// wantProgress waits for a line of progress that contains the text.
func wantProgress(t *testing.T, said <-chan string, text string) {
	t.Helper()
	var all []string
	for end := time.After(eventually.Patience); ; {
		select {
		case s := <-said:
			if strings.Contains(s, text) {
				return
			}
			all = append(all, s)
		case <-end:
			t.Fatalf("got no progress %q, only %q", text, all)
		}
	}
}

// A crash-looping pod is watched as soon as one of its processes serves pprof, and so are later processes.
func TestCrashLoopingPodIsAwaited(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	pod := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout"})[0]
	pod.EndProcess("app", "OOMKilled", 137)
	pod.ShowCrashLoop("app")
	said, done := openLater(t, c, "deploy/checkout")
	wantProgress(t, said, "is crash-looping: CrashLoopBackOff, last exit OOMKilled, exit 137")
	pod.Serve(map[int]http.Handler{})
	pod.StartProcess("app", 0) // dies before its port is open
	wantProgress(t, said, "has started but does not serve pprof yet; waiting for it")
	pod.EndProcess("app", "Error", 2)
	pod.ShowCrashLoop("app")
	wantProgress(t, said, "last exit Error, exit 2")
	pod.Serve(map[int]http.Handler{6060: nil})
	pod.StartProcess("app", 0)
	o := <-done
	if o.err != nil {
		t.Fatal(o.err)
	}
	h := collectMessages(t, o.src)
	for life := range 2 {
		h.waitUntil(t, "heaps", func() bool { return h.heaps > 0 })
		before := readReceived(h, func() int { return len(h.events) })
		pod.EndProcess("app", "OOMKilled", 137)
		pod.ShowCrashLoop("app")
		h.waitUntil(t, "no process", func() bool { return strings.Contains(h.why, "is not running: CrashLoopBackOff") })
		pod.StartProcess("app", 0)
		h.waitUntil(t, "heaps of the next life", func() bool { return h.heaps > 0 && h.countRestarts() == life+1 })
		h.waitUntil(t, "the end of the outage", func() bool {
			return slices.ContainsFunc(h.events[before:], func(e profile.Event) bool {
				return e.Kind == profile.EventRecovered && e.Endpoint == "" && !e.Since.IsZero() && e.Since.Before(e.Time)
			})
		})
		for _, e := range readReceived(h, func() []profile.Event { return slices.Clone(h.events) }) {
			if e.Kind == profile.EventRestart && (e.Exit.Reason != "OOMKilled" || e.Exit.Code != 137 || e.Exit.Time.IsZero() || e.Exit.Restarts == 0 || e.Switched) {
				t.Errorf("got restart %+v", e)
			}
		}
	}
}

// A sidecar that serves pprof is not taken for the service while the service crash-loops.
func TestSidecarOfACrashLoopingService(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	pod := newPodWithSidecar(c)
	pod.EndProcess("app", "OOMKilled", 137)
	pod.ShowCrashLoop("app")
	said, done := openLater(t, c, "pod/side")
	wantProgress(t, said, "container app of pod side is crash-looping")
	pod.Serve(map[int]http.Handler{})
	pod.StartProcess("app", 0)
	wantProgress(t, said, "container app of pod side has started but does not serve pprof yet")
	pod.Serve(map[int]http.Handler{6060: nil})
	pod.Restart("app", "OOMKilled", 137, 0)
	if o := <-done; o.err != nil || o.src.Name() != "shop/side app:6060" {
		t.Errorf("got %+v", o)
	}
}

// While the cluster shows that no process is running, no connection is attempted.
func TestNoDialWithoutAProcess(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	pod := c.Run(kubetest.Template{Name: "single"})[0]
	src, err := openPods(t, c, "single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "heaps", func() bool { return h.heaps > 0 })
	pod.EndProcess("app", "OOMKilled", 137)
	pod.ShowCrashLoop("app")
	h.waitUntil(t, "no process", func() bool { return strings.Contains(h.why, "CrashLoopBackOff") })
	c.TakeRequests()
	failures := readReceived(h, func() int { return h.failures })
	h.waitUntil(t, "more tries", func() bool { return h.failures > failures+2 })
	for _, asked := range c.TakeRequests() {
		if strings.HasSuffix(asked, "pods/portforward") {
			t.Error("a port-forward was requested")
		}
	}
}

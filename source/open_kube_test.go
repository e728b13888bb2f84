package source

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/kube/kubetest"
	"github.com/leaktop/leaktop/source/target"
)

// openPods opens a target in the cluster's namespace.
func openPods(t *testing.T, c *kubetest.Cluster, arg string, pick func(context.Context, []kube.Candidate, func(context.Context) []kube.Candidate) (int, error)) (*podSource, error) {
	t.Helper()
	return openPodsWith(t, c, arg, Options{Pick: pick})
}

// openPodsWith is openPods with options other than the cluster's.
func openPodsWith(t *testing.T, c *kubetest.Cluster, arg string, o Options) (*podSource, error) {
	t.Helper()
	parsed, err := target.Parse(arg)
	if err != nil {
		t.Fatal(err)
	}
	o.Kube.Kubeconfig, o.Interval, o.Cost = c.Kubeconfig(), 100*time.Millisecond, 1
	src, err := Open(t.Context(), parsed, o)
	if err != nil {
		return nil, err
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Error(err)
		}
	})
	return src.(*podSource), nil
}

// received collects what a watch has sent so far.
type received struct {
	mu       sync.Mutex
	facts    profile.Facts
	events   []profile.Event
	heaps    int // since the last restart
	readings []memory.Reading
	// diagnostics are those of the newest status.
	diagnostics []profile.Diagnostic
	why         string // why the target does not respond, by the newest status
	failures    int    // statuses in which it does not respond
}

// chooseOther switches to the second of two pods once the first has sent a heap profile.
func (r *received) chooseOther(t *testing.T, src *podSource, name string) {
	t.Helper()
	r.waitUntil(t, "a heap", func() bool { return r.heaps > 0 })
	all, err := src.Choices(t.Context())
	if err != nil || len(all) != 2 {
		t.Fatalf("got %d choices, %v", len(all), err)
	}
	if err := src.Choose(t.Context(), all[1]); err != nil {
		t.Fatal(err)
	}
	r.waitUntil(t, "a heap of the other", func() bool { return r.heaps > 0 && strings.Contains(r.facts.Name, name) })
}

// collectMessages watches a source until the test ends.
func collectMessages(t *testing.T, src Source) *received {
	h := &received{}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- src.Watch(ctx, h.addMessage) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	return h
}

func (r *received) addMessage(m Message) {
	r.mu.Lock()
	defer r.mu.Unlock()
	switch m := unwrapMessage(m).(type) {
	case profile.Facts:
		r.facts = r.facts.Merge(m)
	case profile.Event:
		r.events = append(r.events, m)
		if m.Kind == profile.EventRestart {
			r.heaps = 0
		}
	case profile.Capture:
		if m.Kind == profile.Heap {
			r.heaps++
		}
	case memory.Reading:
		r.readings = append(r.readings, m)
	case Status:
		r.diagnostics, r.why = m.Diagnostics, ""
		if err := m.Endpoints[0].Err; err != nil {
			r.why = err.Error()
			r.failures++
		}
	}
}

func (r *received) waitUntil(t *testing.T, what string, ok func() bool) {
	t.Helper()
	eventually.Holds(t, what, func() bool {
		r.mu.Lock()
		defer r.mu.Unlock()
		return ok()
	})
}

// readReceived returns a value of what was received so far.
func readReceived[T any](h *received, get func() T) T {
	h.mu.Lock()
	defer h.mu.Unlock()
	return get()
}

// countRestarts counts the restarts so far. The caller holds mu.
func (r *received) countRestarts() int {
	n := 0
	for _, e := range r.events {
		if e.Kind == profile.EventRestart {
			n++
		}
	}
	return n
}

func (r *received) eventTexts() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all []string
	for _, e := range r.events {
		all = append(all, string(e.Kind)+": "+e.Text)
	}
	return strings.Join(all, "\n")
}

// A deployment is a target like any other: its pods are found, forwarded and polled. What was decided on the way is
// reported as remarks.
func TestOpenADeployment(t *testing.T) {
	c := kubetest.New(t)
	c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Replicas: 2})[1].Restart("app", "OOMKilled", 137, 0)
	src, err := openPods(t, c, "deploy/checkout", nil)
	if err != nil {
		t.Fatal(err)
	}
	remarks := strings.Join(src.OpenRemarks(), "\n")
	for _, want := range []string{
		"deploy/checkout matches 2 pods: watching checkout-7d9f6c5b8-00002, the one that restarted most (once, last exit OOMKilled, exit 137, ",
		"; for another one, use pod/NAME", "pprof is served at port 6060",
	} {
		if !strings.Contains(remarks, want) {
			t.Errorf("remarks %q lack %q", remarks, want)
		}
	}
	if src.Name() != "shop/checkout-7d9f6c5b8-00002 app:6060" {
		t.Errorf("got name %q", src.Name())
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "a heap and the container", func() bool { return h.heaps > 0 && h.facts.Container != "" })
	if !strings.Contains(h.eventTexts(), "note: deploy/checkout matches 2 pods") {
		t.Errorf("got events %s", h.eventTexts())
	}
}

func TestOpenAsksWhichPod(t *testing.T) {
	c := kubetest.New(t)
	pods := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Replicas: 3})
	src, err := openPods(t, c, "deploy/checkout", func(_ context.Context, all []kube.Candidate, _ func(context.Context) []kube.Candidate) (int, error) {
		return len(all) - 1, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if src.Current() != "shop/"+pods[2].Name() || len(src.OpenRemarks()) != 1 {
		t.Errorf("got pod %s, remarks %q", src.Current(), src.OpenRemarks())
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "a heap", func() bool { return h.heaps > 0 })
	if strings.Contains(h.eventTexts(), "restart") {
		t.Errorf("choosing a pod before the watch was counted as a restart: %s", h.eventTexts())
	}
	if _, err = openPods(t, c, "deploy/checkout", func(context.Context, []kube.Candidate, func(context.Context) []kube.Candidate) (int, error) {
		return 0, errors.New("left")
	}); err == nil {
		t.Error("Open does not return Pick's error")
	}
	if _, err = openPods(t, c, "pod/"+pods[0].Name(), func(context.Context, []kube.Candidate, func(context.Context) []kube.Candidate) (int, error) {
		return 0, errors.New("asked")
	}); err != nil {
		t.Errorf("Pick was called for a single pod: %v", err)
	}
}

func TestChooseAnotherPod(t *testing.T) {
	c := kubetest.New(t)
	pods := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Replicas: 2})
	dumb := c.Run(kubetest.Template{Name: "dumb", Serve: map[int]http.Handler{6060: http.NotFoundHandler()}})[0]
	src, err := openPods(t, c, "pod/"+pods[0].Name(), nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.chooseOther(t, src, pods[1].Name())
	if got := h.eventTexts(); !strings.Contains(got, "restart: switched to pod "+pods[1].Name()) || strings.Contains(got, "failed") {
		t.Errorf("got events %s", got)
	}
	for _, e := range h.events {
		if e.Kind == profile.EventRestart && !e.Switched {
			t.Errorf("choosing another pod was counted as a restart: %+v", e)
		}
	}
	cluster, err := openPods(t, c, "pod/"+dumb.Name(), nil)
	if cluster != nil || err == nil || !strings.Contains(err.Error(), "the server responds, but") {
		t.Errorf("choose a pod without pprof: got %v", err)
	}
}

func TestOpenNoPortServes(t *testing.T) {
	c := kubetest.New(t)
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("<html>shop</html>")) })
	c.Run(kubetest.Template{Name: "web", Spec: kubetest.Ports(map[string]int32{"http": 8080}), Serve: map[int]http.Handler{8080: page}})
	_, err := openPods(t, c, "web", nil)
	if err == nil || !strings.Contains(err.Error(), "find pprof in pod shop/web: no port serves it: 8080 (http): the server serves another page") ||
		!strings.Contains(err.Error(), "6060: connection refused") || !strings.Contains(err.Error(), "name its port, as in pod/NAME:PORT") {
		t.Errorf("got %v", err)
	}
	c.Run(kubetest.Template{Name: "both", Spec: kubetest.Ports(map[string]int32{"http": 8080}), Serve: map[int]http.Handler{8080: page, 6060: nil}})
	src, err := openPods(t, c, "both", nil)
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.Join(src.OpenRemarks(), "\n"); !strings.HasPrefix(got, "pprof is served at port 6060; also tried: 8080 (http): the server serves another page") {
		t.Errorf("got remarks %q", got)
	}
	c.Forbid("create", "pods/portforward")
	c.Forbid("get", "pods/portforward")
	if _, err := openPods(t, c, "both", nil); err == nil || strings.Count(err.Error(), "is forbidden") != 1 || !strings.Contains(err.Error(), "ask an administrator for a Role") {
		t.Errorf("port-forward forbidden: got %v", err)
	}
}

// The port is followed by the prefix that the service has before /debug/pprof/, also for a pod that is chosen later. If
// the prefix is missing, the error shows how to write one for a pod.
func TestOpenUnderAPrefix(t *testing.T) {
	c := kubetest.New(t)
	serve := map[int]http.Handler{6060: stripPrefix("/ops")}
	pods := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Replicas: 2, Serve: serve})
	_, err := openPods(t, c, "pod/"+pods[0].Name()+":6060", nil)
	if err == nil || !strings.Contains(err.Error(), "has no /debug/pprof/") || !strings.HasSuffix(err.Error(), "give its prefix: pod/NAME:6060/PREFIX") {
		t.Errorf("without the prefix: got %v", err)
	}
	src, err := openPods(t, c, "pod/"+pods[0].Name()+":6060/ops", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.chooseOther(t, src, pods[1].Name())
}

func TestWorkingSetCompletesReadings(t *testing.T) {
	c := kubetest.New(t)
	pod := c.Run(kubetest.Template{Name: "single"})[0]
	c.SetWorkingSets(map[string]int64{"shop/" + pod.Name(): 123 << 20})
	src, err := openPods(t, c, "single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "a reading", func() bool { return len(h.readings) > 0 })
	if r := h.readings[0]; r.Source == "metrics.k8s.io" || r.Sys == 0 || r.WorkingSet != 123<<20 {
		t.Errorf("got first reading %+v, want the service's with the working set", r)
	}
}

func TestOpenNoSuchDeployment(t *testing.T) {
	c := kubetest.New(t)
	_, err := openPods(t, c, "deploy/nosuch", nil)
	if err == nil || !strings.HasPrefix(err.Error(), "find deploy/nosuch: there is no deployment nosuch in namespace shop; see ") || strings.Contains(err.Error(), "nil") {
		t.Errorf("got %v", err)
	}
}

package session

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/kube/kubetest"
	"github.com/leaktop/leaktop/source/sourcetest"
)

// After a rollout, the process that has ended keeps its name and version.
func TestRolloutKeepsTheOldProcess(t *testing.T) {
	c := kubetest.New(t)
	spec := kubetest.Ports(nil)
	spec.Containers[0].Image = "registry.example:5000/checkout:v1.8"
	pod := c.Run(kubetest.Template{Kind: "Deployment", Name: "checkout", Spec: spec, Serve: map[int]http.Handler{6060: goroutinesOnly}})[0]
	parsed := sourcetest.Parse(t, "deploy/checkout")
	src, err := source.Open(t.Context(), parsed, source.Options{Kube: kube.Options{Kubeconfig: c.Kubeconfig()}, Interval: 100 * time.Millisecond, Cost: 1})
	if err != nil {
		t.Fatal(err)
	}
	w := New(src)
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	eventually.Holds(t, "polls of v1.8", func() bool { st := w.State(); return st.Polls > 4 && st.Facts.Version == "v1.8" })
	next := pod.Rollout("registry.example:5000/checkout:v1.9")
	eventually.Holds(t, "polls of v1.9", func() bool {
		st := w.State()
		return st.Facts.Version == "v1.9" && len(st.Processes) > 0 && st.Report.Watched > 0
	})
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
	if err := src.Close(); err != nil {
		t.Error(err)
	}
	st := w.State()
	if len(st.Processes) != 1 || st.LongestProcess != 0 {
		t.Fatalf("got processes %+v, the longest %d; want one", st.Processes, st.LongestProcess)
	}
	if p := st.Processes[0]; p.Version != "v1.8" || p.Name != "shop/"+pod.Name()+" app:6060" || p.Watched <= 0 || !p.To.After(p.From) {
		t.Errorf("got ended process %+v", p)
	}
	if st.Facts.Name != "shop/"+next.Name()+" app:6060" {
		t.Errorf("got current process %q", st.Facts.Name)
	}
}

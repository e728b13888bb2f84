package source

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// What goes through the API server is the two profiles, and little besides.
func TestBytesOfAPod(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := map[string]int{}
	counting := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[strings.TrimPrefix(r.URL.Path, "/debug/pprof/")]++
		mu.Unlock()
		pprofMux().ServeHTTP(w, r)
	})
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "single", Serve: map[int]http.Handler{6060: counting}})
	src, err := openPods(t, c, "single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := hear(t, src)
	h.until(t, "a heap", func() bool { return h.heaps > 0 })
	c.Asked()
	before := c.Traffic()
	h.until(t, "50 heaps", func() bool { return h.heaps > 50 })
	mu.Lock()
	defer mu.Unlock()
	t.Logf("%d bytes for 50 heaps and as many goroutine profiles; asked %v", c.Traffic()-before, asked)
	if asked["heap"] < 50 || asked[""] > asked["heap"]/2 {
		t.Errorf("asked %v: the index page as often as profiles", asked)
	}
	if all := c.Asked(); len(all) > 3 {
		t.Errorf("the API server was asked meanwhile: %q", all)
	}
}

// A slow and lossy way to the API server slows down what comes, and is neither a
// failure nor a restart.
func TestPodOverALossyLink(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "single"})
	src, err := openPods(t, c, "single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := hear(t, src)
	h.until(t, "a heap", func() bool { return h.heaps > 0 })
	c.Link(20*time.Millisecond, 0.05, 1)
	n := h.heaps
	h.until(t, "more heaps", func() bool { return h.heaps > n+5 })
	if said := h.said(); strings.Contains(said, "failed:") || strings.Contains(said, "restart:") {
		t.Errorf("said %s", said)
	}
}

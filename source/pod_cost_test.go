package source

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// smallProfiles is net/http/pprof with profiles of a few bytes, which cost nothing to
// make, however large those of this process have become.
func smallProfiles(w http.ResponseWriter, r *http.Request) {
	switch r.URL.String() {
	case "/debug/pprof/heap", "/debug/pprof/goroutine":
		_, _ = w.Write(append([]byte{0x1f, 0x8b}, make([]byte, 2000)...))
	default:
		pprofMux().ServeHTTP(w, r)
	}
}

// What goes through the API server is the two profiles, and little besides.
func TestBytesOfAPod(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	asked := map[string]int{}
	counting := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[strings.TrimPrefix(r.URL.Path, "/debug/pprof/")]++
		mu.Unlock()
		smallProfiles(w, r)
	})
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "single", Serve: map[int]http.Handler{6060: counting}})
	src, err := openPods(t, c, "single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := hear(t, src)
	h.until(t, "a heap", func() bool { return h.heaps > 0 })
	c.TakeRequests()
	before, began := c.Traffic(), time.Now()
	mu.Lock()
	pages := asked[""]
	mu.Unlock()
	h.until(t, "50 heaps", func() bool { return h.heaps > 50 })
	mu.Lock()
	defer mu.Unlock()
	t.Logf("%d bytes for 50 heaps and as many goroutine profiles; asked %v", c.Traffic()-before, asked)
	// However slow the machine is, the page is not asked for more often than this.
	if n, limit := asked[""]-pages, int(time.Since(began)/(meteredIndex*100*time.Millisecond))+3; asked["heap"] < 50 || n > limit {
		t.Errorf("asked %v: the index page %d times, want %d at the most", asked, n, limit)
	}
	if all := c.TakeRequests(); len(all) > 3 {
		t.Errorf("the API server received requests: %q", all)
	}
}

// A slow and lossy way to the API server slows down what comes, and is neither a
// failure nor a restart.
func TestPodOverALossyLink(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "single", Serve: map[int]http.Handler{6060: http.HandlerFunc(smallProfiles)}})
	src, err := openPods(t, c, "single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := hear(t, src)
	h.until(t, "a heap", func() bool { return h.heaps > 0 })
	c.Link(20*time.Millisecond, 0.05, 1)
	n := readHeard(h, func() int { return h.heaps })
	h.until(t, "more heaps", func() bool { return h.heaps > n+5 })
	if said := h.said(); strings.Contains(said, "failed:") || strings.Contains(said, "restart:") {
		t.Errorf("said %s", said)
	}
}

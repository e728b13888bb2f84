package source

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/kube/kubetest"
)

// smallProfiles is net/http/pprof with profiles of a few bytes, which are cheap to produce however large those of this
// process have become.
func smallProfiles(w http.ResponseWriter, r *http.Request) {
	switch r.URL.String() {
	case "/debug/pprof/heap", "/debug/pprof/goroutine":
		_, _ = w.Write(append([]byte{0x1f, 0x8b}, make([]byte, 2000)...))
	default:
		pprofMux().ServeHTTP(w, r)
	}
}

// Traffic through the API server consists of the two profiles and little else.
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
	h := collectMessages(t, src)
	h.waitUntil(t, "a heap", func() bool { return h.heaps > 0 })
	c.TakeRequests()
	before, began := c.Traffic(), time.Now()
	mu.Lock()
	pages := asked[""]
	mu.Unlock()
	h.waitUntil(t, "50 heaps", func() bool { return h.heaps > 50 })
	mu.Lock()
	defer mu.Unlock()
	t.Logf("%d bytes for 50 heaps and as many goroutine profiles; requests %v", c.Traffic()-before, asked)
	// However slow the machine is, the index page is not requested more often than this.
	if n, limit := asked[""]-pages, int(time.Since(began)/(meteredIndex*100*time.Millisecond))+3; asked["heap"] < 50 || n > limit {
		t.Errorf("requests %v: got the index page %d times, want at most %d", asked, n, limit)
	}
	if all := c.TakeRequests(); len(all) > 3 {
		t.Errorf("the API server received other requests: %q", all)
	}
}

// A slow and lossy connection to the API server slows down polling, but is neither a failure nor a restart.
func TestPodOverALossyLink(t *testing.T) {
	t.Parallel()
	c := kubetest.New(t)
	c.Run(kubetest.Template{Name: "single", Serve: map[int]http.Handler{6060: http.HandlerFunc(smallProfiles)}})
	src, err := openPods(t, c, "single", nil)
	if err != nil {
		t.Fatal(err)
	}
	h := collectMessages(t, src)
	h.waitUntil(t, "a heap", func() bool { return h.heaps > 0 })
	c.Link(20*time.Millisecond, 0.05, 1)
	n := readReceived(h, func() int { return h.heaps })
	h.waitUntil(t, "more heaps", func() bool { return h.heaps > n+5 })
	if said := h.eventTexts(); strings.Contains(said, "failed:") || strings.Contains(said, "restart:") {
		t.Errorf("got %s", said)
	}
}

package source

import (
	"expvar"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

const (
	metricsWhole = "go_info{version=\"go1.26.8\"} 1\ngo_memstats_sys_bytes 100\ngo_memstats_heap_alloc_bytes 50\nprocess_resident_memory_bytes 200\nprocess_start_time_seconds 1.7e9\n"
	metricsRSS   = "process_resident_memory_bytes 200\n"
	varsText     = `{"cmdline":["shop"],"memstats":{"Sys":100,"HeapAlloc":50,"NumGC":3}}`
)

// withHandlers adds handlers, by their path, to those of the fake's profiles.
func withHandlers(f *fake, more map[string]http.HandlerFunc) *fake {
	f.answer = more
	return f
}

func TestMemoryComesFromTheCheapestPlace(t *testing.T) {
	vars, whole, rss := respondText("application/json", varsText), respondText("text/plain", metricsWhole), respondText("text/plain", metricsRSS)
	slow := func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(50 * time.Millisecond)
		whole(w, r)
	}
	for _, tt := range []struct {
		name    string
		more    map[string]http.HandlerFunc
		buckets int
		want    string // endpoints, and how often each is polled in a minute
		reading memory.Reading
	}{
		{"expvar", map[string]http.HandlerFunc{"/debug/vars": vars}, 100, "/debug/vars 30, /debug/pprof/heap?debug=1 10", memory.Reading{Sys: 100, HeapAlloc: 50, NumGC: 3, MaxRSS: 9}},
		{"metrics", map[string]http.HandlerFunc{"/metrics": whole}, 100, "/metrics 30", memory.Reading{Sys: 100, HeapAlloc: 50, RSS: 200}},
		{"both", map[string]http.HandlerFunc{"/debug/vars": vars, "/metrics": whole}, 100, "/metrics 30", memory.Reading{Sys: 100, HeapAlloc: 50, RSS: 200}},
		{"both, metrics slow", map[string]http.HandlerFunc{"/debug/vars": vars, "/metrics": slow}, 100, "/debug/vars 30, /metrics 6", memory.Reading{Sys: 100, HeapAlloc: 50, NumGC: 3, RSS: 200}},
		{"metrics without Go's", map[string]http.HandlerFunc{"/debug/vars": vars, "/metrics": rss}, 100, "/debug/vars 30, /metrics 6", memory.Reading{Sys: 100, HeapAlloc: 50, NumGC: 3, RSS: 200}},
		{"metrics without Go's only", map[string]http.HandlerFunc{"/metrics": rss}, 100, "/metrics 30, /debug/pprof/heap?debug=1 10", memory.Reading{Sys: 7, MaxRSS: 9, RSS: 200}},
		{"neither", nil, 100, "/debug/pprof/heap?debug=1 10", memory.Reading{Sys: 7, MaxRSS: 9}},
		{"neither, many buckets", nil, maxBuckets + 1, "/debug/pprof/heap?debug=1 off", memory.Reading{}},
		{"expvar, many buckets", map[string]http.HandlerFunc{"/debug/vars": vars}, maxBuckets + 1, "/debug/vars 30, /debug/pprof/heap?debug=1 off RSS", memory.Reading{Sys: 100, HeapAlloc: 50, NumGC: 3}},
		{"something else there", map[string]http.HandlerFunc{"/debug/vars": respondText("text/html", "<p>"), "/metrics": respondStatus(403, "")}, 100, "/debug/pprof/heap?debug=1 10", memory.Reading{Sys: 7, MaxRSS: 9}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := withHandlers(&fake{counts: map[profile.Kind]int{profile.Heap: tt.buckets}}, tt.more)
				w, _, stop := overPipes(t, f, Options{})
				time.Sleep(time.Minute)
				stop()
				checkMemoryPolls(t, w, f, tt.want)
				all := messagesOf[memory.Reading](w)
				var last memory.Reading
				if len(all) > 0 {
					last = all[len(all)-1]
					if last.Source == "" || last.Time.IsZero() {
						t.Errorf("got a reading without an origin: %+v", last)
					}
				}
				last.Time, last.Source = time.Time{}, ""
				if last != tt.reading {
					t.Errorf("got %+v, want %+v", last, tt.reading)
				}
			})
		})
	}
}

// checkMemoryPolls checks which endpoints of memory the last status has, and how often each was polled.
func checkMemoryPolls(t *testing.T, w *watcher, f *fake, want string) {
	t.Helper()
	all := messagesOf[Status](w)
	var got []string
	for _, e := range all[len(all)-1].Endpoints {
		if e.Kind == Memory {
			got = append(got, e.Path)
			if e.Disabled {
				says := `import _ "expvar"`
				if strings.HasSuffix(want, " RSS") {
					says = "get RSS from pipe: heap?debug=1 has them"
				}
				checkProblem(t, e.Err, problem.CauseMissing, says)
			}
		}
	}
	for i, one := range strings.Split(want, ", ") {
		path, times, _ := strings.Cut(one, " ")
		if i >= len(got) || got[i] != path {
			t.Fatalf("got polled endpoints %v, want %s", got, want)
		}
		n, about := f.countRequests(strings.TrimPrefix(path, "/debug/pprof/")), map[string]int{"30": 31, "6": 7, "10": 10, "2": 2}[times]
		if strings.HasSuffix(path, "debug=1") {
			n = f.countTexts()
		}
		if n < about-1 || n > about+1 {
			t.Errorf("%s was polled %d times in a minute, want about %d", path, n, about)
		}
	}
}

// A memory endpoint that hangs does not delay the profiles and is no longer polled.
func TestHangingMetricsAreLeftAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withHandlers(&fake{}, map[string]http.HandlerFunc{"/metrics": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }})
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(time.Minute)
		stop()
		if n := f.countRequests("/metrics"); n != 1 {
			t.Errorf("the endpoint was polled %d times", n)
		}
		if n := len(messagesOf[profile.Capture](w)); n < 50 {
			t.Errorf("got %d profiles in a minute", n)
		}
	})
}

// Facts are read from the same response as the memory figures.
func TestFactsOfMetrics(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withHandlers(&fake{}, map[string]http.HandlerFunc{"/metrics": respondText("text/plain", metricsWhole), "cmdline": respondText("text/plain", "shop\x00--token=hunter2")})
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(time.Second)
		stop()
		var facts profile.Facts
		for _, m := range messagesOf[profile.Facts](w) {
			facts = facts.Merge(m)
		}
		if facts.GoVersion != "go1.26.8" || facts.Start.Unix() != 1.7e9 || !strings.HasPrefix(facts.Cmdline, "shop") {
			t.Errorf("got %+v", facts)
		}
	})
}

// The other endpoints are looked for under pprof's prefix first.
func TestMemoryUnderAPrefix(t *testing.T) {
	mux := http.NewServeMux()
	mux.Handle("/admin/debug/pprof/", stripPrefix("/admin"))
	mux.Handle("/admin/debug/vars", expvar.Handler())
	s := startServer(t, mux)
	w := startWatch(t, openTarget(t, s.URL+"/admin", Options{}))
	awaitMessage(w, "a reading", func(r memory.Reading) bool { return r.Source == "/debug/vars" && r.Sys > 0 })
	got := awaitMessage(w, "its row", func(s Status) bool { return endpointAt(s, "/admin/debug/vars").Kind == Memory })
	if slices.ContainsFunc(got.Endpoints, func(e Endpoint) bool { return e.Path == "/debug/vars" }) {
		t.Errorf("got an endpoint twice: %+v", got)
	}
}

// The request that discovers an endpoint counts as its first poll: nothing is requested twice at the start.
func TestMemoryIsNotAskedTwiceAtTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := withHandlers(&fake{}, map[string]http.HandlerFunc{"/metrics": respondText("text/plain", metricsWhole)})
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(time.Second)
		stop()
		if n := f.countRequests("/metrics"); n != 1 {
			t.Errorf("/metrics was requested %d times in the first second", n)
		}
		if n := len(messagesOf[memory.Reading](w)); n != 1 {
			t.Errorf("got %d readings", n)
		}
	})
}

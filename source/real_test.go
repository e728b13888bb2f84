package source

import (
	"context"
	"expvar"
	"net"
	"net/http"
	"net/http/pprof"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/source/body"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// TestWatchARealService checks the whole path on a real service.
func TestWatchARealService(t *testing.T) {
	mux := pprofMux()
	mux.Handle("/debug/vars", expvar.Handler())
	s := startServer(t, mux)
	w := startWatch(t, openTarget(t, s.URL, Options{Interval: 100 * time.Millisecond, Cost: 1}))

	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		c := awaitN(w, 2, "the second "+string(k), func(c profile.Capture) bool { return c.Kind == k })
		if body.ContentOf("", c.Data) != body.ContentProfile || c.Time.IsZero() || c.Took <= 0 {
			t.Errorf("%s: got %d bytes at %v in %v", k, len(c.Data), c.Time, c.Took)
		}
		if _, err := profile.NewHistoryBuilder().ParseCapture(c); err != nil {
			t.Error(err)
		}
	}
	r := awaitMessage(w, "memory", func(r memory.Reading) bool { return r.HeapAlloc > 0 })
	if r.Time.IsZero() || r.Sys < r.HeapSys {
		t.Errorf("got reading %+v", r)
	}
	st := awaitMessage(w, "a status of all", func(s Status) bool {
		return !endpointAt(s, "/debug/pprof/heap").Last.IsZero() && !endpointAt(s, "/debug/pprof/goroutine").Last.IsZero() && !endpointAt(s, "/debug/vars").Last.IsZero()
	})
	if st.Goroutines < 3 || st.Cost <= 0 || st.Time.IsZero() {
		t.Errorf("got status %+v", st)
	}
	for _, e := range st.Endpoints {
		if e.Err != nil || !e.Last.IsZero() && e.Wait < 100*time.Millisecond {
			t.Errorf("got endpoint %+v", e)
		}
	}
	if f := messagesOf[profile.Facts](w); f[0].Name != strings.TrimPrefix(s.URL, "http://") {
		t.Errorf("got name %q", f[0].Name)
	}
	awaitMessage(w, "the command line, to compare", func(f profile.Facts) bool { return strings.Contains(f.Cmdline, ".test") })
}

// Behind a router with exact paths only the index responds: goroutine counts continue, and the status says what to
// register.
func TestWatchWithTheIndexOnly(t *testing.T) {
	s := startServer(t, serveExactPaths(map[string]http.HandlerFunc{"/debug/pprof/": pprof.Index}))
	w := startWatch(t, openTarget(t, s.URL, Options{Interval: 100 * time.Millisecond, Cost: 1}))
	st := awaitN(w, 10, "counts", func(s Status) bool { return s.Goroutines > 0 })
	for _, k := range []string{"heap", "goroutine"} {
		e := endpointAt(st, "/debug/pprof/"+k)
		if !e.Disabled {
			t.Errorf("%s is still polled: %+v", k, e)
		}
		checkProblem(t, e.Err, problem.CauseMissing, `router.Handle("/debug/pprof/`+k+`", pprof.Handler("`+k+`"))`)
	}
	if e := endpointAt(st, "/debug/pprof/"); e.Err != nil || e.Disabled {
		t.Errorf("got index %+v", e)
	}
	w.stop()
	if n := len(eventsOf(w, profile.EventFailed)); n != 2 { // heap, goroutine
		t.Errorf("got %d events: %v", n, eventsOf(w, profile.EventFailed))
	}
}

// pprof.Index under a prefix without StripPrefix serves the index page for every path.
func TestWatchOfAnIndexUnderAWrongPrefix(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/admin/debug/pprof/", pprof.Index)
	s := startServer(t, mux)
	w := startWatch(t, openTarget(t, s.URL+"/admin", Options{}))
	st := awaitMessage(w, "heap given up", func(s Status) bool { return endpointAt(s, "/admin/debug/pprof/heap").Disabled })
	checkProblem(t, endpointAt(st, "/admin/debug/pprof/heap").Err, problem.CauseIndex, `http.StripPrefix("/admin", http.HandlerFunc(pprof.Index))`)
	if st.Goroutines == 0 {
		t.Error("got no goroutine count")
	}
}

// TestWatchThroughARestart ends a service and starts it again on the same port, over real sockets.
func TestWatchThroughARestart(t *testing.T) {
	first, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	run := func(l net.Listener) *http.Server {
		s := &http.Server{Handler: pprofMux(), ReadHeaderTimeout: patience}
		go func() { _ = s.Serve(l) }()
		return s
	}
	one := run(first)
	w := startWatch(t, openTarget(t, "http://"+first.Addr().String(), Options{Interval: 100 * time.Millisecond, Cost: 1}))
	awaitMessage(w, "heap", func(c profile.Capture) bool { return c.Kind == profile.Heap })
	_ = one.Close()
	awaitMessage(w, "the failure", func(e profile.Event) bool {
		return e.Kind == profile.EventFailed && strings.Contains(e.Text, "list of profiles")
	})
	two := run(listenAgain(t, first.Addr().String()))
	defer func() { _ = two.Close() }()
	back := time.Now()
	awaitMessage(w, "the return", func(e profile.Event) bool { return e.Kind == profile.EventRecovered })
	awaitMessage(w, "heap again", func(c profile.Capture) bool { return c.Kind == profile.Heap && c.Time.After(back) })
}

// listenAgain listens on a port that was free a moment ago. It retries, because a connection of another test may hold
// the port for a while.
func listenAgain(t *testing.T, address string) net.Listener {
	t.Helper()
	var l net.Listener
	eventually.Holds(t, "the port is free", func() bool {
		var err error
		l, err = net.Listen("tcp", address)
		return err == nil
	})
	return l
}

// knownLink is a link that can identify the process.
type knownLink struct {
	*pipes
	id       atomic.Value
	followed atomic.Bool
}

func (k *knownLink) Identity() string { return k.id.Load().(string) }

func (k *knownLink) Follow(ctx context.Context, send func(Message)) {
	send(Event{profile.Event{Kind: profile.EventNote, Text: "port 6060 was chosen"}})
	<-ctx.Done()
	k.followed.Store(true)
}

func (k *knownLink) Local() string { return "127.0.0.1:1" }

// A profile during which the process was replaced is dropped, and the endpoints of the new process are probed again.
func TestAnotherProcessAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &knownLink{}
		k.id.Store("one")
		polls := 0
		f := &fake{answer: map[string]http.HandlerFunc{"heap": func(w http.ResponseWriter, _ *http.Request) {
			if polls++; polls == 3 {
				k.id.Store("two")
			}
			_, _ = w.Write([]byte{0x1f, 0x8b, byte(polls)})
		}, "goroutine": func(w http.ResponseWriter, r *http.Request) {
			if k.Identity() == "one" {
				http.NotFound(w, r)
				return
			}
			_, _ = w.Write([]byte{0x1f, 0x8b, 0})
		}}}
		w, _, stop := overPipes(t, f, Options{}, func(p *pipes) Link { k.pipes = p; return k })
		time.Sleep(11 * time.Second)
		stop()
		for _, c := range messagesOf[profile.Capture](w) {
			if c.Kind == profile.Heap && c.Data[2] == 3 {
				t.Error("a profile that spans two processes was sent")
			}
		}
		if polls < 5 || polls > 8 {
			t.Errorf("got %d polls", polls)
		}
		if f.countRequests("goroutine") < 3 {
			t.Error("an endpoint that only the new process serves was not found")
		}
		if n := len(eventsOf(w, profile.EventRecovered)); n != 0 {
			t.Errorf("got a failure event although nothing failed: %v", messagesOf[profile.Event](w))
		}
		if len(eventsOf(w, profile.EventNote)) != 1 || !k.followed.Load() {
			t.Errorf("the link was not followed until its end: %v", messagesOf[profile.Event](w))
		}
		if all := messagesOf[Status](w); all[len(all)-1].LocalPort != "127.0.0.1:1" {
			t.Error("the local port is missing")
		}
	})
}

// A fetch that the user requests and a poll wait for each other, except while a profile takes seconds: then polling
// continues.
func TestFetchBesidePolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"heap": 500 * time.Millisecond, "goroutine": 500 * time.Millisecond, "allocs": 3 * time.Second}}
		f.answer = map[string]http.HandlerFunc{"allocs": respondText("", "\x1f\x8b"), "profile": func(w http.ResponseWriter, _ *http.Request) {
			time.Sleep(30 * time.Second)
			_, _ = w.Write([]byte{0x1f, 0x8b})
		}}
		w, _, stop := overPipes(t, f, Options{Cost: 1})
		time.Sleep(5100 * time.Millisecond)
		src := w.src.(*HTTP)
		for range 2 {
			if _, err := src.Fetch(t.Context(), Query{Kind: profile.Allocs}); err != nil {
				t.Error(err)
			}
		}
		if n := f.mostConcurrent(); n != 1 {
			t.Errorf("got %d concurrent requests", n)
		}
		before := f.countRequests("heap")
		c, err := src.Fetch(t.Context(), Query{Kind: profile.CPU, Seconds: 30})
		if err != nil || c.Seconds != 30 {
			t.Errorf("got %+v, %v", c, err)
		}
		if n := f.countRequests("heap") - before; n < 10 {
			t.Errorf("got %d polls during 30 s of collecting", n)
		}
		stop()
		all := messagesOf[Status](w)
		if cost := all[len(all)-1].Cost; cost > 1 {
			t.Errorf("collecting was counted as work: %f", cost)
		}
	})
}

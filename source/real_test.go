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

// The whole way on a real service.
func TestWatchARealService(t *testing.T) {
	mux := pprofMux()
	mux.Handle("/debug/vars", expvar.Handler())
	s := serve(t, mux)
	w := start(t, open(t, s.URL, Options{Interval: 100 * time.Millisecond, Cost: 1}))

	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		c := awaitN(w, 2, "the second "+string(k), func(c profile.Capture) bool { return c.Kind == k })
		if body.ContentOf("", c.Data) != body.ContentProfile || c.Time.IsZero() || c.Took <= 0 {
			t.Errorf("%s: %d bytes at %v in %v", k, len(c.Data), c.Time, c.Took)
		}
		if _, err := profile.Parse(c, profile.NewSymbols()); err != nil {
			t.Error(err)
		}
	}
	r := await(w, "memory", func(r memory.Reading) bool { return r.HeapAlloc > 0 })
	if r.Time.IsZero() || r.Sys < r.HeapSys {
		t.Errorf("reading %+v", r)
	}
	st := await(w, "a status of all", func(s Status) bool {
		return !row(s, "/debug/pprof/heap").Last.IsZero() && !row(s, "/debug/pprof/goroutine").Last.IsZero() && !row(s, "/debug/vars").Last.IsZero()
	})
	if st.Goroutines < 3 || st.Cost <= 0 || st.Time.IsZero() {
		t.Errorf("status %+v", st)
	}
	for _, e := range st.Endpoints {
		if e.Err != nil || !e.Last.IsZero() && e.Wait < 100*time.Millisecond {
			t.Errorf("row %+v", e)
		}
	}
	if f := messages[profile.Facts](w); f[0].Name != strings.TrimPrefix(s.URL, "http://") {
		t.Errorf("name %q", f[0].Name)
	}
	await(w, "the command line, to compare", func(f profile.Facts) bool { return strings.Contains(f.Cmdline, ".test") })
}

// Behind a router with exact paths only the index answers: goroutine counts go
// on, and the status says what to register.
func TestWatchWithTheIndexOnly(t *testing.T) {
	s := serve(t, router(map[string]http.HandlerFunc{"/debug/pprof/": pprof.Index}))
	w := start(t, open(t, s.URL, Options{Interval: 100 * time.Millisecond, Cost: 1}))
	st := awaitN(w, 10, "counts", func(s Status) bool { return s.Goroutines > 0 })
	for _, k := range []string{"heap", "goroutine"} {
		e := row(st, "/debug/pprof/"+k)
		if !e.Disabled {
			t.Errorf("%s is still polled: %+v", k, e)
		}
		checkProblem(t, e.Err, problem.CauseMissing, `router.Handle("/debug/pprof/`+k+`", pprof.Handler("`+k+`"))`)
	}
	if e := row(st, "/debug/pprof/"); e.Err != nil || e.Disabled {
		t.Errorf("the index is %+v", e)
	}
	w.stop()
	if n := len(events(w, profile.EventFailed)); n != 2 { // heap, goroutine
		t.Errorf("%d events: %v", n, events(w, profile.EventFailed))
	}
}

// pprof.Index under a prefix without StripPrefix answers everything with the
// page.
func TestWatchOfAnIndexUnderAWrongPrefix(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/admin/debug/pprof/", pprof.Index)
	s := serve(t, mux)
	w := start(t, open(t, s.URL+"/admin", Options{}))
	st := await(w, "heap given up", func(s Status) bool { return row(s, "/admin/debug/pprof/heap").Disabled })
	checkProblem(t, row(st, "/admin/debug/pprof/heap").Err, problem.CauseIndex, `http.StripPrefix("/admin", http.HandlerFunc(pprof.Index))`)
	if st.Goroutines == 0 {
		t.Error("no goroutine count")
	}
}

// A service that ends and starts again on the same port, over real sockets.
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
	w := start(t, open(t, "http://"+first.Addr().String(), Options{Interval: 100 * time.Millisecond, Cost: 1}))
	await(w, "heap", func(c profile.Capture) bool { return c.Kind == profile.Heap })
	_ = one.Close()
	await(w, "the failure", func(e profile.Event) bool {
		return e.Kind == profile.EventFailed && strings.Contains(e.Text, "list of profiles")
	})
	two := run(listenAgain(t, first.Addr().String()))
	defer func() { _ = two.Close() }()
	back := time.Now()
	await(w, "the return", func(e profile.Event) bool { return e.Kind == profile.EventRecovered })
	await(w, "heap again", func(c profile.Capture) bool { return c.Kind == profile.Heap && c.Time.After(back) })
}

// listenAgain listens on a port that was free a moment ago: for a while a
// connection of another test may have it.
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

// known is a link that knows the process.
type known struct {
	*pipes
	id       atomic.Value
	followed atomic.Bool
}

func (k *known) Identity() string { return k.id.Load().(string) }

func (k *known) Follow(ctx context.Context, send func(Message)) {
	send(Event{profile.Event{Kind: profile.EventNote, Text: "port 6060 was chosen"}})
	<-ctx.Done()
	k.followed.Store(true)
}

func (k *known) Local() string { return "127.0.0.1:1" }

// A profile during which the process was replaced is dropped, and the endpoints of
// the new one are examined again.
func TestAnotherProcessAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		k := &known{}
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
		for _, c := range messages[profile.Capture](w) {
			if c.Kind == profile.Heap && c.Data[2] == 3 {
				t.Error("a profile of two processes was sent")
			}
		}
		if polls < 5 || polls > 8 {
			t.Errorf("%d polls", polls)
		}
		if f.count("goroutine") < 3 {
			t.Error("what only the new process serves was not found")
		}
		if n := len(events(w, profile.EventRecovered)); n != 0 {
			t.Errorf("nothing had failed: %v", messages[profile.Event](w))
		}
		if len(events(w, profile.EventNote)) != 1 || !k.followed.Load() {
			t.Errorf("the link was not followed to the end: %v", messages[profile.Event](w))
		}
		if all := messages[Status](w); all[len(all)-1].LocalPort != "127.0.0.1:1" {
			t.Error("the local port is not told")
		}
	})
}

// A request by key waits for a poll and the other way round, except a profile
// that takes seconds, during which polls go on.
func TestFetchBesidePolls(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"heap": 500 * time.Millisecond, "goroutine": 500 * time.Millisecond, "allocs": 3 * time.Second}}
		f.answer = map[string]http.HandlerFunc{"allocs": text("", "\x1f\x8b"), "profile": func(w http.ResponseWriter, _ *http.Request) {
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
		if f.most != 1 {
			t.Errorf("%d requests at the same time", f.most)
		}
		before := f.count("heap")
		c, err := src.Fetch(t.Context(), Query{Kind: profile.CPU, Seconds: 30})
		if err != nil || c.Seconds != 30 {
			t.Errorf("got %+v, %v", c, err)
		}
		if n := f.count("heap") - before; n < 10 {
			t.Errorf("%d polls during 30 s of collecting", n)
		}
		stop()
		all := messages[Status](w)
		if cost := all[len(all)-1].Cost; cost > 1 {
			t.Errorf("collecting counts as work: %f", cost)
		}
	})
}

package source

import (
	"errors"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
)

// events are the events of a kind so far.
func events(w *watcher, kind profile.EventKind) []profile.Event {
	var out []profile.Event
	for _, e := range messages[profile.Event](w) {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// capturesAfter counts the captures taken after a time.
func capturesAfter(w *watcher, at time.Time) int {
	n := 0
	for _, c := range messages[profile.Capture](w) {
		if c.Time.After(at) {
			n++
		}
	}
	return n
}

// However a target goes away, it is one event, a state, and soon over.
func TestTargetComesBack(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   error // of dials
		hole  bool
		cause problem.Cause
	}{
		{"refused", syscall.ECONNREFUSED, false, problem.CauseRefused},
		{"black hole", nil, true, problem.CauseTimeout},
		{"something new", errors.New("the tunnel is gone"), false, problem.CauseOther},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, p, stop := overPipes(t, &fake{}, Options{})
				defer stop()
				time.Sleep(10 * time.Second)
				p.set(tt.err, tt.hole)
				time.Sleep(97 * time.Second)
				checkLost(t, w, tt.cause)
				p.up()
				back := time.Now()
				limit := 2 * time.Second
				if tt.hole {
					limit += DefaultTimeout // a dial that hangs since before
				}
				time.Sleep(limit)
				synctest.Wait()
				if capturesAfter(w, back) < 2 {
					t.Errorf("no profiles %v after it is back: %s", limit, lastStatus(w))
				}
				time.Sleep(20 * time.Second)
				if n := len(events(w, profile.EventRecovered)); n != 1 {
					t.Errorf("%d events say that it is back: %v", n, messages[profile.Event](w))
				}
			})
		})
	}
}

func checkLost(t *testing.T, w *watcher, cause problem.Cause) {
	t.Helper()
	if n := len(events(w, profile.EventFailed)); n != 1 {
		t.Errorf("%d events say that it failed: %v", n, messages[profile.Event](w))
	}
	all := messages[Status](w)
	probe := row(all[len(all)-1], "/debug/pprof/")
	checkProblem(t, probe.Err, cause, "")
	if probe.Next.IsZero() || probe.Disabled || probe.Last.IsZero() {
		t.Errorf("the state does not say when it is looked for: %+v", probe)
	}
}

// What is there from the start, and what never is.
func TestTargetThatIsNotThereYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, stop := overPipes(t, &fake{}, Options{})
		defer stop()
		p.down()
		time.Sleep(time.Minute)
		first := messages[Status](w)[0]
		if len(first.Endpoints) != 1 || first.Endpoints[0].Err == nil {
			t.Errorf("the first status is %+v", first)
		}
		if p.dials < 50 || p.dials > 75 {
			t.Errorf("looked for %d times in a minute", p.dials)
		}
		p.up()
		back := time.Now()
		time.Sleep(2 * time.Second)
		if capturesAfter(w, back) < 2 {
			t.Errorf("no profiles: %s", lastStatus(w))
		}
	})
}

// A target that says no is asked ever less often.
func TestRefusalBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{answer: map[string]http.HandlerFunc{"": status(401, "no")}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(5 * time.Minute)
		stop()
		if n := f.count(""); n < 15 || n > 30 {
			t.Errorf("asked %d times in five minutes", n)
		}
		if n := len(events(w, profile.EventFailed)); n != 1 {
			t.Errorf("%d events", n)
		}
		if f.count("heap") != 0 {
			t.Error("profiles were asked for")
		}
	})
}

// One endpoint that fails does not stop the others, is asked less often, and
// each change is one event.
func TestOneEndpointFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		broken.Store(true)
		f := &fake{counts: map[profile.Kind]int{profile.Goroutine: 7, profile.Heap: 1e6}}
		f.answer = map[string]http.HandlerFunc{"heap": func(w http.ResponseWriter, r *http.Request) {
			if broken.Load() {
				status(500, "oh no")(w, r)
				return
			}
			_, _ = w.Write([]byte{0x1f, 0x8b})
		}}
		w, _, stop := overPipes(t, f, Options{})
		defer stop()
		time.Sleep(time.Minute)
		if n := f.count("heap"); n < 5 || n > 12 {
			t.Errorf("the broken endpoint was asked %d times in a minute", n)
		}
		if n := f.count("goroutine"); n < 28 {
			t.Errorf("the other was asked %d times", n)
		}
		all := messages[Status](w)
		last := all[len(all)-1]
		checkProblem(t, row(last, "/debug/pprof/heap").Err, problem.CauseServer, "oh no")
		if last.Goroutines != 7 || row(last, "/debug/pprof/goroutine").Err != nil {
			t.Errorf("the rest is %+v", last)
		}
		broken.Store(false)
		time.Sleep(20 * time.Second)
		var got []string
		for _, e := range messages[profile.Event](w) {
			if !strings.Contains(e.Text, "memory") {
				got = append(got, string(e.Kind))
			}
		}
		if strings.Join(got, " ") != "failed recovered" {
			t.Errorf("events: %v", messages[profile.Event](w))
		}
	})
}

// A profile that takes ten seconds in vain is not asked for every few seconds.
func TestHangingEndpointIsSpared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{answer: map[string]http.HandlerFunc{"heap": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}}
		f.counts = map[profile.Kind]int{profile.Heap: 1e6}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(5 * time.Minute)
		stop()
		if n := f.count("heap"); n > 6 {
			t.Errorf("asked %d times in five minutes, ten seconds each", n)
		}
		if n := f.count("goroutine"); n < 100 {
			t.Errorf("goroutines were asked for %d times", n)
		}
		if n := len(events(w, profile.EventRecovered)); n != 0 {
			t.Errorf("it recovered: %v", messages[profile.Event](w))
		}
	})
}

// The end of ctx ends the watch, also within a request that hangs.
func TestWatchEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{answer: map[string]http.HandlerFunc{"heap": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(time.Second)
		began := time.Now()
		w.stop()
		if d := time.Since(began); d > 0 {
			t.Errorf("took %v", d)
		}
		stop()
		if all := events(w, profile.EventFailed); len(all) != 0 {
			t.Errorf("the end is no failure: %v", all)
		}
	})
}

// The --gc flag asks for a collection with each heap poll, the limit of the
// user is a fact.
func TestFlagsReachTheTarget(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var query string
		f := &fake{answer: map[string]http.HandlerFunc{"heap": func(w http.ResponseWriter, r *http.Request) {
			query = r.URL.RawQuery
			_, _ = w.Write([]byte{0x1f, 0x8b})
		}}, counts: map[profile.Kind]int{profile.Heap: 1e6}}
		w, _, stop := overPipes(t, f, Options{GC: true, Limit: 512})
		time.Sleep(time.Second)
		stop()
		if query != "gc=1" {
			t.Errorf("asked with %q", query)
		}
		first, ok := w.all[0].(Facts)
		if !ok || first.Name != "pipe" || first.Limit != 512 || first.LimitFrom != "--limit" {
			t.Errorf("the first message is %+v", w.all[0])
		}
		for _, c := range messages[profile.Capture](w) {
			if c.GC != (c.Kind == profile.Heap) {
				t.Errorf("%s says GC %v", c.Kind, c.GC)
			}
		}
	})
}

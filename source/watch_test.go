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

// eventsOf returns the events of a kind so far.
func eventsOf(w *watcher, kind profile.EventKind) []profile.Event {
	var out []profile.Event
	for _, e := range messagesOf[profile.Event](w) {
		if e.Kind == kind {
			out = append(out, e)
		}
	}
	return out
}

// capturesAfter counts the captures taken after a time.
func capturesAfter(w *watcher, at time.Time) int {
	n := 0
	for _, c := range messagesOf[profile.Capture](w) {
		if c.Time.After(at) {
			n++
		}
	}
	return n
}

// However a target disappears, there is one event and one state, and both end soon after it is back.
func TestTargetComesBack(t *testing.T) {
	for _, tt := range []struct {
		name  string
		err   error // returned by dials
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
				p.setFault(tt.err, tt.hole)
				time.Sleep(97 * time.Second)
				checkLost(t, w, tt.cause)
				p.allowDials()
				back := time.Now()
				limit := 2 * time.Second
				if tt.hole {
					limit += DefaultTimeout // a dial that has been hanging since before
				}
				time.Sleep(limit)
				synctest.Wait()
				if capturesAfter(w, back) < 2 {
					t.Errorf("got no profiles within %v after the target is back: %s", limit, lastStatus(w))
				}
				time.Sleep(20 * time.Second)
				if n := len(eventsOf(w, profile.EventRecovered)); n != 1 {
					t.Errorf("got %d events that the target is back: %v", n, messagesOf[profile.Event](w))
				}
			})
		})
	}
}

func checkLost(t *testing.T, w *watcher, cause problem.Cause) {
	t.Helper()
	if n := len(eventsOf(w, profile.EventFailed)); n != 1 {
		t.Errorf("got %d events that the target failed: %v", n, messagesOf[profile.Event](w))
	}
	all := messagesOf[Status](w)
	probe := endpointAt(all[len(all)-1], "/debug/pprof/")
	checkProblem(t, probe.Err, cause, "")
	if probe.Next.IsZero() || probe.Disabled || probe.Last.IsZero() {
		t.Errorf("the state does not say when the target is probed next: %+v", probe)
	}
}

// A target that does not exist at the start is probed until it appears.
func TestTargetThatIsNotThereYet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w, p, stop := overPipes(t, &fake{}, Options{})
		defer stop()
		p.refuseDials()
		time.Sleep(time.Minute)
		first := messagesOf[Status](w)[0]
		if len(first.Endpoints) != 1 || first.Endpoints[0].Err == nil {
			t.Errorf("got first status %+v", first)
		}
		if p.dials < 50 || p.dials > 75 {
			t.Errorf("got %d probes in a minute", p.dials)
		}
		p.allowDials()
		back := time.Now()
		time.Sleep(2 * time.Second)
		if capturesAfter(w, back) < 2 {
			t.Errorf("got no profiles: %s", lastStatus(w))
		}
	})
}

// A target that refuses requests is polled less and less often.
func TestRefusalBacksOff(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{answer: map[string]http.HandlerFunc{"": respondStatus(401, "no")}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(5 * time.Minute)
		stop()
		if n := f.countRequests(""); n < 15 || n > 30 {
			t.Errorf("got %d requests in five minutes", n)
		}
		if n := len(eventsOf(w, profile.EventFailed)); n != 1 {
			t.Errorf("got %d events", n)
		}
		if f.countRequests("heap") != 0 {
			t.Error("profiles were requested")
		}
	})
}

// An endpoint that fails does not stop the others, is polled less often, and each change is one event.
func TestOneEndpointFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var broken atomic.Bool
		broken.Store(true)
		f := &fake{counts: map[profile.Kind]int{profile.Goroutine: 7, profile.Heap: 1e6}}
		f.answer = map[string]http.HandlerFunc{"heap": func(w http.ResponseWriter, r *http.Request) {
			if broken.Load() {
				respondStatus(500, "oh no")(w, r)
				return
			}
			_, _ = w.Write([]byte{0x1f, 0x8b})
		}}
		w, _, stop := overPipes(t, f, Options{})
		defer stop()
		time.Sleep(time.Minute)
		if n := f.countRequests("heap"); n < 5 || n > 12 {
			t.Errorf("the broken endpoint was polled %d times in a minute", n)
		}
		if n := f.countRequests("goroutine"); n < 28 {
			t.Errorf("the other endpoint was polled %d times", n)
		}
		all := messagesOf[Status](w)
		last := all[len(all)-1]
		checkProblem(t, endpointAt(last, "/debug/pprof/heap").Err, problem.CauseServer, "oh no")
		if last.Goroutines != 7 || endpointAt(last, "/debug/pprof/goroutine").Err != nil {
			t.Errorf("got the other endpoints %+v", last)
		}
		broken.Store(false)
		time.Sleep(20 * time.Second)
		var got []string
		for _, e := range messagesOf[profile.Event](w) {
			if !strings.Contains(e.Text, "memory") {
				got = append(got, string(e.Kind))
			}
		}
		if strings.Join(got, " ") != "failed recovered" {
			t.Errorf("got events %v", messagesOf[profile.Event](w))
		}
	})
}

// A profile that times out after ten seconds is not requested every few seconds.
func TestHangingEndpointIsSpared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{answer: map[string]http.HandlerFunc{"heap": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}}
		f.counts = map[profile.Kind]int{profile.Heap: 1e6}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(5 * time.Minute)
		stop()
		if n := f.countRequests("heap"); n > 6 {
			t.Errorf("got %d requests in five minutes, ten seconds each", n)
		}
		if n := f.countRequests("goroutine"); n < 100 {
			t.Errorf("the goroutine profile was requested %d times", n)
		}
		if n := len(eventsOf(w, profile.EventRecovered)); n != 0 {
			t.Errorf("the endpoint recovered: %v", messagesOf[profile.Event](w))
		}
	})
}

// The end of ctx ends the watch, even during a request that hangs.
func TestWatchEndsWithItsContext(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{answer: map[string]http.HandlerFunc{"heap": func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(time.Second)
		began := time.Now()
		w.stop()
		if d := time.Since(began); d > 0 {
			t.Errorf("ending the watch took %v", d)
		}
		stop()
		if all := eventsOf(w, profile.EventFailed); len(all) != 0 {
			t.Errorf("the end was reported as a failure: %v", all)
		}
	})
}

// The --gc flag requests a collection with each heap poll, and the user's limit is sent as a fact.
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
			t.Errorf("got query %q", query)
		}
		first, ok := w.all[0].(Facts)
		if !ok || first.Name != "pipe" || first.Limit != 512 || first.LimitFrom != "--limit" {
			t.Errorf("got first message %+v", w.all[0])
		}
		for _, c := range messagesOf[profile.Capture](w) {
			if c.GC != (c.Kind == profile.Heap) {
				t.Errorf("%s: got GC %v", c.Kind, c.GC)
			}
		}
	})
}

package source

import (
	"math"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// A cheap service is polled at the interval, and requests do not overlap.
func TestCadenceOfACheapService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"": time.Millisecond, "heap": 5 * time.Millisecond, "goroutine": 3 * time.Millisecond}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(60 * time.Second)
		stop()
		for _, name := range []string{"", "heap", "goroutine"} {
			least := 29
			if name == "heap" {
				least += 10 // also fetched as text, for the memory statistics
			}
			if n := f.countRequests(name); n < least || n > least+4 {
				t.Errorf("%q was polled %d times in 60 s at an interval of 2 s", name, n)
			}
		}
		if n := f.mostConcurrent(); n != 1 {
			t.Errorf("got %d concurrent requests", n)
		}
		if n := len(messagesOf[Status](w)); n > 36 {
			t.Errorf("got %d statuses in 30 rounds, want cheap polls to coincide", n)
		}
		if gaps := gapsOf(w); slices.Max(gaps) < 1900*time.Millisecond || slices.Min(gaps) > 20*time.Millisecond {
			t.Errorf("got gaps %v, want the profiles in pairs", gaps)
		}
	})
}

// A poll that takes the target a while does not coincide with any other.
func TestCadenceOfAnExpensiveService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"heap": 35 * time.Millisecond, "goroutine": 25 * time.Millisecond}}
		w, _, stop := overPipes(t, f, Options{Cost: 0.1})
		time.Sleep(60 * time.Second)
		stop()
		if d := slices.Min(gapsOf(w)); d < 100*time.Millisecond {
			t.Errorf("got two profiles within %v", d)
		}
	})
}

// An expensive profile is polled together with cheap ones, so that each round is judged and drawn.
func TestCadenceOfOneExpensiveProfile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"": time.Millisecond, "heap": 80 * time.Millisecond, "goroutine": 3 * time.Millisecond}}
		w, _, stop := overPipes(t, f, Options{Cost: 0.1})
		time.Sleep(60 * time.Second)
		stop()
		for _, name := range []string{"", "heap", "goroutine"} {
			if n := f.countRequests(name); n < 29 {
				t.Errorf("%q was polled %d times in 60 s at an interval of 2 s", name, n)
			}
		}
		if n := len(messagesOf[Status](w)); n > 36 {
			t.Errorf("got %d statuses in 30 rounds, want one per round", n)
		}
	})
}

// A cheap service on a busy machine is polled at the interval too: a few responses take much longer than most, but the
// budget allows it.
func TestCadenceOfACheapServiceOnABusyMachine(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		f := &fake{counts: map[profile.Kind]int{profile.Heap: 3000}, answer: map[string]http.HandlerFunc{"heap": func(w http.ResponseWriter, r *http.Request) {
			n++
			time.Sleep([]time.Duration{50, 80, 20_000, 60, 15_000}[n%5] * time.Microsecond)
			_, _ = w.Write([]byte{0x1f, 0x8b})
		}}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(time.Minute)
		stop()
		if n < 29 {
			t.Errorf("heap was polled %d times in a minute at an interval of 2 s:\n%s", n, lastStatus(w))
		}
	})
}

// gapsOf returns the times between the profiles of the second half of a watch.
func gapsOf(w *watcher) (gaps []time.Duration) {
	var times []time.Time
	for _, c := range messagesOf[profile.Capture](w) {
		times = append(times, c.Time)
	}
	times = times[len(times)/2:]
	slices.SortFunc(times, time.Time.Compare)
	for i := 1; i < len(times); i++ {
		gaps = append(gaps, times[i].Sub(times[i-1]))
	}
	return gaps
}

// An expensive service is polled less often, so that all polls together stay within the budget, and the cost shown
// is what they took.
func TestCadenceKeepsToTheBudget(t *testing.T) {
	large := map[profile.Kind]int{profile.Heap: 1e6, profile.Goroutine: 1e6}
	for _, tt := range []struct {
		name            string
		heap, goroutine time.Duration
		text            time.Duration // duration of the heap profile as text
		cost            float64
		counts          map[profile.Kind]int
	}{
		{"large heap", 70 * time.Millisecond, 3 * time.Millisecond, 70 * time.Millisecond, 0.01, large},
		{"both large", 70 * time.Millisecond, 300 * time.Millisecond, 70 * time.Millisecond, 0.01, large},
		{"generous", 200 * time.Millisecond, 20 * time.Millisecond, 200 * time.Millisecond, 0.05, large},
		{"cheap text", 70 * time.Millisecond, 3 * time.Millisecond, 20 * time.Millisecond, 0.01, large},
		{"generous, cheap text", 200 * time.Millisecond, 20 * time.Millisecond, 20 * time.Millisecond, 0.05, large},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{takes: map[string]time.Duration{"heap": tt.heap, "goroutine": tt.goroutine, heapAsText: tt.text}, counts: tt.counts}
				w, _, stop := overPipes(t, f, Options{Cost: tt.cost})
				time.Sleep(10 * time.Minute)
				stop()
				real := float64(f.totalWork()) / float64(10*time.Minute)
				if real > 1.1*tt.cost || real < 0.8*tt.cost {
					t.Errorf("polling took %.4f of a core, want at most the budget %.4f", real, tt.cost)
				}
				all := messagesOf[Status](w)
				for _, s := range all {
					if s.Cost > 1.05*tt.cost {
						t.Fatalf("after %v: got cost %.4f", s.Time.Sub(all[0].Time), s.Cost)
					}
				}
				if shown := all[len(all)-1].Cost; math.Abs(shown-real) > 0.15*real {
					t.Errorf("got cost %.4f, want the measured %.4f", shown, real)
				}
			})
		})
	}
}

// A target that has no CPU answers late, but that does not make a small profile more
// expensive: time that its size does not explain makes polls no rarer, however long the watch.
func TestCadenceOfATargetWithoutCPU(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{
			takes:  map[string]time.Duration{"heap": 400 * time.Millisecond, "goroutine": 900 * time.Millisecond},
			counts: map[profile.Kind]int{profile.Heap: 300, profile.Goroutine: 200},
		}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(2 * time.Minute)
		stop()
		for _, name := range []string{"heap", "goroutine"} {
			if n := f.countRequests(name); n < 30 {
				t.Errorf("%s was polled %d times in two minutes:\n%s", name, n, lastStatus(w))
			}
		}
		if s := messagesOf[Status](w); s[len(s)-1].Cost > 0.01 {
			t.Errorf("got cost %.4f", s[len(s)-1].Cost)
		}
	})
}

// The round trip is not the target's work: a slow tunnel does not change the cadence.
func TestCadenceOverASlowNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const trip = 400 * time.Millisecond
		f := &fake{takes: map[string]time.Duration{"": trip, "heap": trip + 10*time.Millisecond, "goroutine": trip}}
		f.answer = map[string]http.HandlerFunc{"goroutine": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte{0x1f, 0x8b})
			_ = http.NewResponseController(w).Flush()
			time.Sleep(time.Second) // in transit
			_, _ = w.Write([]byte("profile"))
		}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(2 * time.Minute)
		stop()
		if n := f.countRequests("heap"); n < 25 {
			t.Errorf("heap was polled %d times in two minutes", n)
		}
		all := messagesOf[Status](w)
		if shown := all[len(all)-1].Cost; shown > 0.01 {
			t.Errorf("got cost %.4f, which includes the network's time", shown)
		}
	})
}

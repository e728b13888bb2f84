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

// A cheap service is asked at the interval; nothing overlaps.
func TestCadenceOfACheapService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"": time.Millisecond, "heap": 5 * time.Millisecond, "goroutine": 3 * time.Millisecond}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(60 * time.Second)
		stop()
		for _, name := range []string{"", "heap", "goroutine"} {
			least := 29
			if name == "heap" {
				least += 10 // as text, for the memory
			}
			if n := f.count(name); n < least || n > least+4 {
				t.Errorf("%q was asked %d times in 60 s at 2 s", name, n)
			}
		}
		if f.most != 1 {
			t.Errorf("%d requests at the same time", f.most)
		}
		if n := len(messages[Status](w)); n > 36 {
			t.Errorf("%d statuses were sent of 30 rounds: what is cheap comes together", n)
		}
		if gaps := gapsOf(w); slices.Max(gaps) < 1900*time.Millisecond || slices.Min(gaps) > 20*time.Millisecond {
			t.Errorf("the profiles do not come in pairs: %v", gaps)
		}
	})
}

// What takes the target a while does not come together with anything else.
func TestCadenceOfAnExpensiveService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"heap": 35 * time.Millisecond, "goroutine": 25 * time.Millisecond}}
		w, _, stop := overPipes(t, f, Options{Cost: 0.1})
		time.Sleep(60 * time.Second)
		stop()
		if d := slices.Min(gapsOf(w)); d < 100*time.Millisecond {
			t.Errorf("two profiles within %v", d)
		}
	})
}

// So it is where some answers take much longer than most, and the budget allows that.
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
			t.Errorf("heap was asked %d times in a minute at 2 s:\n%s", n, lastStatus(w))
		}
	})
}

// gapsOf returns the times between the profiles of the second half of a watch.
func gapsOf(w *watcher) (gaps []time.Duration) {
	var times []time.Time
	for _, c := range messages[profile.Capture](w) {
		times = append(times, c.Time)
	}
	times = times[len(times)/2:]
	slices.SortFunc(times, time.Time.Compare)
	for i := 1; i < len(times); i++ {
		gaps = append(gaps, times[i].Sub(times[i-1]))
	}
	return gaps
}

// An expensive service is asked less often, so that all of it together stays

// within the budget, and the cost shown is what it took.
func TestCadenceKeepsToTheBudget(t *testing.T) {
	large := map[profile.Kind]int{profile.Heap: 1e6, profile.Goroutine: 1e6}
	small := map[profile.Kind]int{profile.Heap: 60, profile.Goroutine: 20} // explains none of the work
	for _, tt := range []struct {
		name            string
		heap, goroutine time.Duration
		text            time.Duration // of the heap as text
		cost            float64
		counts          map[profile.Kind]int
		from            time.Duration // a second look is paid for by then
	}{
		{"large heap", 70 * time.Millisecond, 3 * time.Millisecond, 70 * time.Millisecond, 0.01, large, 0},
		{"both large", 70 * time.Millisecond, 300 * time.Millisecond, 70 * time.Millisecond, 0.01, large, 0},
		{"generous", 200 * time.Millisecond, 20 * time.Millisecond, 200 * time.Millisecond, 0.05, large, 0},
		{"slow heap", 70 * time.Millisecond, 3 * time.Millisecond, 70 * time.Millisecond, 0.01, small, time.Minute},
		{"both slow", 70 * time.Millisecond, 300 * time.Millisecond, 70 * time.Millisecond, 0.01, small, time.Minute},
		{"generous to a slow one", 200 * time.Millisecond, 20 * time.Millisecond, 200 * time.Millisecond, 0.05, small, time.Minute},
		{"cheap text", 70 * time.Millisecond, 3 * time.Millisecond, 20 * time.Millisecond, 0.01, large, 0},
		{"generous, cheap text", 200 * time.Millisecond, 20 * time.Millisecond, 20 * time.Millisecond, 0.05, large, 0},
		{"cheap text of a slow one", 70 * time.Millisecond, 3 * time.Millisecond, 20 * time.Millisecond, 0.01, small, time.Minute},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := &fake{takes: map[string]time.Duration{"heap": tt.heap, "goroutine": tt.goroutine, heapAsText: tt.text}, counts: tt.counts}
				w, _, stop := overPipes(t, f, Options{Cost: tt.cost})
				time.Sleep(10 * time.Minute)
				stop()
				real := float64(f.worked()) / float64(10*time.Minute)
				if real > 1.1*tt.cost || real < 0.8*tt.cost {
					t.Errorf("took %.4f of a core, the budget is %.4f", real, tt.cost)
				}
				all := messages[Status](w)
				for _, s := range all {
					if at := s.Time.Sub(all[0].Time); at >= tt.from && s.Cost > 1.05*tt.cost {
						t.Fatalf("after %v the cost is %.4f", at, s.Cost)
					}
				}
				if shown := all[len(all)-1].Cost; math.Abs(shown-real) > 0.15*real {
					t.Errorf("shown is %.4f, it took %.4f", shown, real)
				}
			})
		})
	}
}

// The round trip is not the target's work: a slow tunnel changes nothing.
func TestCadenceOverASlowNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const trip = 400 * time.Millisecond
		f := &fake{takes: map[string]time.Duration{"": trip, "heap": trip + 10*time.Millisecond, "goroutine": trip}}
		f.answer = map[string]http.HandlerFunc{"goroutine": func(w http.ResponseWriter, _ *http.Request) {
			_, _ = w.Write([]byte{0x1f, 0x8b})
			_ = http.NewResponseController(w).Flush()
			time.Sleep(time.Second) // on its way
			_, _ = w.Write([]byte("profile"))
		}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(2 * time.Minute)
		stop()
		if n := f.count("heap"); n < 25 {
			t.Errorf("heap was asked %d times in two minutes", n)
		}
		all := messages[Status](w)
		if shown := all[len(all)-1].Cost; shown > 0.01 {
			t.Errorf("the cost shown is %.4f, the network's", shown)
		}
	})
}

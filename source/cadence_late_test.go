package source

import (
	"math/rand/v2"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// One delayed answer does not slow down the watch, not even the first, and is not
// shown as its cost.
func TestCadenceForgivesOneDelay(t *testing.T) {
	for _, late := range []int{1, 2, 10} {
		synctest.Test(t, func(t *testing.T) {
			n := 0
			f := &fake{answer: map[string]http.HandlerFunc{"heap": func(w http.ResponseWriter, r *http.Request) {
				if n++; n == late {
					time.Sleep(3 * time.Second)
				}
				_, _ = w.Write([]byte{0x1f, 0x8b})
			}}}
			w, _, stop := overPipes(t, f, Options{})
			time.Sleep(2 * time.Minute)
			stop()
			all := messages[Status](w)
			for _, s := range all {
				if at := s.Time.Sub(all[0].Time); at > 15*time.Second && s.Cost > 0.01 {
					t.Fatalf("answer %d is late: the cost is %.4f after %v", late, s.Cost, at)
				}
			}
			if n < 50 {
				t.Errorf("answer %d is late: heap was asked %d times in two minutes", late, n)
			}
		})
	}
}

// A target that gets little CPU answers late again and again, whatever it is asked:
// that is not the work of the watch, which goes on as often as the target can answer.
func TestCadenceOfAStarvedService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		late := func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				time.Sleep([]time.Duration{700, 150, 900, 400, 20, 600, 300}[n%7] * time.Millisecond)
				n++
				next.ServeHTTP(w, r)
			})
		}
		f := &fake{counts: map[profile.Kind]int{profile.Heap: 60, profile.Goroutine: 20}}
		w, _, stop := overPipes(t, late(f), Options{})
		time.Sleep(2 * time.Minute)
		stop()
		for _, name := range []string{"heap", "goroutine"} {
			if n := f.count(name); n < 35 {
				t.Errorf("%s was asked %d times in two minutes at 2 s", name, n)
			}
		}
		all := messages[Status](w)
		for _, s := range all {
			if at := s.Time.Sub(all[0].Time); at > 20*time.Second && s.Cost > 0.0105 {
				t.Fatalf("the cost is %.4f after %v, of profiles of 60 and 20 entries", s.Cost, at)
			}
		}
	})
}

// So does one that answers everything as late: nothing of that is work.
func TestCadenceOfAServiceThatIsAlwaysLate(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const late = 700 * time.Millisecond
		f := &fake{
			counts: map[profile.Kind]int{profile.Heap: 60, profile.Goroutine: 20},
			takes:  map[string]time.Duration{"": late, "heap": late, "goroutine": late, "vars": late},
		}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(2 * time.Minute)
		stop()
		for _, name := range []string{"heap", "goroutine"} {
			if n := f.count(name); n < 35 {
				t.Errorf("%s was asked %d times in two minutes at 2 s", name, n)
			}
		}
		for _, s := range messages[Status](w) {
			if s.Cost > 0.0105 {
				t.Fatalf("the cost is %.4f at %v, of profiles of 60 and 20 entries", s.Cost, s.Time)
			}
		}
	})
}

// If it is unknown how long a slow first answer should have taken, as with a
// collection before it, a second poll comes soon; what it was too early, the third
// is later.
func TestCadencePaysBackTheSecondLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"heap": 300 * time.Millisecond}, counts: map[profile.Kind]int{profile.Heap: maxBuckets + 1}}
		w, _, stop := overPipes(t, f, Options{GC: true})
		time.Sleep(2 * time.Minute)
		stop()
		var at []time.Duration
		for _, c := range messages[profile.Capture](w) {
			if c.Kind == profile.Heap {
				at = append(at, c.Time.Sub(messages[profile.Capture](w)[0].Time).Round(time.Second))
			}
		}
		if want := []time.Duration{0, 10 * time.Second, 60 * time.Second, 90 * time.Second, 120 * time.Second}; !slices.Equal(at, want[:len(at)]) || len(at) < 4 {
			t.Errorf("heap was asked after %v", at)
		}
	})
}

// Where answers are uneven, the dear ones are paid for too.
func TestCadenceOfAnUnevenService(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		f := &fake{counts: map[profile.Kind]int{profile.Heap: 1e6}, answer: map[string]http.HandlerFunc{"heap": func(w http.ResponseWriter, r *http.Request) {
			n++
			time.Sleep([]time.Duration{50, 100, 40, 90, 45}[n%5] * time.Millisecond)
			_, _ = w.Write([]byte{0x1f, 0x8b})
		}}}
		w, _, stop := overPipes(t, f, Options{})
		time.Sleep(5 * time.Minute)
		stop()
		for _, s := range messages[Status](w) {
			if s.Cost > 0.0105 {
				t.Fatalf("the cost is %.4f at %v, the budget 0.01", s.Cost, s.Time)
			}
		}
		if n < 35 {
			t.Errorf("heap was asked %d times, the budget allows 48", n)
		}
	})
}

// A packet that is lost and sent again is no work of the target: on a slow and lossy
// way the watch goes on as often as the work alone would let it.
func TestCadenceOverALossyNetwork(t *testing.T) {
	const trip, work, sites = 300 * time.Millisecond, 52 * time.Millisecond, 22_700
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			lossy := func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					delay := trip
					for range 2 { // the request, or the first packet of the answer
						if random.Float64() < 0.05 {
							delay += 600*time.Millisecond + time.Duration(random.IntN(3))*trip
						}
					}
					time.Sleep(delay)
					next.ServeHTTP(w, r)
				})
			}
			f := &fake{
				takes:  map[string]time.Duration{"heap": work, "goroutine": 3 * time.Millisecond},
				counts: map[profile.Kind]int{profile.Heap: sites, profile.Goroutine: 100},
			}
			w, _, stop := overPipes(t, lossy(f), Options{})
			time.Sleep(10 * time.Minute)
			stop()
			var last time.Time
			var gap time.Duration
			for _, c := range messages[profile.Capture](w) {
				if c.Kind != profile.Heap {
					continue
				}
				if !last.IsZero() {
					gap = max(gap, c.Time.Sub(last))
				}
				last = c.Time
			}
			if n := f.count("heap"); n < 70 || gap > 25*time.Second {
				t.Errorf("seed %d: heap was asked %d times in ten minutes, with a gap of %v; the work alone lets it be 100 times", seed, n, gap)
			}
			all := messages[Status](w)
			for _, s := range all {
				if at := s.Time.Sub(all[0].Time); at > 2*time.Minute && s.Cost > 0.012 {
					for _, e := range s.Endpoints {
						t.Logf("%s %s wait %v work %v", e.Kind, e.Path, e.Wait, e.Work)
					}
					t.Fatalf("seed %d: the cost is %.4f after %v, the budget 0.01", seed, s.Cost, at)
				}
			}
		})
	}
}

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

// A single delayed response, even the first, does not slow down polling and is not reported as the target's cost.
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
			all := messagesOf[Status](w)
			for _, s := range all {
				if at := s.Time.Sub(all[0].Time); at > 15*time.Second && s.Cost > 0.01 {
					t.Fatalf("response %d delayed: got cost %.4f after %v", late, s.Cost, at)
				}
			}
			if n < 50 {
				t.Errorf("response %d delayed: heap was polled %d times in two minutes", late, n)
			}
		})
	}
}

// A target that gets little CPU responds late again and again, whatever the request. The polls do not cause that, so
// they continue as often as the target can respond.
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
			if n := f.countRequests(name); n < 35 {
				t.Errorf("%s was polled %d times in two minutes at an interval of 2 s", name, n)
			}
		}
		all := messagesOf[Status](w)
		for _, s := range all {
			if at := s.Time.Sub(all[0].Time); at > 20*time.Second && s.Cost > 0.0105 {
				t.Fatalf("got cost %.4f after %v for profiles of 60 and 20 entries", s.Cost, at)
			}
		}
	})
}

// The same applies to a target whose responses are all equally late: none of that time is work.
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
			if n := f.countRequests(name); n < 35 {
				t.Errorf("%s was polled %d times in two minutes at an interval of 2 s", name, n)
			}
		}
		for _, s := range messagesOf[Status](w) {
			if s.Cost > 0.0105 {
				t.Fatalf("got cost %.4f at %v for profiles of 60 and 20 entries", s.Cost, s.Time)
			}
		}
	})
}

// If it is unknown how long a slow first response should have taken, as after a collection, a second poll follows soon.
// If that was too early for the budget, the third poll is delayed accordingly.
func TestCadencePaysBackTheSecondLook(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		f := &fake{takes: map[string]time.Duration{"heap": 300 * time.Millisecond}, counts: map[profile.Kind]int{profile.Heap: maxBuckets + 1}}
		w, _, stop := overPipes(t, f, Options{GC: true})
		time.Sleep(2 * time.Minute)
		stop()
		var at []time.Duration
		for _, c := range messagesOf[profile.Capture](w) {
			if c.Kind == profile.Heap {
				at = append(at, c.Time.Sub(messagesOf[profile.Capture](w)[0].Time).Round(time.Second))
			}
		}
		if want := []time.Duration{0, 10 * time.Second, 60 * time.Second, 90 * time.Second, 120 * time.Second}; !slices.Equal(at, want[:len(at)]) || len(at) < 4 {
			t.Errorf("heap was polled after %v", at)
		}
	})
}

// If response times vary, the expensive responses are counted against the budget too.
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
		for _, s := range messagesOf[Status](w) {
			if s.Cost > 0.0105 {
				t.Fatalf("got cost %.4f at %v, want at most the budget 0.01", s.Cost, s.Time)
			}
		}
		if n < 35 {
			t.Errorf("heap was polled %d times, want at most the 48 that the budget allows", n)
		}
	})
}

// Retransmitting a lost packet is not work of the target: over a slow and lossy network, polling continues as often as
// the work alone would allow.
func TestCadenceOverALossyNetwork(t *testing.T) {
	const trip, work, sites = 300 * time.Millisecond, 52 * time.Millisecond, 22_700
	for seed := range uint64(10) {
		synctest.Test(t, func(t *testing.T) {
			random := rand.New(rand.NewPCG(seed, 0))
			lossy := func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					delay := trip
					for range 2 { // the request, or the first packet of the response
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
			for _, c := range messagesOf[profile.Capture](w) {
				if c.Kind != profile.Heap {
					continue
				}
				if !last.IsZero() {
					gap = max(gap, c.Time.Sub(last))
				}
				last = c.Time
			}
			if n := f.countRequests("heap"); n < 70 || gap > 25*time.Second {
				t.Errorf("seed %d: heap was polled %d times in ten minutes, with a gap of %v; the work alone allows 100 polls", seed, n, gap)
			}
			all := messagesOf[Status](w)
			for _, s := range all {
				if at := s.Time.Sub(all[0].Time); at > 2*time.Minute && s.Cost > 0.012 {
					for _, e := range s.Endpoints {
						t.Logf("%s %s wait %v work %v", e.Kind, e.Path, e.Wait, e.Work)
					}
					t.Fatalf("seed %d: got cost %.4f after %v, want at most the budget 0.01", seed, s.Cost, at)
				}
			}
		})
	}
}

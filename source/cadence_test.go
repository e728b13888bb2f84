package source

import (
	"math"
	"net/http"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"github.com/leaktop/leaktop/profile"
)

func TestAllow(t *testing.T) {
	for _, tt := range []struct {
		budget     float64
		uses, want []float64
	}{
		{0.01, []float64{0.002, 0.003}, []float64{0.002, 0.003}},
		{0.01, []float64{0.035, 0.002}, []float64{0.008, 0.002}},
		{0.01, []float64{0.035, 0.035}, []float64{0.005, 0.005}},
		{0.01, []float64{0, 0.05, 0.003, 0.05}, []float64{0, 0.0035, 0.003, 0.0035}},
		{0.01, nil, nil},
	} {
		got := shareBudget(tt.budget, tt.uses)
		for i := range tt.want {
			if math.Abs(got[i]-tt.want[i]) > 1e-9 {
				t.Errorf("%v of %v: got %v, want %v", tt.budget, tt.uses, got, tt.want)
				break
			}
		}
	}
}

func TestAllowIsFair(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		budget := rapid.Float64Range(0.0001, 1).Draw(t, "budget")
		uses := rapid.SliceOfN(rapid.Float64Range(0, 2), 1, 8).Draw(t, "uses")
		got := shareBudget(budget, uses)
		var sum, most float64
		for i := range uses {
			sum += got[i]
			most = max(most, got[i])
			if got[i] < 0 || got[i] > uses[i]+1e-9 {
				t.Fatalf("%v gets %v", uses, got)
			}
		}
		if sum > budget+1e-9 {
			t.Fatalf("%v is more than %v", got, budget)
		}
		for i := range uses {
			if got[i] < uses[i]-1e-9 && got[i] < most-1e-9 {
				t.Fatalf("%v gets %v: %d wants more and has less than another", uses, got, i)
			}
		}
	})
}

func TestPace(t *testing.T) {
	for _, tt := range []struct {
		least, work time.Duration
		share       float64
		want        time.Duration
	}{
		{2 * time.Second, 0, 0.01, 2 * time.Second},
		{2 * time.Second, 20 * time.Millisecond, 0.01, 2 * time.Second},
		{2 * time.Second, 70 * time.Millisecond, 0.01, 7 * time.Second},
		{10 * time.Second, 70 * time.Millisecond, 0.01, 10 * time.Second},
		{2 * time.Second, time.Hour, 0.01, maxWait},
		{2 * time.Second, time.Second, 0, maxWait},
	} {
		if got := pollWait(tt.least, tt.work, tt.share); (got - tt.want).Abs() > time.Millisecond {
			t.Errorf("%+v: got %v", tt, got)
		}
	}
}

func TestBackoff(t *testing.T) {
	want := []time.Duration{1, 2, 4, 8, 15, 15, 15}
	for i, w := range want {
		w *= time.Second
		if got := backoffWait(i + 1); (got - w).Abs() > w/5 {
			t.Errorf("failure %d: got %v, want %v with a fifth of jitter", i+1, got, w)
		}
	}
	if got := backoffWait(1 << 40); got > 18*time.Second || got <= 0 {
		t.Errorf("after very many failures: %v", got)
	}
	if got := failureWait(1, nil, 10*time.Second, 0.01); got != time.Minute {
		t.Errorf("after ten seconds in vain: %v, want a minute", got)
	}
}

func TestMedian(t *testing.T) {
	if got := medianWork([]time.Duration{9, 1, 100, 2, 3}); got != 3 {
		t.Errorf("got %d", got)
	}
	if got := medianWork([]time.Duration{100, 3}); got != 3 {
		t.Errorf("of two: %d", got)
	}
	if got := medianWork(nil); got != 0 {
		t.Errorf("of none: %d", got)
	}
}

func TestWaitWith(t *testing.T) {
	const ms, s = time.Millisecond, time.Second
	for _, tt := range []struct {
		works     []time.Duration
		every     time.Duration // asked so far
		explained time.Duration
		late      bool
		want      time.Duration
	}{
		{[]time.Duration{70 * ms}, 0, 0, false, 7 * s},
		{[]time.Duration{60 * ms, 150 * ms}, 6 * s, 0, false, 15 * s}, // uneven, as on a busy machine
		{[]time.Duration{40 * ms, 250 * ms}, 4 * s, 300 * ms, false, 25 * s},
		{[]time.Duration{14 * ms, 62 * ms, 20 * ms, 41 * ms, 25 * ms}, 3 * s, 0, false, 4200 * ms},
		{[]time.Duration{8 * ms, 8 * ms, 8 * ms, 8 * ms, 40 * ms}, 2 * s, 0, false, 2 * s}, // a dear one among cheap ones
		{[]time.Duration{10 * ms, 10 * ms, 3 * s}, 2 * s, 0, false, 2 * s},                 // it came late
		{[]time.Duration{3 * s, 10 * ms}, 10 * s, 0, false, 2 * s},                         // so did the first
		{[]time.Duration{300 * ms, 300 * ms}, 10 * s, 0, false, 50 * s},                    // the second look was too early
		{[]time.Duration{900 * ms, 800 * ms, 2 * s}, 2 * s, 21 * ms, true, 2300 * ms},      // a target without CPU
		{[]time.Duration{300 * ms, 300 * ms}, 10 * s, 21 * ms, false, 50 * s},              // one with CPU is that slow
		{[]time.Duration{300 * ms}, 0, 21 * ms, false, 10 * s},                             // it may be
		{[]time.Duration{time.Hour, time.Hour}, s, 0, false, maxWait},
	} {
		e := &pollState{minWait: 2 * s, recentWork: tt.works, maxAnswerWork: func() time.Duration { return tt.explained }, targetIsLate: func() bool { return tt.late }}
		for i := range tt.works {
			e.recentStarts = append(e.recentStarts, time.Unix(0, 0).Add(time.Duration(i)*tt.every))
		}
		if got := e.nextWait(0.01); (got - tt.want).Abs() > ms {
			t.Errorf("of %v: %v, want %v", tt.works, got, tt.want)
		}
	}
}

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
		checkSpread(t, w)
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

// checkSpread says that heap and goroutines do not keep coming together.
func checkSpread(t *testing.T, w *watcher) {
	t.Helper()
	var times []time.Time
	for _, c := range messages[profile.Capture](w) {
		times = append(times, c.Time)
	}
	times = times[len(times)/2:]
	slices.SortFunc(times, time.Time.Compare)
	for i := 1; i < len(times); i++ {
		if d := times[i].Sub(times[i-1]); d < 100*time.Millisecond {
			t.Errorf("two profiles within %v", d)
			return
		}
	}
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

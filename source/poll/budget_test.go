package poll

import (
	"math"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
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
	if got := FailureWait(1, nil, 10*time.Second, 0.01); got != time.Minute {
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
		want      time.Duration
	}{
		{[]time.Duration{70 * ms}, 0, 0, 7 * s},
		{[]time.Duration{60 * ms, 150 * ms}, 6 * s, 0, 15 * s}, // uneven, as on a busy machine
		{[]time.Duration{40 * ms, 250 * ms}, 4 * s, 300 * ms, 25 * s},
		{[]time.Duration{14 * ms, 62 * ms, 20 * ms, 41 * ms, 25 * ms}, 3 * s, 0, 4200 * ms},
		{[]time.Duration{8 * ms, 8 * ms, 8 * ms, 8 * ms, 40 * ms}, 2 * s, 0, 2 * s}, // an expensive one among cheap ones
		{[]time.Duration{10 * ms, 10 * ms, 3 * s}, 2 * s, 0, 2 * s},                 // it came late
		{[]time.Duration{3 * s, 10 * ms}, 10 * s, 0, 2 * s},                         // so did the first
		{[]time.Duration{300 * ms, 300 * ms}, 10 * s, 0, 50 * s},                    // the second poll was too early
		{[]time.Duration{900 * ms, 800 * ms, 2 * s}, 2 * s, 21 * ms, 2300 * ms},     // a target without CPU
		{[]time.Duration{300 * ms}, 0, 21 * ms, 2100 * ms},
		{[]time.Duration{time.Hour, time.Hour}, s, 0, maxWait},
	} {
		e := &Endpoint{MinWait: 2 * s, RecentWork: tt.works, MaxAnswerWork: func() time.Duration { return tt.explained }}
		for i := range tt.works {
			e.RecentStarts = append(e.RecentStarts, time.Unix(0, 0).Add(time.Duration(i)*tt.every))
		}
		if got := e.nextWait(0.01); (got - tt.want).Abs() > ms {
			t.Errorf("of %v: %v, want %v", tt.works, got, tt.want)
		}
	}
}

// A machine without spare CPU delays some answers, but not the index page, which is
// too cheap to be interrupted. The fastest answers show what a profile costs.
func TestDelaysAreNotWork(t *testing.T) {
	const ms = time.Millisecond
	for _, tt := range []struct {
		name      string
		works     []time.Duration
		goroutine []int
		want      time.Duration // the most work
	}{
		{"one is no more than its size explains", []time.Duration{900 * ms}, []int{1000}, 35 * ms},
		{"delays", []time.Duration{20 * ms, 900 * ms, 700 * ms, 1200 * ms, 800 * ms, 900 * ms}, []int{6000}, 40 * ms},
		{"the soonest is long ago", slices.Concat([]time.Duration{20 * ms}, slices.Repeat([]time.Duration{900 * ms}, 20)), []int{6000}, 40 * ms},
		{"a profile that grows", []time.Duration{2 * ms, 800 * ms, 900 * ms}, []int{500, 3000, 6000}, 37 * ms},
		{"a slow target", []time.Duration{300 * ms, 310 * ms, 320 * ms}, []int{500}, 20 * ms},
		{"cheap ones", []time.Duration{ms, ms, ms}, []int{10}, AnswerWork},
	} {
		i := 0
		e := &Endpoint{MinWait: 2 * time.Second}
		e.MaxAnswerWork = func() time.Duration {
			return MaxAnswerWork(tt.goroutine[min(i, len(tt.goroutine)-1)], EntryWork)
		}
		for j, w := range tt.works {
			i = j
			e.recordSuccess(time.Unix(int64(2*j), 0), time.Unix(int64(2*j+1), 0), w)
		}
		if got := e.MaxWork(); (got - tt.want).Abs() > ms {
			t.Errorf("%s: got %v, want %v", tt.name, got, tt.want)
		}
	}
}

package trend

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// sampled returns n points of f over 100 seconds.
func sampled(n int, f func(t float64) float64) []Point {
	p := make([]Point, n)
	for i := range p {
		t := 100 * float64(i) / float64(n-1)
		p[i] = Point{T: t, V: f(t)}
	}
	return p
}

func TestEven(t *testing.T) {
	line := MeasureEvenness(sampled(101, func(t float64) float64 { return 3 * t }))
	if line.KSDistance > 1e-9 || math.Abs(line.LastQuarter-0.25) > 1e-9 || math.Abs(line.FirstThird-1.0/3) > 1e-9 ||
		math.Abs(line.Steps-100) > 1e-6 || math.Abs(line.TopThree-0.03) > 1e-9 {
		t.Errorf("a line: %+v", line)
	}
	step := MeasureEvenness(sampled(101, func(t float64) float64 { return math.Floor(t / 50) }))
	if step.Steps > 2.01 || step.TopThree != 1 {
		t.Errorf("two steps: %+v", step)
	}
	// 1 − e^(−t/τ) with τ = 50 over 100 s is furthest ahead of the line at
	// x = −ln((1 − e⁻²)/2)/2 = 0.4193, by 0.2372.
	filling := MeasureEvenness(sampled(1001, func(t float64) float64 { return 1 - math.Exp(-t/50) }))
	if math.Abs(filling.FrontLoading-0.2372) > 1e-3 || filling.KSDistance != filling.FrontLoading || filling.KSStatistic < 3 {
		t.Errorf("filling: %+v", filling)
	}
	speeding := MeasureEvenness(sampled(101, func(t float64) float64 { return t * t }))
	if speeding.FrontLoading > 1e-9 || math.Abs(speeding.KSDistance-0.25) > 1e-3 || speeding.KSStatistic > 1e-9 {
		t.Errorf("speeding up: %+v", speeding)
	}
	stopped := MeasureEvenness(sampled(101, func(t float64) float64 { return min(t, 50) }))
	if stopped.LastQuarter != 0 || math.Abs(stopped.KSDistance-0.5) > 1e-9 {
		t.Errorf("stopped: %+v", stopped)
	}
	if e := MeasureEvenness(series(5, 5, 5)); e != (Evenness{}) {
		t.Errorf("flat: %+v", e)
	}
}

func TestTeeth(t *testing.T) {
	p := series(0, 5, 1, 6, 2, 7, 3, 8)
	s := FindTeeth(p, 2)
	if d := cmp.Diff(Saw{
		Troughs: []Point{{2, 1}, {4, 2}, {6, 3}},
		Peaks:   []Point{{1, 5}, {3, 6}, {5, 7}},
	}, s); d != "" {
		t.Error(d)
	}
	if s.RisingShare() != 1 || s.Period() != 2 {
		t.Errorf("rising %v, period %v", s.RisingShare(), s.Period())
	}
	flat := FindTeeth(series(0, 5, 0, 5, 0, 5, 0, 5), 2)
	if flat.RisingShare() != 0 || len(flat.Troughs) != 3 {
		t.Errorf("flat floor: %+v", flat)
	}
	if s := FindTeeth(p, 20); len(s.Troughs)+len(s.Peaks) != 0 {
		t.Errorf("teeth smaller than the swing: %+v", s)
	}
	if s := FindTeeth(p, math.NaN()); len(s.Troughs) != 0 {
		t.Errorf("no swing: %+v", s)
	}
}

// TestFilling follows a slice that append grows by a quarter, filled by 3 units
// per second: whatever its steps, the line is exact to the second.
func TestFilling(t *testing.T) {
	size := 100.0
	p := sampled(101, func(t float64) float64 {
		for content := 80 + 3*t; size < content; {
			size *= 1.25
		}
		return size
	})
	f := FindFill(p, 0.1)
	if math.Abs(f.PerSecond-3) > 0.1 || f.R2 < 0.99 || f.Steps != 6 {
		t.Errorf("%+v", f)
	}
	// 381 units are full at t = (381.47 − 80)/3 = 100.5 s.
	if math.Abs(f.Due-100.5) > 3 || f.IsOverdue(100, 1.6, 4) || !f.IsOverdue(300, 1.6, 4) {
		t.Errorf("due %v", f.Due)
	}
	if f := FindFill(append(p, Point{101, 10}), 0.1); f.Steps != 0 {
		t.Errorf("after it was given up: %+v", f)
	}
	if f := FindFill(series(1, 2), 0.1); f.Steps != 1 || f.PerSecond != 0 {
		t.Errorf("one step: %+v", f)
	}
}

func TestZScore(t *testing.T) {
	for _, tt := range []struct{ before, after, turnover, want float64 }{
		{0, 9, 9, 9 / math.Sqrt(10)},                // nothing is freed
		{100, 109, 1000, 9 / math.Sqrt(210)},        // all is new
		{100, 109, math.Inf(1), 9 / math.Sqrt(210)}, // unknown turnover
		{100, 100, 0, 0},
		{100, 91, 9, -9 / math.Sqrt(10)},
		{math.NaN(), 1, 1, 0},
		{1, math.Inf(1), 1, 0},
		{-5, 5, -3, 10},
	} {
		if got := ZScore(tt.before, tt.after, tt.turnover); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("ZScore(%v, %v, %v) = %v, want %v", tt.before, tt.after, tt.turnover, got, tt.want)
		}
	}
}

package trend

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// series returns points at every second from 0 on.
func series(values ...float64) []Point {
	p := make([]Point, len(values))
	for i, v := range values {
		p[i] = Point{T: float64(i), V: v}
	}
	return p
}

// wild draws any points: out of order, duplicate, infinite, NaN.
func wild() *rapid.Generator[[]Point] {
	v := rapid.OneOf(
		rapid.Float64(),
		rapid.Float64Range(-10, 10),
		rapid.SampledFrom([]float64{0, 1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 5e-324}),
	)
	return rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Point {
		return Point{T: v.Draw(t, "t"), V: v.Draw(t, "v")}
	}), 0, 60)
}

func TestClean(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for name, tt := range map[string]struct{ in, want []Point }{
		"empty":     {nil, nil},
		"as it is":  {series(3, 1, 2), series(3, 1, 2)},
		"in order":  {[]Point{{2, 1}, {0, 5}, {1, 4}}, []Point{{0, 5}, {1, 4}, {2, 1}}},
		"last wins": {[]Point{{0, 1}, {1, 2}, {1, 3}, {0, 9}}, []Point{{0, 9}, {1, 3}}},
		"finite":    {[]Point{{0, nan}, {1, 1}, {nan, 2}, {2, inf}, {-inf, 3}, {3, -math.MaxFloat64}}, []Point{{1, 1}}},
	} {
		if d := cmp.Diff(tt.want, Clean(tt.in)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
}

// The median of two values is between them, even for the smallest floating-point
// numbers.
func TestMedianOfTheSmallestNumbers(t *testing.T) {
	p := series(math.SmallestNonzeroFloat64, math.SmallestNonzeroFloat64)
	if d := cmp.Diff(p, Median(p, 2)); d != "" {
		t.Error(d)
	}
}

// TestAnyPoints checks the promises of every function: whatever the points, it does
// not panic, returns no NaN where it promises a number, and changes no argument.
func TestAnyPoints(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := wild().Draw(t, "p")
		before := append([]Point(nil), p...)
		c := Clean(p)
		if !isClean(c) {
			t.Fatalf("Clean left %v", c)
		}
		e := MeasureExtent(p)
		low, high := e.Low, e.High
		for name, f := range map[string][]Point{"Floor": Floor(p), "Median": Median(p, 5), "Hampel": Hampel(p)} {
			if !isClean(f) || len(f) != len(c) {
				t.Fatalf("%s(%v) = %v", name, p, f)
			}
			if e := MeasureExtent(f); e.Low < low || e.High > high {
				t.Fatalf("%s leaves the range of the values: %v not in %v", name, []float64{e.Low, e.High}, []float64{low, high})
			}
		}
		even, saw, fill, s := MeasureEvenness(p), FindTeeth(p, 1), FindFill(p, 0.1), Drift(p, 0.95)
		for name, v := range map[string]float64{
			"Drawdown": Drawdown(p), "Distance": even.KSDistance, "Ahead": even.FrontLoading, "FirstThird": even.FirstThird, "LastQuarter": even.LastQuarter,
			"TopThree": even.TopThree, "Rising": saw.RisingShare(), "R2": fill.R2,
		} {
			if !(v >= 0 && v <= 1+1e-9) {
				t.Fatalf("%s = %v is no share", name, v)
			}
		}
		for name, v := range map[string]float64{
			"Span": Span(p), "Rise": NetRise(p), "Steps": even.Steps, "Period": saw.Period(),
			"fill": fill.PerSecond, "slope": s.PerSecond, "Surplus": ZScore(low, high, high-low),
		} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%s = %v", name, v)
			}
		}
		if !(s.Low <= s.PerSecond && s.PerSecond <= s.High) {
			t.Fatalf("slope %v outside its interval", s)
		}
		fill.IsOverdue(0, 1.6, 4)
		Since(p, 0)
		for i := range p {
			if math.Float64bits(p[i].T) != math.Float64bits(before[i].T) || math.Float64bits(p[i].V) != math.Float64bits(before[i].V) {
				t.Fatalf("point %d was changed", i)
			}
		}
	})
}

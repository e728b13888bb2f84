package trend

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestFitLine(t *testing.T) {
	var p []Point
	for i := range 10 {
		p = append(p, Point{T: 100 + float64(i), V: 7 + 3*float64(i)})
	}
	if s := FitLine(p, 0.9); math.Abs(s.PerSecond-3) > 1e-9 || s.High-s.Low > 1e-9 {
		t.Errorf("an exact line: got %+v, want 3", s)
	}
	for name, p := range map[string][]Point{"two points": p[:2], "one time": {{T: 1, V: 1}, {T: 1, V: 2}, {T: 1, V: 3}}} {
		if s := FitLine(p, 0.9); !math.IsInf(s.Low, -1) || !math.IsInf(s.High, 1) {
			t.Errorf("%s: got %+v, want nothing known", name, s)
		}
	}
}

// The interval contains the slope as often as it claims if errors are independent, even with
// few points.
func TestFitLineInterval(t *testing.T) {
	const runs = 4000
	for _, n := range []int{5, 8, 20} {
		r, held := rand.New(rand.NewPCG(1, uint64(n))), 0
		for range runs {
			var p []Point
			for i := range n {
				p = append(p, Point{T: float64(6 * i), V: 2*float64(6*i) + 10*r.NormFloat64()})
			}
			if s := FitLine(p, 0.9); s.Low <= 2 && 2 <= s.High {
				held++
			}
		}
		if share := float64(held) / runs; math.Abs(share-0.9) > 0.02 {
			t.Errorf("%d points: the interval holds the slope in %.1f%% of runs, want 90%%", n, 100*share)
		}
	}
}

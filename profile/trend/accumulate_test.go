package trend

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestAccumulateHoldsTheTruth checks that for random events, in samples of any size, 90%
// of the 90% intervals contain the true rate.
func TestAccumulateHoldsTheTruth(t *testing.T) {
	for _, perSecond := range []float64{0.4, 2, 30} {
		r := rand.New(rand.NewPCG(3, uint64(perSecond*10)))
		held, above, below := 0, 0, 0
		const runs = 2000
		for range runs {
			var p []Point
			v, next := 0.0, r.ExpFloat64()/perSecond
			for s := 0.0; s <= 100; s += 2 {
				for next <= s {
					v, next = v+1, next+r.ExpFloat64()/perSecond
				}
				p = append(p, Point{T: s, V: v})
			}
			switch s := Accumulate(p, 0, 0.9); {
			case s.Low > perSecond:
				above++
			case s.High < perSecond:
				below++
			default:
				held++
			}
		}
		if share := float64(held) / runs; math.Abs(share-0.9) > 0.03 || above > 3*below || below > 3*above {
			t.Errorf("at %g a second: %.3f, %d above, %d below", perSecond, share, above, below)
		}
	}
}

// TestAccumulateOfRegularEvents checks that regular events have a narrow interval, even
// if the times of the points are inexact.
func TestAccumulateOfRegularEvents(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	var exact, jittered []Point
	for s := 0.0; s <= 100; s += 2 {
		exact = append(exact, Point{T: s, V: 3 * s})
		jittered = append(jittered, Point{T: s, V: 3 * (s + r.Float64())})
	}
	if s := Accumulate(exact, 0, 0.9); s.PerSecond != 3 || s.Low < 2.99 || s.High > 3.01 {
		t.Errorf("%+v", s)
	}
	if s := Accumulate(jittered, 0, 0.9); s.Low < 2.9 || s.High > 3.1 || s.Low > 3.01 || s.High < 2.99 {
		t.Errorf("inexact times: %+v", s)
	}
}

// TestAccumulateOfLittle checks that too few points, or points that do not rise, are
// left to [Drift].
func TestAccumulateOfLittle(t *testing.T) {
	for _, p := range [][]Point{nil, {{0, 1}}, {{0, 1}, {1, 2}}, {{0, 3}, {1, 2}, {2, 1}}} {
		if got, want := Accumulate(p, 0, 0.9), Drift(p, 0.9); got != want && !math.IsNaN(want.T) {
			t.Errorf("%v: %+v, want %+v", p, got, want)
		}
	}
}

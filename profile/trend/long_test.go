package trend

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestLongSeriesAreThinned checks that the number of fitted points of a long series is bounded, and that intervals
// still contain the slope: of a random walk, of independent errors, some of which thinning loses, and of both.
func TestLongSeriesAreThinned(t *testing.T) {
	const runs, compared, truth, n = 100, 10, 1.0, 1800
	for name, tt := range map[string]struct{ walk, noise float64 }{"a walk": {1, 0}, "noise": {0, 20}, "both": {0.5, 5}} {
		r := rand.New(rand.NewPCG(5, 6))
		held, width, all := 0, 0.0, 0.0
		for run := range runs {
			p, level := make([]Point, n), 0.0
			for i := range p {
				p[i] = Point{T: 2 * float64(i), V: level + tt.noise*r.NormFloat64()}
				level += 2*truth + tt.walk*r.NormFloat64()
			}
			if got := len(thinPoints(p)); got > maxPoints || len(pickPoints(p)) != got {
				t.Fatalf("fits %d points", got)
			}
			s := Drift(p, 0.9)
			if s.Low <= truth && truth <= s.High {
				held++
			}
			if run < compared {
				u := referenceDrift(p, 0.9)
				width, all = width+s.High-s.Low, all+u.High-u.Low
			}
		}
		t.Logf("%s: %d of %d hold, %.2f times as wide as with all points", name, held, runs, width/all)
		if held < runs*82/100 {
			t.Errorf("%s: %d of %d intervals hold", name, held, runs)
		}
		if width > 3*all {
			t.Errorf("%s: intervals are %.1f times as wide as with all points", name, width/all)
		}
	}
}

// TestDriftIsLeastSquares compares the running sums of Drift with the definition of generalized least squares.
func TestDriftIsLeastSquares(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for range 20 {
		p, v := []Point{}, 0.0
		for i, at := 0, 0.0; i < 40; i++ {
			p = append(p, Point{T: at, V: v + 2*r.NormFloat64()})
			at += 1 + 3*r.Float64()
			v += r.ExpFloat64()
		}
		got, want := Drift(p, 0.9), referenceDrift(p, 0.9)
		if math.Abs(got.PerSecond-want.PerSecond) > 1e-6 || math.Abs(got.Low-want.Low) > 1e-6 || math.Abs(got.High-want.High) > 1e-6 {
			t.Fatalf("got %+v, want %+v", got, want)
		}
	}
}

// referenceDrift is Drift for all points, computed with the Cholesky decomposition of the covariance of the
// differences.
func referenceDrift(p []Point, confidence float64) Slope {
	chord := chordSlope(p)
	p = Hampel(subtractLine(p, chord))
	n := len(p) - 1
	mean := Span(p) / float64(n)
	var fits []driftFit
	best := math.Inf(-1)
	for _, share := range noiseShares {
		q, r := (1-share)/mean, share/2
		diagonal, below := make([]float64, n), make([]float64, n) // diagonal and subdiagonal of the factor
		t, v, logD := make([]float64, n), make([]float64, n), 0.0
		for i := range n {
			dt, dv := p[i+1].T-p[i].T, p[i+1].V-p[i].V
			d := q*dt + 2*r
			if i > 0 {
				below[i] = -r / diagonal[i-1]
				d -= below[i] * below[i]
				dt, dv = dt-below[i]*t[i-1], dv-below[i]*v[i-1]
			}
			diagonal[i] = math.Sqrt(max(d, 1e-12))
			t[i], v[i] = dt/diagonal[i], dv/diagonal[i]
			logD += 2 * math.Log(diagonal[i])
		}
		var tt, tv, vv float64
		for i := range n {
			tt, tv, vv = tt+t[i]*t[i], tv+t[i]*v[i], vv+v[i]*v[i]
		}
		slope, df := tv/tt, float64(n-1)
		noise := (vv - slope*tv) / df
		fits = append(fits, driftFit{slope: slope, variance: noise / tt, likelihood: -(df*math.Log(noise) + logD + math.Log(tt)) / 2})
		best = max(best, fits[len(fits)-1].likelihood)
	}
	return averageFits(fits, best).slopeAbove(chord, len(p), confidence)
}

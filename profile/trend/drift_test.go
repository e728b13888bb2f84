package trend

import (
	"math"
	"math/rand/v2"
	"testing"
)

// model returns a series that grows by 0.5 per second, with 45 points at every 2
// s.
type model func(r *rand.Rand) []Point

// models are kinds of errors that profiles have.
var models = map[string]model{
	// Each request leaks or not, so errors add up.
	"walk": func(r *rand.Rand) []Point {
		return grow(r, func(float64) float64 { return 0 })
	},
	// A leak below requests in flight.
	"walk and noise": func(r *rand.Rand) []Point {
		return grow(r, func(float64) float64 { return 3 * r.NormFloat64() })
	},
	// A leak below bursts that few polls show.
	"walk and spikes": func(r *rand.Rand) []Point {
		return grow(r, func(float64) float64 {
			if r.IntN(20) == 0 {
				return 50
			}
			return 0
		})
	},
	// A sawtooth of 24 s.
	"walk and teeth": func(r *rand.Rand) []Point {
		phase := 24 * r.Float64()
		return grow(r, func(t float64) float64 { return math.Mod(t+phase, 24) / 3 })
	},
}

func grow(r *rand.Rand, noise func(t float64) float64) []Point {
	p := make([]Point, 45)
	level := 0.0
	for i := range p {
		t := 2 * float64(i)
		p[i] = Point{T: t, V: level + noise(t)}
		for range 4 { // a binomial step of mean 1
			if r.IntN(4) == 0 {
				level++
			}
		}
	}
	return p
}

// TestDriftCoverage shows why [Drift] is used: with any kind of error, its 90%
// interval contains the true slope about that often, while Theil and Sen's does
// not. Its estimate is no worse.
func TestDriftCoverage(t *testing.T) {
	const runs, truth = 400, 0.5
	for name, m := range models {
		r := rand.New(rand.NewPCG(1, 2))
		held, heldSen, square, squareSen := 0, 0, 0.0, 0.0
		for range runs {
			p := m(r)
			d, s := Drift(p, 0.9), theilSen(p, 0.9)
			if d.Low <= truth && truth <= d.High {
				held++
			}
			if s.Low <= truth && truth <= s.High {
				heldSen++
			}
			square += (d.PerSecond - truth) * (d.PerSecond - truth)
			squareSen += (s.PerSecond - truth) * (s.PerSecond - truth)
		}
		drift, sen := math.Sqrt(square/runs)/truth, math.Sqrt(squareSen/runs)/truth
		t.Logf("%-16s error %.3f, interval holds %.2f; Theil-Sen %.3f, %.2f", name, drift, float64(held)/runs, sen, float64(heldSen)/runs)
		if held < runs*80/100 {
			t.Errorf("%s: the interval holds the true slope in %d of %d", name, held, runs)
		}
		if drift > 1.2*sen {
			t.Errorf("%s: error %.3f, Theil-Sen's %.3f", name, drift, sen)
		}
	}
}

func TestDrift(t *testing.T) {
	for name, tt := range map[string]struct {
		in        []Point
		slope     float64
		low, high float64
	}{
		"empty":      {nil, 0, math.Inf(-1), math.Inf(1)},
		"two points": {series(1, 3), 2, math.Inf(-1), math.Inf(1)},
		"a line":     {series(1, 3, 5, 7, 9), 2, 2, 2},
		"flat":       {series(4, 4, 4, 4), 0, 0, 0},
		"a gap":      {[]Point{{0, 0}, {1, 1}, {2, 2}, {600, 600}, {601, 601}}, 1, 1, 1},
	} {
		s := Drift(tt.in, 0.95)
		if math.Abs(s.PerSecond-tt.slope) > 1e-9 || math.Abs(s.Low-tt.low) > 1e-6 || math.Abs(s.High-tt.high) > 1e-6 {
			t.Errorf("%s: %+v", name, s)
		}
	}
}

// TestQuantiles compares quantiles with the tables of Student's distribution.
func TestQuantiles(t *testing.T) {
	for _, tt := range []struct{ p, df, want float64 }{
		{0.975, 4, 2.776}, {0.975, 10, 2.228}, {0.975, 43, 2.017}, {0.95, 10, 1.812}, {0.95, 1e9, 1.645},
	} {
		if got := studentQuantile(tt.p, tt.df); math.Abs(got-tt.want) > 0.01*tt.want {
			t.Errorf("quantile %v with %v degrees is %v, want %v", tt.p, tt.df, got, tt.want)
		}
	}
}

func BenchmarkDrift(b *testing.B) {
	p := models["walk and noise"](rand.New(rand.NewPCG(1, 2)))
	for b.Loop() {
		Drift(p, 0.95)
	}
}

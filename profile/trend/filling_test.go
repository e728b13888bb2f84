package trend

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestDriftOfTurnoverLeavesOutWhatFills checks leaks among temporary objects whose number still rises to
// its level: about 90% of the intervals contain the rate of the leak alone, while those of Drift lie
// above it.
func TestDriftOfTurnoverLeavesOutWhatFills(t *testing.T) {
	const runs, leak, others, seconds = 200, 0.5, 0.5, 100
	for _, life := range []float64{5, 15, 40} {
		r := rand.New(rand.NewPCG(9, uint64(life)))
		held, above, aboveOfDrift := 0, 0, 0
		for range runs {
			p, gone := make([]Point, 51), make([]Point, 51)
			for i := range p {
				p[i].T, gone[i].T = 2*float64(i), 2*float64(i)
			}
			count := func(in []Point, from, to float64) {
				for i := range in {
					if in[i].T >= from && in[i].T < to {
						in[i].V++
					}
				}
			}
			for at := r.ExpFloat64() / leak; at < seconds; at += r.ExpFloat64() / leak {
				count(p, at, 2*seconds)
			}
			for at := r.ExpFloat64() / others; at < seconds; at += r.ExpFloat64() / others {
				dies := at + life*r.ExpFloat64()
				count(p, at, dies)
				count(gone, dies, 2*seconds)
			}
			switch s := DriftOfTurnover(p, Turnover{Gone: gone, Size: 1, Kept: NetRise(p)}, 0.9); {
			case s.Low > leak:
				above++
			case s.High >= leak:
				held++
			}
			if Drift(p, 0.9).Low > leak {
				aboveOfDrift++
			}
		}
		t.Logf("lives of %v s: %d of %d hold, %d above; %d of Drift above", life, held, runs, above, aboveOfDrift)
		if held < runs*87/100 || above > runs*8/100 {
			t.Errorf("lives of %v s: %d of %d intervals hold the rate of the leak, %d are above", life, held, runs, above)
		}
		if life == 40 && aboveOfDrift < 2*above {
			t.Errorf("%d intervals of Drift lie above", aboveOfDrift)
		}
	}
}

// TestDriftOfTurnoverOfLittle checks that if too little is known about frees, the rate is that of Drift.
func TestDriftOfTurnoverOfLittle(t *testing.T) {
	p := series(1, 2, 4, 5, 7, 8, 8, 10)
	few := []Point{{0, 0}, {2, 1}, {4, 1}, {6, 2}, {14, 3}}
	for name, g := range map[string]Turnover{"nothing": {}, "few": {few, 1, 8}, "no size": {[]Point{{0, 0}, {2, 10}, {4, 20}, {6, 30}}, 0, 8}} {
		if got, want := DriftOfTurnover(p, g, 0.9), Drift(p, 0.9); got != want {
			t.Errorf("%s: got %+v, want %+v", name, got, want)
		}
	}
}

// TestDriftOfTurnoverOfAnything checks that the rate of series at any times and of any sizes is a number.
func TestDriftOfTurnoverOfAnything(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		var p, gone []Point
		at, v, size := 0.0, 0.0, math.Pow(10, 12*r.Float64())
		for range 6 + r.IntN(40) {
			p, gone = append(p, Point{at, v * size}), append(gone, Point{at, 10 * r.Float64() * float64(len(p))})
			at += math.Pow(10, 8*r.Float64()-4)
			v += r.NormFloat64() * float64(r.IntN(3))
		}
		s := DriftOfTurnover(p, Turnover{Gone: gone, Size: size * r.Float64(), Kept: 100 * r.NormFloat64()}, 0.9)
		if !(s.Low <= s.PerSecond && s.PerSecond <= s.High) {
			t.Fatalf("%+v of %v", s, p)
		}
	}
}

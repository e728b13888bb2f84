package leak

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

var intervalRuns = flag.Int("interval-runs", 20, "runs of each simulated leak whose intervals are counted")

// coverageOfIntervals plays a simulated leak and counts, at a few moments of each run, the intervals that contain the
// true rate, lie below it, and lie above it.
func coverageOfIntervals(m sim, seed uint64) (held, below, above int) {
	p := m.simulate(rand.New(rand.NewPCG(seed, 11)), 180)
	for _, at := range []float64{100, 140, 180} {
		r := Judge(p.inputAt(at))
		if r.Verdict != Leaks {
			continue
		}
		s, truth := r.Suspects[0], 3600*m.truth
		switch {
		case s.High < truth:
			below++
		case s.Low > truth:
			above++
		default:
			held++
		}
	}
	return held, below, above
}

// TestIntervalsHoldTheTruth checks how many of the 90% intervals of rates contain the true rate.
func TestIntervalsHoldTheTruth(t *testing.T) {
	var table strings.Builder
	all, of := 0, 0
	for i, m := range simulated {
		if !m.leak {
			continue
		}
		held, below, above := 0, 0, 0
		for seed := range *intervalRuns {
			h, b, a := coverageOfIntervals(m, uint64(1000*i+seed))
			held, below, above = held+h, below+b, above+a
		}
		n := held + below + above
		all, of = all+held, of+n
		if share := percentOf(held, n); share < 72 {
			t.Errorf("%s: got the true rate in %.0f%% of the intervals", m.name, share)
		}
		fmt.Fprintf(&table, "%-30s %3.0f%% of %3d, %2.0f%% below the truth, %2.0f%% above\n", m.name, percentOf(held, n), n, percentOf(below, n), percentOf(above, n))
	}
	if share := percentOf(all, of); share < 88 || share > 95 {
		t.Errorf("got the true rate in %.1f%% of all intervals", share)
	}
	t.Logf("\n%s%.1f%% of %d in all", table.String(), percentOf(all, of), of)
}

func percentOf(n, of int) float64 { return 100 * float64(n) / float64(max(of, 1)) }

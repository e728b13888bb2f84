package leak

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
)

var runs = flag.Int("runs", eventually.Count(1, 4), "runs of each simulated service")

// outcome says how well the judge did in one run.
type outcome struct {
	first   float64 // seconds until the first alarm, 0 if there was none
	alarms  int     // polls with an alarm
	end     bool    // alarm at the end
	perHour float64 // rate at the end
	held    int     // alarms whose interval contains the true rate
	flips   int     // how often an alarm came back
	steady  int     // polls with the verdict steady
}

// runSimulation polls a simulated service every 2 s and judges it at each poll. Not all services report their heap goal.
func runSimulation(m sim, seed uint64, seconds float64, goal bool) outcome {
	p := m.simulate(rand.New(rand.NewPCG(seed, 7)), seconds)
	var o outcome
	for t := 10.0; t <= seconds; t += 2 {
		in := p.inputAt(t)
		if !goal {
			in.Memory = nil
		}
		r := Judge(in)
		if r.Verdict == Steady {
			o.steady++
		}
		was := o.end
		o.end = r.Verdict == Leaks
		if o.end && !was && o.first > 0 {
			o.flips++
		}
		if !o.end {
			continue
		}
		o.alarms++
		s := r.Suspects[0]
		o.perHour = s.GrowthPerHour
		if truth := 3600 * m.truth; s.Low <= truth && truth <= s.High {
			o.held++
		}
		if o.first == 0 {
			o.first = t
		}
	}
	return o
}

// TestSimulatedCorpus measures the judge on services that are known to leak or not.
func TestSimulatedCorpus(t *testing.T) {
	t.Run("profiles alone", func(t *testing.T) { simulatedCorpus(t, false) })
	t.Run("with the collector's goal", func(t *testing.T) { simulatedCorpus(t, true) })
}

func simulatedCorpus(t *testing.T, goal bool) {
	runs := *runs
	var table strings.Builder
	var found, missed, wrong, passing, alike, flips int
	var firsts []float64
	for i, m := range simulated {
		var seconds []float64
		ends, alarmed := 0, 0
		worst, held := 0.0, 0.0
		holds, polls := 0, 0
		flipped, steady := 0, 0
		for seed := range runs {
			o := runSimulation(m, uint64(100*i+seed), 180, goal)
			if o.end {
				ends++
			}
			flipped, steady = flipped+o.flips, steady+o.steady
			holds, polls = holds+o.held, polls+o.alarms
			if o.first > 0 {
				alarmed++
				seconds = append(seconds, o.first)
				held += float64(o.alarms) / ((180-o.first)/2 + 1)
			}
			if m.leak && o.end {
				worst = max(worst, absOf(o.perHour/3600/m.truth-1))
			}
		}
		slices.Sort(seconds)
		note := ""
		if m.leak {
			found, missed = found+ends, missed+runs-ends
			firsts = append(firsts, seconds...)
			note = fmt.Sprintf("rate off by %.0f%% at most, held for %.0f%%, interrupted %d times, interval right %.0f%%", 100*worst, 100*held/float64(max(alarmed, 1)), flipped, 100*float64(holds)/float64(max(polls, 1)))
			flips += flipped
		} else {
			alike += runs
			wrong += ends
			passing += alarmed
		}
		fmt.Fprintf(&table, "%-30s leak %-5v  alarms at the end %d/%d, ever %d, first at %s, steady in %d polls of a run %s\n", m.name, m.leak, ends, runs, alarmed, quartiles(seconds), steady/runs, note)
	}
	slices.Sort(firsts)
	fmt.Fprintf(&table, "recall %.3f, wrong at the end %d and passing alarms %d of %d, median %.0f s, %d interruptions", float64(found)/float64(found+missed), wrong, passing, alike, firsts[len(firsts)/2], flips)
	t.Log("\n" + table.String())
	if recall := float64(found) / float64(found+missed); recall < 0.95 {
		t.Errorf("got recall %.3f", recall)
	}
	if wrong > 0 || passing > alike/20 {
		t.Errorf("got %d false alarms at the end and %d passing ones in %d look-alikes", wrong, passing, alike)
	}
	if m := firsts[len(firsts)/2]; m > 100 {
		t.Errorf("got a median time to verdict of %.0f s", m)
	}
}

func absOf(v float64) float64 { return max(v, -v) }

// quartiles returns the quartiles of sorted values.
func quartiles(v []float64) string {
	if len(v) == 0 {
		return "-"
	}
	return fmt.Sprintf("%.0f/%.0f/%.0f/%.0f s", v[0], v[len(v)/4], v[len(v)/2], v[len(v)-1])
}

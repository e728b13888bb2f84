package leak

import (
	"flag"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"
)

var ablate = flag.Int("ablate", 0, "runs of each simulated service with each rule removed in turn; 0 for none")

// never is larger than any value that a rule compares.
var never = math.Inf(1)

// removals each turn off one rule.
var removals = []struct {
	rule string
	off  func(p *parameters)
}{
	{"nothing", func(*parameters) {}},
	{"significance (z)", func(p *parameters) { p.floor.z = 0 }},
	{"significance of the slope", func(p *parameters) { p.floor.driftT = 0 }},
	{"distance from a line", func(p *parameters) { p.floor.maxDistance = 1 }},
	{"growth in the last quarter", func(p *parameters) { p.floor.minLast = 0 }},
	{"effective steps", func(p *parameters) { p.floor.minSteps = 0 }},
	{"few steps where collections are rare", func(p *parameters) { p.floor.sparseSteps = 1e-9 }},
	{"gaps", func(p *parameters) { p.floor.maxGap = 1 }},
	{"few samples for longer", func(p *parameters) { p.window.thin.min, p.window.thinJoint.min = 0, 0 }},
	{"median under turnover", func(p *parameters) { p.floor.smoothBelow = 0 }},
	{"slowing down", func(p *parameters) { p.slowing.ksStatistic, p.slowing.ksStatisticYoung = never, never }},
	{"slowing down, stricter while young", func(p *parameters) { p.slowing.ksStatisticYoung = never }},
	{"other windows that slow down", func(p *parameters) { p.slowing.steps = 0 }},
	{"pauses", func(p *parameters) { p.quiet.maxDue = never }},
	{"an end by a pause", func(p *parameters) { p.quiet.ended = 0 }},
	{"an end by the last quarter", func(p *parameters) { p.quiet.endedLast = 0 }},
	{"an end by what is freed", func(p *parameters) { p.freeing.minProfiles = math.MaxInt }},
	{"rising troughs", func(p *parameters) { p.saw.minRising = 0 }},
	{"follows the load while young", func(p *parameters) { p.turnover.followsBelow = 0 }},
	{"follows a load that rises", func(p *parameters) { p.turnover.turnsBelow = 0 }},
	{"goroutines that come and go", func(p *parameters) { p.turnover.churnsAbove = never }},
	{"the sequential test", func(p *parameters) { p.early.after = time.Hour }},
	{"distance in the sequential test", func(p *parameters) { p.early.distance = 1 }},
	{"last quarter in the sequential test", func(p *parameters) { p.early.minLast = 0 }},
	{"steps in the sequential test", func(p *parameters) { p.early.minSteps = 0 }},
	{"equal steps", func(p *parameters) { p.periodic.minSteps = math.MaxInt }},
	{"the collector's goal", func(p *parameters) { p.goal.minPoints = math.MaxInt }},
	{"an end by the goal", func(p *parameters) { p.goal.minLast, p.goal.maxAhead, p.goal.endLast = -1, never, -1 }},
	{"an end by the goal that is not clear", func(p *parameters) { p.goal.endLast = -1 }},
	{"several polls in a row", func(p *parameters) { p.polls.inARow = 1 }},
	{"standing by a suspect", func(p *parameters) { p.polls.withdrawAfter, p.polls.withdrawUnsure, p.polls.withdrawPolls = 0, 0, 0 }},
	{"standing by an unsure suspect for longer", func(p *parameters) { p.polls.withdrawUnsure = p.polls.withdrawAfter }},
}

// figures say how well the judge does on a set of simulated services.
type figures struct{ leaks, found, flips, alikes, wrong, passing, first int }

func (f *figures) add(m sim, o outcome) {
	if m.leak {
		f.leaks, f.flips, f.first = f.leaks+1, f.flips+o.flips, f.first+int(o.first)
		if o.end {
			f.found++
		}
		return
	}
	f.alikes++
	if o.end {
		f.wrong++
	}
	if o.first > 0 {
		f.passing++
	}
}

func (f figures) String() string {
	return fmt.Sprintf("found %3d/%3d after %3d s, interrupted %2d, alarms at the end %2d and passing %3d of %3d", f.found, f.leaks, f.first/max(f.leaks, 1), f.flips, f.wrong, f.passing, f.alikes)
}

// isHeldBack reports whether a service belongs to the half that is not used for
// choosing rules.
func (m sim) isHeldBack() bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(m.name))
	return h.Sum32()%2 == 0
}

// TestAblation removes each rule in turn and prints the effect on each half of the
// simulated services. It changes the parameters, so nothing may run in parallel.
func TestAblation(t *testing.T) {
	if *ablate == 0 {
		t.Skip("only with -ablate")
	}
	all := params
	defer func() { params = all }()
	var table strings.Builder
	for _, r := range removals {
		params = all
		r.off(&params)
		var halves [2]figures
		for i, m := range simulated {
			half := 0
			if m.isHeldBack() {
				half = 1
			}
			for seed := range *ablate {
				halves[half].add(m, judgedRarely(m, uint64(100*i+seed)))
			}
		}
		fmt.Fprintf(&table, "%-42s %s\n%-42s %s\n", r.rule, halves[0], "  held back", halves[1])
	}
	t.Log("\n" + table.String())
}

// judgedRarely is like judged, but judges only every third poll.
func judgedRarely(m sim, seed uint64) (o outcome) {
	p := m.simulate(rand.New(rand.NewPCG(seed, 7)), 180)
	for t := 42.0; t <= 180; t += 6 {
		was := o.end
		o.end = Judge(p.inputAt(t)).Verdict == Leaks
		if o.end && !was && o.first > 0 {
			o.flips++
		}
		if o.end && o.first == 0 {
			o.first = t
		}
	}
	return o
}

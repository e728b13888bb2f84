package leak

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/profile/leak/callstack"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/quantity"
)

// childDetector finds growing numbers of child processes: those that have ended and
// that nothing waits for, which no profile shows, and those that do not end. If
// goroutines come with them, the goroutines are the leak.
type childDetector struct{}

func (childDetector) findLeaks(c *judgment) []*finding {
	for _, zombies := range []bool{true, false} {
		if f := findChildren(c, zombies); f != nil {
			return []*finding{f}
		}
	}
	return nil
}

// findChildren returns the finding on the children that have ended, or on the others; nil
// for none.
func findChildren(c *judgment, zombies bool) *finding {
	g := profile.Group{Points: childPoints(c.in.Memory, zombies)}
	n := len(g.Points)
	if n < params.polls.min {
		return nil
	}
	minRise, what := params.material.children, "the number of child processes"
	if zombies {
		minRise, what = params.material.zombies, "the number of child processes that have ended, and were not waited for,"
	}
	rise := float64(g.Points[n-1].Value - g.Points[0].Value)
	if rise < minRise || c.in.goroutinesAdded() > rise/4 {
		return nil
	}
	if st, fn := c.in.callerOf(startsCommand); fn != nil {
		g.Blame, g.Stacks = fn, []*profile.Stack{st}
	}
	s := newSeries(&g, c.origin)
	s.isOffHeap, s.minRise = true, minRise
	found := s.judgeStanding(c.in.Moments)
	if found.shape != ShapeSuspect {
		c.children = cmp.Or(c.children, describeUnsure(s, found, what, quantity.Count[float64]))
		return nil
	}
	return &finding{kind: Children, series: s, growth: found, own: found.rate, confidence: High, isZombies: zombies}
}

// childPoints returns the number of children of the present process over time: of those
// that have ended, or of the others.
func childPoints(all []memory.Reading, zombies bool) (points []profile.GroupPoint) {
	for _, r := range all {
		if r.Unknown {
			points = nil
		}
		if r.Processes == 0 {
			continue
		}
		n := min(r.Zombies, r.Processes-1)
		if !zombies {
			n = r.Processes - 1 - n
		}
		points = append(points, profile.GroupPoint{Time: profile.InstantOf(r.Time), Value: int64(n)})
	}
	return points
}

// detectableChildren returns the minimum growth per hour of children that were not waited for
// that would have shown; 0 if none would have.
func (in *Input) detectableChildren() float64 {
	points := childPoints(in.Memory, true)
	return perHourOver(points, params.material.zombies)
}

// blindToChildren returns the blind spot of children, if the process is one of this machine or
// they are known otherwise: elsewhere, no source has them.
func (in *Input) blindToChildren() (out []blindspot.Spot) {
	least := in.detectableChildren()
	if least > 0 || slices.ContainsFunc(in.Memory, memory.Reading.IsOfProcess) {
		out = append(out, blindspot.Spot{What: blindspot.Children, PerHour: least, Unit: "child processes"})
	}
	return out
}

// startingCalls are the functions of the standard library that start a process.
var startingCalls = []callstack.Pattern{
	{"...", "os.StartProcess", "..."},
	{"...", "os/exec.(*Cmd).*", "..."},
	{"...", "os/exec.Command*", "..."},
	{"...", "syscall.ForkExec", "..."},
	{"...", "syscall.StartProcess", "..."},
}

// startsCommand reports whether a stack is one that starts a process.
func startsCommand(st *profile.Stack, _ int) bool { return callstack.MatchesAny(st, startingCalls) }

// areZombies and areRunning are the conditions for the two kinds of children.
var (
	areZombies = &condition{"they have ended, and are still in the table of processes", func(_ *judgment, f *finding) bool { return f.isZombies }}
	areRunning = &condition{"they have not ended", func(_ *judgment, f *finding) bool { return !f.isZombies }}
)

// describeMost says what most open files or children are, from the newest reading that
// says so; empty if none does, and of other findings.
func describeMost(all []memory.Reading, f *finding) string {
	switch f.kind {
	case Files:
		if what := mostFiles(all); what != "" {
			return " Most of them are " + what + "."
		}
	case Children:
		for _, r := range slices.Backward(all) {
			if r.Processes > 0 && r.MostChildren != "" {
				return fmt.Sprintf(" The program of most of them is %q.", r.MostChildren)
			}
			if r.Unknown || r.Processes > 0 {
				break
			}
		}
	}
	return ""
}

package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
)

// maxHeld bounds the groups of a single goroutine profile that are listed.
const maxHeld = 10

// describeHeld lists the largest groups of goroutines of a single profile: what they
// wait for, for how long, and what started them, as far as the profile says. It is
// empty if there are several profiles, whose growth says more.
func describeHeld(st session.State) (out []string) {
	s, _ := st.History.Latest(profile.Goroutine)
	if n, _, _ := st.History.Freshness(profile.Goroutine); s == nil || n != 1 {
		return nil
	}
	samples := slices.Clone(s.Samples())
	slices.SortStableFunc(samples, func(a, b profile.Sample) int { return cmp.Compare(b.Values[0], a.Values[0]) })
	for _, sm := range samples[:min(len(samples), maxHeld)] {
		out = append(out, describeGroup(sm, st.Known[sm.Stack]))
	}
	if more := len(samples) - len(out); more > 0 {
		out = append(out, format.Count(more)+" more stacks")
	}
	return out
}

// describeGroup says what the goroutines of one stack do.
func describeGroup(sm profile.Sample, k leak.StackFacts) string {
	name, place := profile.NoFrames, ""
	for _, f := range sm.Stack.Frames() {
		if sm.Stack.Blame == nil || f.Func == sm.Stack.Blame {
			name, place = profile.ShortName(f.Func.Name), fmt.Sprintf(" (%s:%d)", f.Func.File, f.Line)
			break
		}
	}
	text := format.Count(int(sm.Values[0])) + " in " + name + place
	if !k.Dumped.IsZero() {
		text += fmt.Sprintf(": %s, %s", k.State, report.DescribeWait(k))
	}
	if who := k.Starter(); who.Func != nil {
		text += fmt.Sprintf(", started by %s:%d", profile.ShortName(who.Func.Name), who.Line)
	}
	return text
}

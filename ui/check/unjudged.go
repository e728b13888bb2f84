package check

import (
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
)

// rareWait is how long between two polls is worth a warning: a verdict needs
// several within its 90 s.
const rareWait = 15 * time.Second

// rarely warns of profiles that were asked for rarely, so as not to cost the
// target more than allowed.
func (v *vigil) rarely(st session.State) (warnings []string) {
	for _, e := range st.Status.Endpoints {
		if e.Off || e.Err != nil || !e.Kind.Info().Polled || e.Wait < max(rareWait, v.o.Interval+v.o.Interval/2) {
			continue
		}
		warnings = append(warnings, fmt.Sprintf("%s profiles were asked for only every %s, to stay within --cost: a larger one sees more",
			e.Kind, format.Duration(e.Wait.Round(time.Second))))
	}
	return warnings
}

// unjudged adds what grew where there is no verdict on it: all of it, or, beside
// leaks that are found, what may become one.
func (v *vigil) unjudged(r *result, st session.State) {
	var young []profile.Group
	for i := range st.Groups {
		g := &st.Groups[i]
		look := r.report.Function(g.Blame)
		if g.Kind == profile.Goroutine && len(g.Stacks) > 0 {
			look = r.report.Stack(g.Stacks[0])
		}
		if look.Word == "rising" || look.Word == "load" {
			young = append(young, *g)
		}
	}
	switch r.report.Verdict {
	case leak.Leaks:
		r.grew = grewMost(young)
		for i := range r.grew {
			r.grew[i].text += "; too early to tell"
		}
	case leak.Undecided:
		r.grew = grewMost(st.Groups)
		perhaps := len(young) > 0 || len(r.report.Suspects) > 0 || v.wavers
		if perhaps && !v.o.Recording && !v.early && v.o.Load == "" && r.report.Watched >= DefaultFor*3/4 {
			r.next = fmt.Sprintf("watch for longer (--for %s): some growth is too young to tell a leak from load or a warm-up", format.Duration(2*v.o.For))
		}
	}
}

package evidence

import (
	"fmt"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/tui"
)

// keysFor returns the keys that may find out more about a suspect.
func keysFor(vc *tui.ViewContext, s leak.Suspect) []key.Binding {
	if s.Kind != leak.Goroutine || s.Group == nil || len(s.Group.Stacks) == 0 {
		return nil
	}
	var out []key.Binding
	known := vc.State.Known[s.Group.Stacks[0]]
	if s.WantsCreator {
		out = append(out, vc.Keys.NameCreators)
	}
	if known.Cohort.Before == 0 {
		out = append(out, vc.Keys.DumpGoroutines)
	}
	return out
}

// nextStep says which key may find out more about a suspect; empty if none.
func nextStep(vc *tui.ViewContext, s leak.Suspect) string {
	if s.Kind != leak.Goroutine || s.Group == nil || len(s.Group.Stacks) == 0 {
		return ""
	}
	k, known := vc.Keys, vc.State.Known[s.Group.Stacks[0]]
	switch {
	case s.WantsCreator && k.NameCreators.Enabled():
		return k.NameCreators.Help().Key + " shows what starts them: a trace of a few seconds."
	case !k.DumpGoroutines.Enabled():
		return "" // a recording cannot answer what it does not have
	case known.Dumped.IsZero():
		return k.DumpGoroutines.Help().Key + " shows what they wait for and for how long; it stops the service for a moment."
	case known.Cohort.Before == 0:
		return fmt.Sprintf("%s again, %ds after the first dump, shows whether they are the same goroutines.", k.DumpGoroutines.Help().Key, int(session.CohortGap.Seconds()))
	}
	return ""
}

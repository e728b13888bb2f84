package tui

import (
	"strings"
)

// Waiting is shown until the first profile has arrived.
const Waiting = "Waiting for the first profile."

// Reading is shown in its place while a recording is read.
const Reading = "The first profile is being read."

// NothingIn says why there are no rows of the chosen profile: most services do not
// record blocking, which is not a connection problem.
func NothingIn(vc *ViewContext) string {
	if s, _ := vc.History.Latest(vc.Kind); s == nil {
		return WaitingWhy(vc)
	}
	i := vc.Kind.Info()
	return "The profile is empty. " + i.Title + ": " + i.About + "."
}

// WaitingWhy returns what is shown until a profile arrives, with all problems: the
// lines under the charts may have no room for what to do about them.
func WaitingWhy(vc *ViewContext) string {
	if vc.SaysWhy {
		return Waiting
	}
	return strings.Join(append([]string{Waiting}, UrgentTexts(vc)...), "\n\n")
}

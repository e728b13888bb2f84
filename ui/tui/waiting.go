package tui

import (
	"strings"
)

// Waiting is shown until the first profile has arrived.
const Waiting = "Waiting for the first profile."

// Reading is shown instead of [Waiting] while a recording is read.
const Reading = "The first profile is being read."

// NothingIn says why the chosen profile has no rows. Most services do not record
// blocking, for example, which must not look like a connection problem.
func NothingIn(vc *ViewContext) string {
	if s, _ := vc.History.Latest(vc.Kind); s == nil {
		return WaitingWhy(vc)
	}
	i := vc.Kind.Info()
	return "The profile is empty. " + i.Title + ": " + i.About + "."
}

// WaitingWhy returns the text that is shown until a profile arrives, with all problems,
// because the lines below the charts may have no room for them.
func WaitingWhy(vc *ViewContext) string {
	if vc.SaysWhy {
		return Waiting
	}
	return strings.Join(append([]string{Waiting}, UrgentTexts(vc)...), "\n\n")
}

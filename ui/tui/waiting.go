package tui

import (
	"strings"
)

// Waiting is said until the first profile has come.
const Waiting = "Waiting for the first profile."

// NothingIn says why nothing of the chosen profile is shown: most services
// record no blocking, and that is no fault of the connection.
func NothingIn(vc *ViewContext) string {
	if s, _ := vc.History.Latest(vc.Kind); s == nil {
		return WaitingWhy(vc)
	}
	i := vc.Kind.Info()
	return "The profile is empty. " + i.Title + ": " + i.About + "."
}

// WaitingWhy returns what is said until a profile comes, with all of what is wrong: the
// lines under the charts may have no room for what to do about it.
func WaitingWhy(vc *ViewContext) string {
	return strings.Join(append([]string{Waiting}, Troubles(vc)...), "\n\n")
}

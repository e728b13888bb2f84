package tui

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
)

// Waiting is shown until the first profile has arrived.
const Waiting = "Waiting for the first profile."

// Reading is shown instead of [Waiting] while a recording is read.
const Reading = "The first profile is being read."

// NothingIn says why the chosen profile has no rows. Most services do not record
// blocking, for example, which must not look like a connection problem.
func NothingIn(vc *ViewContext) string {
	if s, _ := vc.History.Latest(vc.Kind); s == nil {
		if IsMissing(vc, vc.Kind) {
			return missingText(vc, vc.Kind)
		}
		return WaitingWhy(vc)
	}
	i := vc.Kind.Info()
	return "The profile is empty. " + i.Title + ": " + i.About + "."
}

// WaitingWhy returns the text that is shown until a profile arrives, with all problems,
// because the lines below the charts may have no room for them.
func WaitingWhy(vc *ViewContext) string {
	switch {
	case IsMissing(vc, profile.Heap) && IsMissing(vc, profile.Goroutine):
		return missingText(vc, profile.Heap, profile.Goroutine)
	case vc.SaysWhy:
		return Waiting
	}
	return strings.Join(append([]string{Waiting}, UrgentTexts(vc)...), "\n\n")
}

// OrMissing returns the text for a page without rows. If its rows are from profiles of a
// kind that will not arrive, the text says that instead. The kind is empty if there is no
// such kind.
func OrMissing(vc *ViewContext, of profile.Kind, empty string) string {
	if of != "" && IsMissing(vc, of) {
		return missingText(vc, of)
	}
	return empty
}

// IsMissing reports whether no profile of a kind will arrive: the service does not serve
// it, or the recording has none.
func IsMissing(vc *ViewContext, k profile.Kind) bool {
	if r := vc.State.Replay; r != nil {
		return len(r.Polls) > 0 && r.Polls[k] == 0
	}
	return slices.ContainsFunc(vc.State.Status.Endpoints, func(e source.Endpoint) bool { return e.Kind == k && e.Disabled })
}

// missingText says that kinds of profiles are missing, and why.
func missingText(vc *ViewContext, kinds ...profile.Kind) string {
	names := make([]string, len(kinds))
	for i, k := range kinds {
		names[i] = string(k)
	}
	what := strings.Join(names, " or ") + " profile"
	if r := vc.State.Replay; r != nil {
		return "There is no " + what + " in the " + DescribeFiles(r) + "."
	}
	text := "The service serves no " + what + "."
	if vc.SaysWhy {
		return text
	}
	parts := []string{text}
	for _, e := range vc.State.Status.Endpoints {
		if slices.Contains(kinds, e.Kind) && e.Err != nil {
			parts = append(parts, format.Capitalize(Explain(e.Err))+".")
		}
	}
	return strings.Join(parts, "\n\n")
}

// DescribeFiles says what a replay consists of: a profile, profiles or a recording.
func DescribeFiles(r *session.Replay) string {
	switch {
	case r.IsStore:
		return "store"
	case !r.IsFiles:
		return "recording"
	case CountPolls(r) == 1:
		return "profile"
	}
	return "profiles"
}

// CountPolls returns the number of profiles in a replay.
func CountPolls(r *session.Replay) (n int) {
	for _, k := range r.Polls {
		n += k
	}
	return n
}

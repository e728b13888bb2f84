package tui

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
)

// Unreadable reports whether the target answers, but not with a profile.
func Unreadable(vc *ViewContext) bool {
	return slices.ContainsFunc(vc.State.Diagnostics, func(d profile.Diagnostic) bool {
		return d.Code == profile.CodeNothingReadable && d.Kind == ""
	})
}

// IsNearLimit reports whether memory is nearly used up.
func IsNearLimit(vc *ViewContext) bool {
	return slices.ContainsFunc(vc.State.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeNearLimit })
}

// UrgentTexts returns the diagnostics that precede the verdict, because data is
// missing or being lost.
func UrgentTexts(vc *ViewContext) []string { return texts(vc, isUrgent) }

// OtherTexts returns the other diagnostics: gaps, repeated profiles, counters that
// fell. Those that are only worth knowing come last.
func OtherTexts(vc *ViewContext) []string {
	missing, notes := WarningsAndNotes(vc)
	return append(missing, notes...)
}

// WarningsAndNotes returns the diagnostics of [OtherTexts] that say that data is missing, and
// those that are only worth knowing.
func WarningsAndNotes(vc *ViewContext) (warnings, notes []string) {
	isNote := func(d profile.Diagnostic) bool { return d.Severity == profile.SeverityInfo }
	return texts(vc, func(d profile.Diagnostic) bool { return !isUrgent(d) && !isNote(d) }),
		texts(vc, func(d profile.Diagnostic) bool { return !isUrgent(d) && isNote(d) })
}

// IsSilent reports whether nothing new has come for long to the store that is shown.
func IsSilent(vc *ViewContext) bool {
	return slices.ContainsFunc(vc.State.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeStoreSilent })
}

func texts(vc *ViewContext, wanted func(profile.Diagnostic) bool) (out []string) {
	for _, d := range vc.State.Diagnostics {
		if wanted(d) {
			out = append(out, format.Clean(d.String()))
		}
	}
	return out
}

// isUrgent reports whether a diagnostic precedes the verdict.
func isUrgent(d profile.Diagnostic) bool {
	switch d.Code {
	case profile.CodeNoAnswer, profile.CodeGone, profile.CodeEndpointFailed, profile.CodeNotServed, profile.CodeUnreadable, profile.CodeRecording,
		profile.CodeRecordingFailed, profile.CodeNearLimit, profile.CodeEndedEarly, profile.CodePanic, profile.CodeAcross, profile.CodeOutOfOrder:
		return true
	}
	return d.Severity == profile.SeverityBlocking
}

// Explain formats an error for users, on one line.
func Explain(err error) string { return format.Clean(err.Error()) }

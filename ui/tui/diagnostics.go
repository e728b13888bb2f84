package tui

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/ui/format"
)

// Unreadable reports whether the target responds, but not with a profile.
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
func UrgentTexts(vc *ViewContext) []string { return diagnosticTexts(vc, isUrgent) }

// OtherTexts returns the other diagnostics, such as gaps, repeated profiles and
// counters that fell. Notes come last.
func OtherTexts(vc *ViewContext) []string {
	missing, notes := WarningsAndNotes(vc)
	return append(missing, notes...)
}

// WarningsAndNotes returns the diagnostics of [OtherTexts], separated into warnings, which say
// that data is missing, and notes.
func WarningsAndNotes(vc *ViewContext) (warnings, notes []string) {
	isNote := func(d profile.Diagnostic) bool { return d.Severity == profile.SeverityInfo }
	return diagnosticTexts(vc, func(d profile.Diagnostic) bool { return !isUrgent(d) && !isNote(d) }),
		diagnosticTexts(vc, func(d profile.Diagnostic) bool { return !isUrgent(d) && isNote(d) })
}

// IsSilent reports whether the store that is shown has received nothing new for a long
// time.
func IsSilent(vc *ViewContext) bool {
	return slices.ContainsFunc(vc.State.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeStoreSilent })
}

func diagnosticTexts(vc *ViewContext, wanted func(profile.Diagnostic) bool) (out []string) {
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
func Explain(err error) string { return format.Clean(problem.Describe(err)) }

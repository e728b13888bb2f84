package tui

import (
	"errors"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// Unreadable says that the target answers, and nothing of it is a profile.
func Unreadable(vc *ViewContext) bool {
	st := vc.State
	return len(st.Heap) == 0 && len(st.Goroutines) == 0 && st.Polls == 0 && st.Replay == nil && slices.ContainsFunc(st.Diagnostics, isUnreadable)
}

// noProfiles is what to do then.
const noProfiles = "The target answers, but not with Go profiles " + theme.SymbolDot +
	" check that host, port and prefix are those of net/http/pprof, and that no proxy changes or compresses the answers"

// Failure is why nothing comes from the target, nil if something does.
func Failure(st source.Status) error {
	var first error
	for _, e := range st.Endpoints {
		if e.Off || e.Kind == source.Memory {
			continue
		}
		if e.Kind == source.Index {
			if e.Err != nil {
				return e.Err
			}
			continue
		}
		if e.Err == nil {
			return nil
		}
		if first == nil {
			first = e.Err
		}
	}
	return first
}

// Troubles are what is wrong and should be known: failed polls in full, what
// the target does not serve, and what is wrong with the data.
func Troubles(vc *ViewContext) []string {
	var out []string
	if vc.State.Err != nil {
		out = append(out, Explain(vc.State.Err))
	}
	if err := Failure(vc.State.Status); err != nil {
		return append(out, Explain(err))
	}
	for _, e := range vc.State.Status.Endpoints {
		if e.Err != nil && e.Kind != source.Memory {
			out = append(out, Explain(e.Err))
		}
	}
	if r := vc.State.Recording; r != nil && r.Err != nil {
		out = append(out, Explain(r.Err))
	}
	if Unreadable(vc) {
		out = append(out, noProfiles)
	}
	for _, d := range vc.State.Diagnostics {
		out = append(out, format.Capitalize(format.Clean(d.String()))+".")
	}
	return out
}

// Warnings are what else is wrong with the data, by the judge: gaps, profiles
// that say nothing new, counters that fell.
func Warnings(vc *ViewContext) []string {
	var out []string
	for _, d := range vc.State.Report.Diagnostics {
		isPoll := d.Code == profile.CodeEndpointFailed || d.Code == profile.CodeNotServed // Troubles say so in full
		if !isPoll && !slices.Contains(vc.State.Diagnostics, d) {
			out = append(out, format.Clean(d.String()))
		}
	}
	return out
}

// Explain writes an error for people, on one line.
func Explain(err error) string {
	var p *source.Problem
	if errors.As(err, &p) {
		s := p.Why
		if p.What != "" {
			s = p.What + ": " + s
		}
		if p.Next != "" {
			s += " " + theme.SymbolDot + " " + p.Next
		}
		return format.Clean(s)
	}
	return format.Clean(err.Error())
}

// isUnreadable reports whether d says that a profile could not be read.
func isUnreadable(d profile.Diagnostic) bool { return d.Code == profile.CodeUnreadable }

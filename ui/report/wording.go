package report

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// This file has the wording that the text and the Markdown report share.

// describeVerdict returns the verdict on one line.
func describeVerdict(r Result) string {
	n := 0
	for _, s := range r.Report.Suspects {
		if s.Confidence != leak.Low {
			n++
		}
	}
	switch {
	case n == 1:
		return "leaks"
	case n > maxFullSuspects:
		return fmt.Sprintf("leaks in %d places, the worst %d first", n, maxFullSuspects)
	case n > 1:
		return fmt.Sprintf("leaks in %d places", n)
	case r.Report.Verdict == leak.Steady:
		return "no leak seen"
	case len(r.Report.Suspects) > 0:
		return "grows, but may be harmless"
	}
	return "too little data for a verdict"
}

// verdictWord returns the first word of a report.
func verdictWord(v leak.Verdict) string { return strings.ToUpper(string(v)) }

// maxSuspects is the maximum number of suspects in text and Markdown.
const maxSuspects = 20

// pickSuspects returns the suspects to show, and a note about the others; empty if there are
// none.
func pickSuspects(suspects []leak.Suspect) (shown []leak.Suspect, others string) {
	n := min(len(suspects), maxSuspects)
	if more := len(suspects) - n; more > 0 {
		others = format.Count(more) + " more suspects, which --format json has"
	}
	return suspects[:n], others
}

// DescribeRate returns the growth with its interval and share; empty if there was
// none.
func DescribeRate(s leak.Suspect) string {
	if s.SinceSeconds == 0 {
		return "" // proven by reachability, not by growth
	}
	per := func(v float64) string { return format.Value(v, s.Unit) }
	over := time.Duration(s.SinceSeconds * float64(time.Second))
	text := fmt.Sprintf("+%s%s/h", per(s.GrowthPerHour), unitSuffix(s.Unit))
	if format.NeedsDays(over) {
		text += ", " + format.PerDay(s.GrowthPerHour, s.Unit)
	}
	if low := max(s.Low, 0); per(low) != per(s.High) {
		text += fmt.Sprintf(", 90%% CI %s to %s", per(low), per(s.High))
	}
	if s.Kind == leak.Heap || s.Kind == leak.Goroutine {
		text += fmt.Sprintf("; %d%% of the growth of the %s", int(math.Round(100*s.Share)), kindTitle(s.Kind))
	}
	return text + "; for " + format.Duration(over.Round(time.Second))
}

func unitSuffix(unit string) string {
	if format.IsNamed(unit) {
		return " " + unit
	}
	return ""
}

func kindTitle(k leak.Kind) string {
	if k == leak.Goroutine {
		return "goroutines"
	}
	return string(k)
}

// DescribePlace returns the blamed file and line, or the file alone; empty for memory
// outside of Go.
func DescribePlace(s leak.Suspect) string {
	if s.File == "" || s.Line == 0 {
		return s.File
	}
	return fmt.Sprintf("%s:%d", s.File, s.Line)
}

// describeMemory says how much memory there is, and when it runs out.
func describeMemory(r Result) string {
	m := r.Report.Memory
	var parts []string
	if m.HeapLive > 0 {
		parts = append(parts, format.BytesRough(m.HeapLive)+" live heap")
	}
	switch {
	case m.RSS > 0:
		parts = append(parts, format.Bytes(m.RSS)+" used by the process")
	case m.Charged > 0 && m.ChargedFrom != leak.FromHeap:
		parts = append(parts, fmt.Sprintf("%s used by the process (%s)", format.Bytes(m.Charged), m.ChargedFrom))
	}
	switch {
	case m.Limit > 0 && r.LimitFrom != "":
		parts = append(parts, fmt.Sprintf("limit %s (%s)", format.Bytes(m.Limit), r.LimitFrom))
	case m.Limit > 0:
		parts = append(parts, "limit "+format.Bytes(m.Limit))
	default:
		parts = append(parts, "limit unknown (--limit sets it)")
	}
	text := strings.Join(parts, ", ")
	if m.HoursToLimit > 0 {
		text += "; reached in " + m.TimeToLimit()
	}
	return text
}

// DescribeWatch says what the verdict is based on.
func DescribeWatch(r Result) string {
	text := describeSpan(r.From, r.To) + ", " + CountPolls(r.Polls)
	if r.Cost > 0 {
		text += fmt.Sprintf(", which cost the target %s of a core", format.Percent(r.Cost))
	}
	return text
}

// describeSpan describes the time of a watch, with the dates of both ends if it took days.
func describeSpan(from, to time.Time) string {
	at := func(t time.Time) string { return t.UTC().Format("15:04:05") }
	span := fmt.Sprintf("%s to %s UTC on %s", at(from), at(to), from.UTC().Format(time.DateOnly))
	if to.Sub(from) >= 24*time.Hour {
		const layout = "2006-01-02 15:04"
		span = fmt.Sprintf("%s to %s UTC", from.UTC().Format(layout), to.UTC().Format(layout))
	}
	return format.Duration(to.Sub(from).Round(time.Second)) + ", " + span
}

// CountPolls formats a number of polls.
func CountPolls(n int) string {
	return format.Things(n, "poll")
}

// maxRetained is the maximum number of rows in the table of what remained after loads.
const maxRetained = 10

// retainedTable returns a table of what the loads left behind: what was held before and after
// each, what each added, and when something was retained.
func retainedTable(stays []leak.Retained) (heads []string, rows [][]string) {
	heads = []string{"WHAT STAYED", "BEFORE"}
	n := len(stays[0].Added)
	for i := range n {
		heads = append(heads, fmt.Sprintf("LOAD %d", i+1))
	}
	for i := range n {
		heads = append(heads, fmt.Sprintf("BY LOAD %d", i+1))
	}
	heads = append(heads, "STAYED")
	for _, st := range stays[:min(len(stays), maxRetained)] {
		row := []string{format.Clean(st.Function)}
		for _, v := range st.Values {
			row = append(row, format.Value(v, st.Unit))
		}
		for _, v := range st.Added {
			row = append(row, format.Delta(v, st.Unit))
		}
		rows = append(rows, append(row, st.When))
	}
	return heads, rows
}

// maxStackNames is the maximum number of functions shown of a stack.
const maxStackNames = 6

// joinStack returns the leaf end of a stack in one line, names without the paths of
// their packages.
func joinStack(stack []string) string {
	shown := make([]string, min(maxStackNames, len(stack)))
	for i := range shown {
		shown[i] = profile.ShortName(stack[i])
	}
	text := strings.Join(shown, " < ")
	if more := len(stack) - len(shown); more > 0 {
		text += fmt.Sprintf(" < %d more", more)
	}
	return text
}

// maxGrewLines is the maximum number of lines on growth.
const maxGrewLines = 5

// describeGrowth returns lines on what grew without a verdict.
func describeGrowth(r leak.Report) (out []string) {
	for _, g := range r.Grew[:min(len(r.Grew), maxGrewLines)] {
		unit := "bytes"
		if g.Kind == leak.Goroutine {
			unit = "goroutines"
		}
		text := fmt.Sprintf("%s: %s%s in %s, now %s", profile.ShortName(g.Function), format.Delta(g.By, unit), unitSuffix(unit),
			format.Duration(g.Over.Round(time.Second)), format.Value(g.Now, unit))
		if r.Verdict == leak.Leaks {
			text += "; too early to tell"
		}
		out = append(out, text)
	}
	return out
}

// diagnosticHead returns the head of a diagnostic: a note is not a warning.
func diagnosticHead(d profile.Diagnostic) Head {
	if d.Severity == profile.SeverityInfo {
		return NoteHead
	}
	return WarningHead
}

// diagnosticTexts returns the diagnostics of a report as text.
func diagnosticTexts(r leak.Report) []string {
	out := make([]string, len(r.Diagnostics))
	for i, d := range r.Diagnostics {
		out[i] = d.String()
	}
	return out
}

// SuspectWord returns the word before a suspect.
func SuspectWord(s leak.Suspect) string {
	switch s.Confidence {
	case leak.Proven:
		return "LEAK proven"
	case leak.High:
		return "LEAK"
	}
	return "SUSPECT"
}

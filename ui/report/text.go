package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// fullSuspects is how many suspects are told in full in a text: a screenful.
// The others have a line each; what speaks for and against them stands in the
// other formats.
const fullSuspects = 3

// margin is where text stands behind its label.
const margin = 11

// textWriter is a text report being written.
type textWriter struct {
	strings.Builder
	on Options
}

func writeText(w io.Writer, r Result, on Options) error {
	s := &textWriter{on: on}
	s.line(verdictTone(r.Report.Verdict), verdictWord(r.Report.Verdict), format.Clean(r.Target)+": "+describeVerdict(r))
	shown, others := pickSuspects(r.Report.Suspects)
	for i, x := range shown {
		switch {
		case i < fullSuspects:
			s.suspect(x)
			continue
		case i == fullSuspects:
			s.WriteByte('\n')
		}
		s.line(suspectTone(x), SuspectWord(x), strings.TrimSuffix(x.Sentence+" ("+describePlace(x)+")", " ()"))
	}
	s.item("and", others)
	s.WriteByte('\n')
	s.stays(r.Report.Retained)
	if len(r.Report.Suspects) == 0 {
		for _, a := range r.Report.LookAlikes {
			s.item("seen", a.String())
		}
	}
	for _, g := range describeGrowth(r.Report) {
		s.item("grew", g)
	}
	s.item("caveat", r.Report.Caveat.String())
	s.item("next", r.Next)
	s.item("memory", describeMemory(r))
	s.item("watched", describeWatch(r))
	for _, x := range diagnosticTexts(r.Report) {
		s.toned(theme.Warn, "warning", x)
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// suspect is told in full.
func (s *textWriter) suspect(x leak.Suspect) {
	s.WriteByte('\n')
	s.line(suspectTone(x), SuspectWord(x), x.Sentence)
	if x.Function != "" {
		s.item("where", strings.TrimSpace(x.Function+"  "+describePlace(x)))
	}
	s.item("rate", describeRate(x))
	s.item("cause", x.Cause)
	s.toned(theme.Good, "fix", x.Fix)
	s.item("stack", joinStack(x.Stack))
}

// stays is the table of what loads left.
func (s *textWriter) stays(stays []leak.Stay) {
	if len(stays) == 0 {
		return
	}
	heads, rows := retainedTable(stays)
	row := func(tone theme.Tone, cells []string) {
		name := format.Pad(format.FitFunc(cells[0], max(s.on.Width-66, 16)), max(s.on.Width-66, 16))
		line := "  " + name
		for _, c := range cells[1 : len(cells)-1] {
			line += format.PadLeft(c, 10)
		}
		fmt.Fprintln(s, strings.TrimRight(s.on.Theme.Render(tone, line+"  "+cells[len(cells)-1]), " "))
	}
	row(theme.Dim, heads)
	for _, r := range rows {
		row(theme.Plain, r)
	}
	s.WriteByte('\n')
}

// line is a sentence behind a word in the tone of what it means.
func (s *textWriter) line(tone theme.Tone, word, text string) {
	s.hang(tone, word, text, format.Width(word)+2)
}

// item is a text behind a label; an empty one is left out.
func (s *textWriter) item(label, text string) { s.toned(theme.Dim, label, text) }

func (s *textWriter) toned(tone theme.Tone, label, text string) {
	if text != "" {
		s.WriteString("  ")
		s.hang(tone, label, text, margin)
	}
}

// hang writes text wrapped behind a label, its lines under each other.
func (s *textWriter) hang(tone theme.Tone, label, text string, column int) {
	indent := strings.Repeat(" ", column)
	label = s.on.Theme.Render(tone, label) + strings.Repeat(" ", max(column-format.Width(label), 1))
	for i, l := range format.Wrap(format.Clean(text), max(s.on.Width-column-2, 20)) {
		if i > 0 {
			label = indent
			if column == margin {
				label += "  "
			}
		}
		fmt.Fprintln(s, strings.TrimRight(label+l, " "))
	}
}

func verdictTone(v leak.Verdict) theme.Tone {
	switch v {
	case leak.Leaks:
		return theme.Bad
	case leak.Steady:
		return theme.Good
	}
	return theme.Warn
}

func suspectTone(s leak.Suspect) theme.Tone {
	if s.Confidence == leak.Low {
		return theme.Warn
	}
	return theme.Bad
}

package check

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

// sheet is a text report being written.
type sheet struct {
	strings.Builder
	on paper
}

func writeText(w io.Writer, r result, on paper) error {
	s := &sheet{on: on}
	s.line(verdictTone(r.report.Verdict), word(r.report.Verdict), format.Clean(r.target)+": "+headline(r))
	shown, others := told(r.report.Suspects)
	for i, x := range shown {
		switch {
		case i < fullSuspects:
			s.suspect(x)
			continue
		case i == fullSuspects:
			s.WriteByte('\n')
		}
		s.line(suspectTone(x), head(x), strings.TrimSuffix(x.Sentence+" ("+place(x)+")", " ()"))
	}
	s.item("and", others)
	s.WriteByte('\n')
	s.stays(r.report.Retained)
	if len(r.report.Suspects) == 0 {
		for _, a := range r.report.LookAlikes {
			s.item("seen", a.String())
		}
	}
	for _, g := range grown(r.report) {
		s.item("grew", g)
	}
	s.item("caveat", r.report.Caveat.String())
	s.item("next", r.next)
	s.item("memory", memory(r))
	s.item("watched", watched(r))
	for _, x := range warnings(r.report) {
		s.toned(theme.Warn, "warning", x)
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// suspect is told in full.
func (s *sheet) suspect(x leak.Suspect) {
	s.WriteByte('\n')
	s.line(suspectTone(x), head(x), x.Sentence)
	if x.Function != "" {
		s.item("where", strings.TrimSpace(x.Function+"  "+place(x)))
	}
	s.item("rate", rate(x))
	s.item("cause", x.Cause)
	s.toned(theme.Good, "fix", x.Fix)
	s.item("stack", stackLine(x.Stack))
}

// stays is the table of what loads left.
func (s *sheet) stays(stays []leak.Stay) {
	if len(stays) == 0 {
		return
	}
	heads, rows := stayTable(stays)
	row := func(tone theme.Tone, cells []string) {
		name := format.Pad(format.FitFunc(cells[0], max(s.on.width-66, 16)), max(s.on.width-66, 16))
		line := "  " + name
		for _, c := range cells[1 : len(cells)-1] {
			line += format.PadLeft(c, 10)
		}
		fmt.Fprintln(s, strings.TrimRight(s.on.theme.Render(tone, line+"  "+cells[len(cells)-1]), " "))
	}
	row(theme.Dim, heads)
	for _, r := range rows {
		row(theme.Plain, r)
	}
	s.WriteByte('\n')
}

// line is a sentence behind a word in the tone of what it means.
func (s *sheet) line(tone theme.Tone, word, text string) {
	s.hang(tone, word, text, format.Width(word)+2)
}

// item is a text behind a label; an empty one is left out.
func (s *sheet) item(label, text string) { s.toned(theme.Dim, label, text) }

func (s *sheet) toned(tone theme.Tone, label, text string) {
	if text != "" {
		s.WriteString("  ")
		s.hang(tone, label, text, margin)
	}
}

// hang writes text wrapped behind a label, its lines under each other.
func (s *sheet) hang(tone theme.Tone, label, text string, column int) {
	indent := strings.Repeat(" ", column)
	label = s.on.theme.Render(tone, label) + strings.Repeat(" ", max(column-format.Width(label), 1))
	for i, l := range format.Wrap(format.Clean(text), max(s.on.width-column-2, 20)) {
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

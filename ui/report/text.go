package report

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// maxFullSuspects is the number of suspects in full detail, about a screenful. The
// others get one line each; other formats have their evidence.
const maxFullSuspects = 3

// labelWidth is the column at which text begins after its label.
const labelWidth = 11

// textWriter writes a text report.
type textWriter struct {
	strings.Builder
	on Options
}

func writeText(w io.Writer, r Result, on Options) error {
	s := &textWriter{on: on}
	s.writeSentence(verdictTone(r.Report.Verdict), verdictWord(r.Report.Verdict), format.Clean(r.Target)+": "+describeVerdict(r))
	shown, others := pickSuspects(r.Report.Suspects)
	for i, x := range shown {
		switch {
		case i < maxFullSuspects:
			s.writeSuspect(x)
			continue
		case i == maxFullSuspects:
			s.WriteByte('\n')
		}
		s.writeSentence(suspectTone(x), SuspectWord(x), sentenceWithPlace(x))
	}
	s.writeItem("and", others)
	s.WriteByte('\n')
	s.writeRetained(r.Report.Retained)
	if len(r.Report.Suspects) == 0 {
		for _, a := range r.Report.LookAlikes {
			s.writeItem("seen", a.String())
		}
	}
	for _, x := range r.Held {
		s.writeItem("goroutine", x)
	}
	for _, g := range describeGrowth(r.Report) {
		s.writeItem("grew", g)
	}
	s.writeItem("caveat", r.Report.Caveat.String())
	s.writeItem(PastHead, DescribePast(r.Past))
	s.writeItem("next", r.Next)
	for _, x := range describeIgnored(r.Report) {
		s.writeItem("ignored", x)
	}
	for _, x := range describeWithdrawn(r.Report) {
		s.writeItem("withdrawn", x)
	}
	for _, x := range describeProcesses(r.Report) {
		s.writeItem("process", x)
	}
	s.writeItem("memory", describeMemory(r))
	s.writeItem("watched", DescribeWatch(r))
	for _, d := range r.Report.Diagnostics {
		h := diagnosticHead(d)
		s.writeToned(h.Tone, h.Word, d.String())
	}
	_, err := io.WriteString(w, s.String())
	return err
}

// writeSuspect writes a suspect in full detail.
func (w *textWriter) writeSuspect(x leak.Suspect) {
	w.WriteByte('\n')
	w.writeSentence(suspectTone(x), SuspectWord(x), x.Sentence)
	if x.Function != "" {
		w.writeItem("where", strings.TrimSpace(x.Function+"  "+DescribePlace(x)))
	}
	w.writeItem("rate", DescribeRate(x))
	w.writeItem("began", DescribeOnset(x, time.UTC))
	w.writeItem("cause", x.Cause)
	w.writeToned(theme.Good, "fix", x.Fix)
	w.writeItem("stack", joinStack(x.Stack))
}

// writeRetained writes the table of what remained after loads.
func (w *textWriter) writeRetained(stays []leak.Retained) {
	if len(stays) == 0 {
		return
	}
	heads, rows := retainedTable(stays)
	row := func(tone theme.Tone, cells []string) {
		name := format.Pad(format.FitFunc(cells[0], max(w.on.Width-66, 16)), max(w.on.Width-66, 16))
		line := "  " + name
		for _, c := range cells[1 : len(cells)-1] {
			line += format.PadLeft(c, 10)
		}
		fmt.Fprintln(w, strings.TrimRight(w.on.Theme.Render(tone, line+"  "+cells[len(cells)-1]), " "))
	}
	row(theme.Dim, heads)
	for _, r := range rows {
		row(theme.Plain, r)
	}
	w.WriteByte('\n')
}

// writeSentence writes a sentence after a colored word.
func (w *textWriter) writeSentence(tone theme.Tone, word, text string) {
	w.writeHanging(tone, word, text, format.Width(word)+2)
}

// writeItem writes a text after a label, nothing if the text is empty.
func (w *textWriter) writeItem(label, text string) { w.writeToned(theme.Dim, label, text) }

func (w *textWriter) writeToned(tone theme.Tone, label, text string) {
	if text != "" {
		w.WriteString("  ")
		w.writeHanging(tone, label, text, labelWidth)
	}
}

// writeHanging writes text wrapped with a hanging indent after a label.
func (w *textWriter) writeHanging(tone theme.Tone, label, text string, column int) {
	indent := strings.Repeat(" ", column)
	label = w.on.Theme.Render(tone, label) + strings.Repeat(" ", max(column-format.Width(label), 1))
	for i, l := range format.Wrap(format.Clean(text), max(w.on.Width-column-2, 20)) {
		if i > 0 {
			label = indent
			if column == labelWidth {
				label += "  "
			}
		}
		fmt.Fprintln(w, strings.TrimRight(label+l, " "))
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

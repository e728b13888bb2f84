package ui

import (
	"fmt"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// layOut implements [listed]: a line about all processes, a sentence, the page, and the
// keys.
func (m *machineModel) layOut(w, h int) screenLayout {
	l := screenLayout{suspects: tui.Rect{X: 0, Y: 1, W: w, H: 1}, tabs: -1, footer: h - 1}
	l.body = tui.Rect{X: 0, Y: 2, W: w, H: max(0, h-3)}
	return l
}

// drawTop implements [listed].
func (m *machineModel) drawTop() []string { return []string{m.drawHeader(), m.drawSentence()} }

// drawHeader draws the first line: how many processes there are, and what they use.
func (m *machineModel) drawHeader() string {
	t := m.vc.Theme
	left := ""
	right := t.Render(theme.Good, theme.SymbolLive+" every "+format.Duration(scanWait))
	switch {
	case m.failed != nil:
		right = t.Render(theme.Bad, theme.SymbolFailed+" cannot list them")
	case m.vc.Paused:
		right = tui.PausedText(m.vc)
	}
	if found := m.vc.Processes; found == nil {
		left += "Go processes of this machine"
	} else {
		served, used := 0, uint64(0)
		for _, p := range found.Processes {
			used += p.Used()
			if _, ok := p.Pprof(); ok {
				served++
			}
		}
		processes := "processes"
		if len(found.Processes) == 1 {
			processes = "process"
		}
		left += fmt.Sprintf("%s Go %s", format.Count(len(found.Processes)), processes) +
			t.Render(theme.Dim, fmt.Sprintf(" %s %s in total %s %s with pprof", theme.SymbolDot, format.Bytes(used), theme.SymbolDot, format.Count(served)))
	}
	return m.drawStatusLine(left, right)
}

// drawSentence draws the most important of the sentences.
func (m *machineModel) drawSentence() string {
	t, text := m.vc.Theme, ""
	for i, p := range m.sentences() {
		part := " " + t.Render(p.Tone, p.Text)
		if head := p.Head.String(); head != "" {
			part = " " + t.Render(p.Tone, head) + "  " + m.fitSentence(p, m.width-format.Width(head)-4) + " "
		}
		if i > 0 && format.Width(text+part) > m.width {
			break // half a sentence would be useless
		}
		text += part
	}
	return format.Pad(format.Fit(text, m.width), m.width)
}

// fitSentence shortens a sentence to w columns. What leaks and how fast is not cut, except
// for the beginning of a long name.
func (m *machineModel) fitSentence(p report.Sentence, w int) string {
	if p.Head != report.LeakHead {
		return p.Text
	}
	return format.FitLeft(format.FirstFit(w, report.FleetVerdictForms(*m.vc.Fleet)...), w)
}

// sentences returns what the user should know about the list, the most important first.
func (m *machineModel) sentences() []report.Sentence {
	if m.failed != nil {
		return []report.Sentence{{Head: report.Head{Tone: theme.Bad}, Text: format.Capitalize(tui.Explain(m.failed)) + "."}}
	}
	var out []report.Sentence
	if m.vc.Fleet.Comparison.Summary.Verdict == leak.Leaks {
		out = append(out, report.FleetSentences(*m.vc.Fleet)[0])
	} else {
		out = append(out, report.Sentence{Head: report.Head{Tone: theme.Dim}, Text: "Those with pprof are watched: enter opens one."})
	}
	if found := m.vc.Processes; found != nil && found.Hidden > 0 {
		out = append(out, report.Sentence{Head: report.Head{Tone: theme.Dim}, Text: describeHidden(found.Hidden)})
	}
	return out
}

// newDocument implements [listed].
func (m *machineModel) newDocument(title string) export.Document {
	d := export.Document{
		Title: title, Path: m.nav.stepTitles(), Target: m.fleet.Name(), Time: m.now(),
		View: export.View{Window: m.vc.Window, Paused: m.vc.Paused}, Charts: fleetCharts(*m.vc.Fleet, m.vc),
	}
	for _, s := range m.sentences() {
		d.Verdict = append(d.Verdict, export.Sentence{Tone: s.Tone, Head: s.Word, Text: s.Text})
	}
	return d
}

// describeHidden says how many processes could not be read.
func describeHidden(n int) string {
	if n == 1 {
		return "1 other process cannot be read without root."
	}
	return format.Count(n) + " other processes cannot be read without root."
}

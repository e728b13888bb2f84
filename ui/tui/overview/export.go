package overview

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/tui"
)

// Sentences returns the whole verdict.
func Sentences(vc *tui.ViewContext) []export.Sentence {
	var out []export.Sentence
	add := func(h report.Head, text string) {
		out = append(out, export.Sentence{Tone: h.Tone, Head: h.Word, Text: text})
	}
	r := vc.State.Report
	for _, s := range r.Suspects {
		add(report.SuspectHead(s.Confidence), s.Sentence)
	}
	if len(r.Suspects) == 0 {
		line := verdictLine(vc)
		add(line.Head, line.Text)
		for _, a := range r.LookAlikes {
			add(report.Head{}, a.String())
		}
	} else if r.Caveat.What != "" {
		add(report.Head{}, r.Caveat.String())
	}
	if text := report.DescribePast(vc.State.Past); text != "" {
		add(report.Head{Word: report.PastHead}, text)
	}
	if b := vc.State.Before; len(b.Suspects) > 0 {
		out = append(out, export.Sentence{Head: beforeWhat(vc), Text: b.Suspects[0].Sentence})
	}
	return out
}

// Charts returns the charts of the first screen.
func (m *Model) Charts() []export.Chart {
	const wide = 200 // columns: the titles in full
	st := m.vc.State
	all := [3]export.Chart{
		{Unit: "bytes", Value: m.lineTitle("", profile.Heap, wide), LineName: "live heap"},
		{Unit: "count", Value: m.lineTitle("", profile.Goroutine, wide), LineName: "goroutines"},
		{Unit: "bytes", Value: m.memoryTitle(wide), LineName: "memory of Go"},
	}
	if len(st.RSS) > 0 {
		all[2].LineName, all[2].OtherName = "memory", "memory of Go"
	}
	var out []export.Chart
	for i, data := range m.chartData() {
		c := all[i]
		c.Title, c.Window, c.Data = c.LineName, m.vc.Window, data
		c.Value = strings.TrimSpace(strings.TrimPrefix(ansi.Strip(c.Value), c.LineName))
		if len(data.Line) > 0 {
			out = append(out, c)
		}
	}
	return out
}

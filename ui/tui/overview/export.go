package overview

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/tui"
)

// Sentences returns the whole verdict.
func Sentences(vc *tui.ViewContext) []export.Sentence {
	var out []export.Sentence
	add := func(head, text string) {
		if _, word, ok := strings.Cut(head, " "); ok {
			head = word // without its symbol
		}
		out = append(out, export.Sentence{Head: head, Text: text})
	}
	r := vc.State.Report
	for _, s := range r.Suspects {
		add(tui.SuspectHead(s), s.Sentence)
	}
	if len(r.Suspects) == 0 {
		_, head, text := verdictLine(vc)
		add(head, text)
		for _, a := range r.LookAlikes {
			add("", a.String())
		}
	} else if r.Caveat.What != "" {
		add("", r.Caveat.String())
	}
	if text := report.DescribePast(vc.State.Past); text != "" {
		add(report.PastHead, text)
	}
	if b := vc.State.Before; len(b.Suspects) > 0 {
		out = append(out, export.Sentence{Head: beforeWhat(vc), Text: b.Suspects[0].Sentence})
	}
	return out
}

// Charts returns the charts of the first screen.
func (o *Model) Charts() []export.Chart {
	const wide = 200 // columns: the titles in full
	st := o.vc.State
	all := [3]export.Chart{
		{Unit: "bytes", Value: o.lineTitle("", st.Heap, "bytes", wide), LineName: "live heap"},
		{Unit: "count", Value: o.lineTitle("", st.Goroutines, "count", wide), LineName: "goroutines"},
		{Unit: "bytes", Value: o.memoryTitle(wide), LineName: "memory of Go"},
	}
	if len(st.RSS) > 0 {
		all[2].LineName, all[2].OtherName = "memory", "memory of Go"
	}
	var out []export.Chart
	for i, data := range o.chartData() {
		c := all[i]
		c.Title, c.Window, c.Data = c.LineName, o.vc.Window, data
		c.Value = strings.TrimSpace(strings.TrimPrefix(ansi.Strip(c.Value), c.LineName))
		if len(data.Line) > 0 {
			out = append(out, c)
		}
	}
	return out
}

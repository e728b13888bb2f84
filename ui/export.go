package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/ui/export"
)

// exporter is a page that gives itself away as data. Others are exported as the
// text on screen.
type exporter interface {
	// document notes what is on screen, quickly, since it is called by Update.
	// What it returns adds that to a document, and runs in a command: it must not
	// read what Update changes.
	document() func(*export.Document)
}

// document is what is on screen as data. It is called by Update; what it returns
// runs in a command.
func (m *Model) document() func() export.Document {
	d := m.heading(m.page().title())
	add := documentOf(m.page())
	return func() export.Document {
		add(&d)
		return d
	}
}

// heading is a document with what stands above every page.
func (m *Model) heading(title string) export.Document {
	d := export.Document{
		Title: title, Path: m.steps(), Target: m.name(), Time: m.now(), GoVersion: m.sh.state.Facts.GoVersion,
		View:    export.View{Window: m.shows().window, Paused: m.sh.paused},
		Verdict: sentences(m.sh), Warnings: append(troubles(m.sh), warnings(m.sh)...), Charts: m.overview.exported(),
	}
	if start := m.sh.state.Start; !start.IsZero() {
		d.Watched = d.Time.Sub(start)
	}
	if s := m.shows(); s.baseline {
		if d.View.Baseline = s.since; s.since.IsZero() {
			d.View.Baseline = m.sh.history.Baseline()
		}
	}
	return d
}

// documentOf is what a page adds to a document.
func documentOf(p page) func(*export.Document) {
	if e, ok := p.(exporter); ok {
		return e.document()
	}
	text := ansi.Strip(p.view())
	return func(d *export.Document) {
		d.Text = append(d.Text, export.Paragraph{Text: strings.TrimRight(text, " \n"), Code: true})
	}
}

// sentences is the verdict, whole.
func sentences(sh *shared) []export.Sentence {
	var out []export.Sentence
	add := func(head, text string) {
		if _, word, ok := strings.Cut(head, " "); ok {
			head = word // without its symbol
		}
		out = append(out, export.Sentence{Head: head, Text: text})
	}
	r := sh.state.Report
	for _, s := range r.Suspects {
		add(suspectHead(s), s.Sentence)
	}
	if len(r.Suspects) == 0 {
		_, head, text := verdictLine(sh)
		add(head, text)
		for _, a := range r.LookAlikes {
			add("", a.String())
		}
	} else if r.Caveat.What != "" {
		add("", r.Caveat.String())
	}
	if b := sh.state.Before; len(b.Suspects) > 0 {
		out = append(out, export.Sentence{Head: beforeWhat(sh), Text: b.Suspects[0].Sentence})
	}
	return out
}

// exported is the charts of the first screen.
func (o *overview) exported() []export.Chart {
	const wide = 200 // columns: the titles in full
	st := o.sh.state
	all := [3]export.Chart{
		{Unit: "bytes", Value: o.sum("", st.Heap, "bytes", wide), LineName: "live heap"},
		{Unit: "count", Value: o.sum("", st.Goroutines, "count", wide), LineName: "goroutines"},
		{Unit: "bytes", Value: o.memory(wide), LineName: "memory of Go"},
	}
	if len(st.RSS) > 0 {
		all[2].LineName, all[2].OtherName = "memory", "memory of Go"
	}
	var out []export.Chart
	for i, data := range o.data() {
		c := all[i]
		c.Title, c.Window, c.Data = c.LineName, o.sh.window, data
		c.Value = strings.TrimSpace(strings.TrimPrefix(ansi.Strip(c.Value), c.LineName))
		if len(data.Line) > 0 {
			out = append(out, c)
		}
	}
	return out
}

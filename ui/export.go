package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// document is what is on screen as data. It is called by Update; what it returns
// runs in a command.
func (m *Model) document() func() export.Document {
	d := m.heading(m.page().Title())
	add := documentOf(m.page())
	return func() export.Document {
		add(&d)
		return d
	}
}

// heading is a document with what stands above every page.
func (m *Model) heading(title string) export.Document {
	d := export.Document{
		Title: title, Path: m.steps(), Target: m.name(), Time: m.now(), GoVersion: m.vc.State.Facts.GoVersion,
		View:    export.View{Window: m.shows().Window, Paused: m.vc.Paused},
		Verdict: overview.Sentences(m.vc), Warnings: append(tui.Troubles(m.vc), tui.Warnings(m.vc)...), Charts: m.overview.Charts(),
	}
	if start := m.vc.State.Start; !start.IsZero() {
		d.Watched = d.Time.Sub(start)
	}
	if s := m.shows(); s.Baseline {
		if d.View.Baseline = s.Since; s.Since.IsZero() {
			d.View.Baseline = m.vc.History.Baseline()
		}
	}
	return d
}

// documentOf is what a page adds to a document.
func documentOf(p tui.Page) func(*export.Document) {
	if e, ok := p.(tui.Exporter); ok {
		return e.Document()
	}
	text := ansi.Strip(p.View())
	return func(d *export.Document) {
		d.Text = append(d.Text, export.Paragraph{Text: strings.TrimRight(text, " \n"), Code: true})
	}
}

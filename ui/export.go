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

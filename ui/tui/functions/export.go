package functions

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
)

// Document implements [tui.Exporter].
func (p *functionPage) Document() func(*export.Document) {
	part := functionParts[p.part].name
	add, about := p.parts[p.part].Document(), p.fn.Name+", "+p.fn.Class.String()+", "+p.sourcePosition()
	return func(d *export.Document) {
		d.Title = part + " of " + d.Title
		d.Text = append(d.Text, export.Paragraph{Head: "function", Text: about})
		add(d)
	}
}

// Document implements [tui.Exporter].
func (p *stackPage) Document() func(*export.Document) {
	add, stack, holds := p.List.Document(), p.stack, p.describeHeld()
	return func(d *export.Document) {
		d.Text = append(d.Text, export.Paragraph{Head: "holds", Text: holds})
		add(d)
		if d.Profile != nil {
			x := d.Profile.Filter(func(s *profile.Stack) bool { return s == stack })
			d.Profile = &x
		}
	}
}

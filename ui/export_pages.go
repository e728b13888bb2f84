package ui

import (
	"cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
)

func (p *functionPage) document() func(*export.Document) {
	part := functionParts[p.part].name
	add, about := p.parts[p.part].document(), p.fn.Name+", "+p.fn.Class.String()+", "+p.where()
	return func(d *export.Document) {
		d.Title = part + " of " + d.Title
		d.Text = append(d.Text, export.Paragraph{Head: "function", Text: about})
		add(d)
	}
}

func (p *stackPage) document() func(*export.Document) {
	add, stack, holds := p.list.document(), p.stack, p.holds()
	return func(d *export.Document) {
		d.Text = append(d.Text, export.Paragraph{Head: "holds", Text: holds})
		add(d)
		if d.Profile != nil {
			x := d.Profile.Only(func(s *profile.Stack) bool { return s == stack })
			d.Profile = &x
		}
	}
}

// document is the evidence with its series, and the stacks of the suspect.
func (p *evidencePage) document() func(*export.Document) {
	s, data, text, h := p.last, p.series(), p.paragraphs(), p.sh.history
	return func(d *export.Document) {
		unit, name := "bytes", "what it holds"
		sel := profile.Selection{Kind: profile.Heap, Type: "inuse_space"}
		if s.Kind == leak.Goroutine {
			unit, name = "count", "goroutines"
			sel = profile.Selection{Kind: profile.Goroutine, Type: "goroutine"}
		}
		value := format.PerHour(s.GrowthPerHour, unit)
		if n := len(s.Points); n > 0 {
			value = format.Value(s.Points[n-1].V, unit) + "  " + value
		}
		d.Charts = []export.Chart{{
			Title: cmp.Or(s.Function, s.Who()), Value: value, Unit: unit, LineName: name, OtherName: "what was never given back", Data: data,
		}}
		d.Text = append(d.Text, text...)
		d.Tables = append(d.Tables, suspectStack(s))
		d.View = export.View{Profile: string(sel.Kind), SampleType: sel.Type, Unit: unit}
		if x, ok := h.Extract(sel); ok && s.Group != nil {
			x = x.Only(shownStacks([]entry{{group: s.Group}}))
			d.Profile = &x
		}
	}
}

// suspectStack is the heaviest stack of a suspect.
func suspectStack(s leak.Suspect) export.Table {
	t := export.Table{
		Title: "Stack, leaf first", Empty: "No stack is known.",
		Columns: []export.Column{{ID: "name", Title: "FUNCTION"}, {ID: "at", Title: "AT"}},
	}
	for _, f := range stackOf(s) {
		t.Rows = append(t.Rows, []export.Cell{{Text: f.name}, {Text: f.at}})
	}
	return t
}

// document is the parts of the memory, with what is to be said of each.
func (p *memoryPane) document() func(*export.Document) {
	st, h := p.sh.state, p.sh.history
	return func(d *export.Document) {
		d.View = export.View{Window: d.View.Window}
		if x, ok := h.Extract(profile.Selection{Kind: profile.Heap, Type: "inuse_space"}); ok {
			d.Profile = &x
		}
		t := export.Table{Empty: memoryUnknown, Columns: []export.Column{
			{ID: "part", Title: "PART"},
			{ID: "size", Title: "SIZE", Right: true},
			{ID: "share", Title: "RESIDENT%", Right: true},
			{ID: "about", Title: "WHAT IT IS"},
			{ID: "advice", Title: "WHAT TO DO"},
		}}
		if n := len(st.Memory); n > 0 {
			r := st.Memory[n-1]
			d.Text = append(d.Text, export.Paragraph{Head: "memory", Text: memorySums(st.Facts, r)})
			parts, total := memoryParts(st, r)
			for _, part := range parts {
				share := export.Cell{}
				if part.Resident && total > 0 {
					v := float64(part.Bytes) / total
					share = export.Cell{Text: format.Percent(v), Value: 100 * v, Unit: "%"}
				}
				size := export.Cell{Text: format.Bytes(part.Bytes), Value: float64(part.Bytes), Unit: "bytes"}
				t.Rows = append(t.Rows, []export.Cell{{Text: part.Name}, size, share, {Text: part.About}, {Text: part.Advice}})
			}
		}
		d.Tables = append(d.Tables, t)
	}
}

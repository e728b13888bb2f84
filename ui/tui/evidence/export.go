package evidence

import (
	"cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// Document returns the evidence with its series, and the stacks of the suspect.
func (p *Page) Document() func(*export.Document) {
	s, data, text, h := p.last, p.chartData(), p.buildParagraphs(), p.vc.History
	return func(d *export.Document) {
		unit, name := "bytes", "what it holds"
		sel := profile.Selection{Kind: profile.Heap, Type: "inuse_space"}
		if s.Kind == leak.Goroutine {
			unit, name = "count", "goroutines"
			sel = profile.Selection{Kind: profile.Goroutine, Type: "goroutine"}
		}
		if s.Kind == leak.Files || s.Kind == leak.Children {
			unit, name = "count", s.Unit
		}
		value := format.PerHour(s.GrowthPerHour, unit)
		if n := len(s.Points); n > 0 {
			value = format.Value(s.Points[n-1].V, unit) + "  " + value
		}
		d.Charts = []export.Chart{{
			Title: cmp.Or(s.Function, s.Label()), Value: value, Unit: unit, LineName: name, OtherName: "what was never given back", Data: data,
		}}
		d.Text = append(d.Text, text...)
		d.Tables = append(d.Tables, suspectStack(s))
		d.View = export.View{Profile: string(sel.Kind), SampleType: sel.Type, Unit: unit}
		if x, ok := h.Extract(sel); ok && s.Group != nil {
			var stacks list.StackSet
			stacks.AddGroup(s.Group)
			x = x.Filter(stacks.Has)
			d.Profile = &x
		}
	}
}

// suspectStack returns the heaviest stack of a suspect.
func suspectStack(s leak.Suspect) export.Table { return stackTable(stackOf(s)) }

// stackTable returns a stack as a table.
func stackTable(frames []frameSource) export.Table {
	t := export.Table{
		Title: "Stack, leaf first", Empty: "No stack is known.",
		Columns: []export.Column{{ID: "name", Title: "FUNCTION"}, {ID: "at", Title: "AT"}},
	}
	for _, f := range frames {
		t.Rows = append(t.Rows, []export.Cell{{Text: f.name}, {Text: f.at}})
	}
	return t
}

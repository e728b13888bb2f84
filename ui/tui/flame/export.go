package flame

import (
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Document returns the zoomed part of the graph, and its larger frames as a table.
func (p *Pane) Document() func(*export.Document) {
	if p.tree == nil {
		return func(d *export.Document) {
			d.Text = append(d.Text, export.Paragraph{Text: tui.Waiting})
		}
	}
	// The command gets a copy, since the pane continues to change.
	own := *p
	vc := *p.vc
	own.vc = &vc
	return func(d *export.Document) {
		t := own.tree
		d.View.Profile, d.View.SampleType, d.View.Unit = string(vc.Kind), t.Type.Name, t.Type.Unit
		d.View.Filter = own.search.pattern
		d.Profile = own.extract
		d.Text = append(d.Text, export.Paragraph{Head: "frames", Text: "the width shows " + own.describeMeasure()})
		if own.top.Parent != nil {
			d.Text = append(d.Text, export.Paragraph{Head: "zoomed to", Text: strings.Join(own.top.Path(), " "+theme.SymbolPath+" ")})
		}
		d.Flame = &export.Flame{Unit: t.Type.Unit, ShowsGrowth: t.Measure == flame.Growth, Root: painter{&own}.exportNode(own.top)}
		d.Tables = append(d.Tables, painter{&own}.framesTable())
	}
}

func (p painter) exportNode(n *flame.Node) *export.FlameNode {
	out := &export.FlameNode{
		Name: fullName(n), Short: frameName(n, 200), Location: frameSource(n, 300), Origin: "lib", Grows: p.isGrowing(n),
		Value: n.Total, Self: n.Self, Growth: n.Growth * 3600, SelfGrowth: n.SelfGrowth * 3600,
	}
	if out.Grows {
		out.Short = theme.SymbolUp + out.Short
	}
	if n.Func != nil {
		switch n.Func.Class {
		case profile.ClassUser:
			out.Origin = "own"
		case profile.ClassDep:
			out.Origin = "dep"
		}
	}
	for _, c := range n.Children {
		if p.tree.Weight(c) > 0 {
			out.Children = append(out.Children, p.exportNode(c))
		}
	}
	return out
}

// minTableShare is the minimum share of the graph for a frame in the table.
const minTableShare = 0.005

// framesTable returns the frames as a table, callees indented under their callers.
func (p painter) framesTable() export.Table {
	unit, all := p.tree.Type.Unit, p.tree.Weight(p.top)
	t := export.Table{Empty: "There are no frames.", Columns: []export.Column{
		{ID: "name", Title: "FRAME"},
		{ID: "total", Title: "TOTAL", AlignRight: true},
		{ID: "share", Title: "TOTAL%", AlignRight: true},
		{ID: "self", Title: "SELF", AlignRight: true},
		{ID: "growth", Title: "GROWTH/H", AlignRight: true},
		{ID: "at", Title: "AT"},
	}}
	value := func(v int64) export.Cell {
		return export.Cell{Text: p.formatValue(v), Value: float64(v), Unit: unit}
	}
	p.top.Walk(func(n *flame.Node) bool {
		if p.tree.Weight(n) < minTableShare*all || p.tree.Weight(n) == 0 {
			return false
		}
		part, growth := export.Cell{}, export.Cell{}
		if root := p.tree.Root.Total; root != 0 {
			part = export.Cell{Text: format.Share(n.Total, root), Value: 100 * float64(n.Total) / float64(root), Unit: "%"}
		}
		if p.tree.GrowthSpan > 0 {
			growth = export.Cell{Text: format.PerHour(n.Growth*3600, unit), Value: n.Growth * 3600, Unit: unit + "/hour"}
		}
		name := strings.Repeat("  ", n.Depth-p.top.Depth) + fullName(n)
		t.Rows = append(t.Rows, []export.Cell{{Text: name}, value(n.Total), part, value(n.Self), growth, {Text: frameSource(n, 300)}})
		return true
	})
	return t
}

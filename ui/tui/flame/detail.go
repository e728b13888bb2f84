package flame

import (
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// drawHead draws the line above the graph: what widths mean, the path to the zoomed
// frame, and what the colors mean.
func (p painter) drawHead() string {
	t, w := p.vc.Theme, p.room.W
	left := " " + t.Render(theme.Title, p.describeMeasure())
	right := ""
	switch legend, short := p.drawLegend(), p.shortLegend(); {
	case w >= 100:
		right = legend + " "
	case w >= format.Width(left)+format.Width(short)+4:
		right = short + " "
	}
	if p.top.Parent != nil {
		var names []string
		for _, n := range p.zoomPath() {
			names = append(names, frameName(n, 40))
		}
		if w < 160 {
			right = ""
		}
		way := strings.Join(names, " "+theme.SymbolPath+" ")
		left += "  " + t.Render(theme.Accent, format.FitLeft(way, w-format.Width(left+right)-3))
	}
	return format.Pad(left, w-format.Width(right)) + right
}

// describeMeasure says what the widths mean.
func (p *Pane) describeMeasure() string {
	t := p.tree
	if t.Measure == flame.Growth {
		s := "growth of " + t.Type.Name
		if t.GrowthSpan > 0 {
			s += "  " + format.PerHour(t.Root.Growth*3600, t.Type.Unit) + " over " + format.Duration(t.GrowthSpan)
		}
		return s
	}
	if !t.Baseline.IsZero() {
		return t.Type.Name + " since the baseline  " + format.Delta(t.Root.Total, t.Type.Unit)
	}
	return t.Type.Name + "  " + format.Value(t.Root.Total, t.Type.Unit)
}

// zoomPath returns the frames from the root to the zoomed one.
func (p painter) zoomPath() []*flame.Node {
	var ns []*flame.Node
	for n := p.top; n != nil; n = n.Parent {
		ns = append([]*flame.Node{n}, ns...)
	}
	return ns
}

func (p painter) drawLegend() string {
	t := p.vc.Theme
	return t.Render(theme.FlameOwn, " own code ") + " " + t.Render(theme.FlameDep, " dependency ") + " " +
		t.Render(theme.FlameLib, " library ") + " " + t.Render(theme.FlameOwnUp, " "+theme.SymbolUp+" grows ")
}

// shortLegend is the legend for a narrow screen.
func (p painter) shortLegend() string {
	t := p.vc.Theme
	return t.Render(theme.FlameOwn, " own ") + t.Render(theme.FlameDep, " dep ") + t.Render(theme.FlameLib, " lib ") +
		t.Render(theme.FlameOwnUp, " "+theme.SymbolUp+" grows ")
}

// drawDetail draws the two lines below the graph: details of the frame under the
// cursor.
func (p painter) drawDetail() []string {
	t, n, w := p.vc.Theme, p.at, p.room.W
	whose := ""
	if n.Func != nil {
		whose = n.Func.Class.String()
		if shape := p.shapeOf(n); shape.IsSuspect() {
			whose += "  " + theme.SymbolLeak + " " + shape.String()
		}
	}
	name := fullName(n)
	first := " " + t.Render(theme.Accent, format.FitFunc(name, w-format.Width(whose)-4)) + "  " + t.Render(theme.Dim, whose)
	facts := p.describeFrame(n, w-4-format.Width(frameSource(n, 0)))
	facts += "  " + t.Render(theme.Dim, frameSource(n, w-format.Width(facts)-4))
	return []string{format.Pad(first, w), format.Pad(" "+facts, w)}
}

func fullName(n *flame.Node) string {
	switch {
	case n.Parent == nil:
		return "all stacks"
	case n.Func == nil:
		return "calls deeper than " + strconv.Itoa(flame.MaxDepth) + " frames"
	}
	return n.Func.Name
}

// formatValue formats a value of a frame, with a sign if it is a difference.
func (p painter) formatValue(v int64) string {
	if !p.tree.Baseline.IsZero() {
		return format.Delta(v, p.tree.Type.Unit)
	}
	return format.Value(v, p.tree.Type.Unit)
}

// describeFrame returns as many numbers of a frame as fit, the most important
// first.
func (p painter) describeFrame(n *flame.Node, room int) string {
	unit, root := p.tree.Type.Unit, p.tree.Root
	parts := []string{p.formatValue(n.Total)}
	if n.Parent != nil && root.Total != 0 {
		parts = append(parts, format.Share(n.Total, root.Total)+" of all")
	}
	if p.tree.GrowthSpan > 0 {
		parts = append(parts, format.PerHour(n.Growth*3600, unit))
	}
	if n.Parent != nil && n.Parent != root && n.Parent.Total != 0 {
		parts = append(parts, format.Share(n.Total, n.Parent.Total)+" of its caller")
	}
	if n.Self != 0 {
		parts = append(parts, "self "+p.formatValue(n.Self))
	}
	for ; len(parts) > 1; parts = parts[:len(parts)-1] {
		if s := strings.Join(parts, " "+theme.SymbolDot+" "); format.Width(s) <= room {
			return s
		}
	}
	return format.Fit(parts[0], room)
}

// frameSource returns the source line of a frame, in about w columns: with as much
// of the path as fits, but at least the file name.
func frameSource(n *flame.Node, w int) string {
	if n.Func == nil || n.Func.File == "" {
		return ""
	}
	end := ""
	if n.Line > 0 {
		end = ":" + strconv.Itoa(n.Line)
	}
	if n.SeveralLines {
		end += " and others"
	}
	name := n.Func.File[strings.LastIndexByte(n.Func.File, '/')+1:]
	return format.FitFunc(n.Func.File, max(w-format.Width(end), format.Width(name))) + end
}

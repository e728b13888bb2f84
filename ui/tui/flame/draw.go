package flame

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// headRows is the number of lines above the graph.
const headRows = 1

// detailRows returns the lines for the frame under the cursor, on a screen of h lines.
func detailRows(h int) int {
	switch {
	case h >= 7:
		return 2
	case h >= 4:
		return 1
	}
	return 0
}

// View implements [tui.Page].
func (p *Pane) View() string {
	if p.drawn == "" {
		p.drawn = strings.Join(tui.Fill(painter{p}.drawLines(), p.room.W, p.room.H), "\n")
	}
	return p.drawn
}

// painter draws a pane that has a tree.
type painter struct{ *Pane }

func (p painter) drawLines() []string {
	if p.tree == nil {
		return []string{p.vc.Theme.Render(theme.Dim, "  "+tui.Waiting)}
	}
	lines := []string{p.drawHead()}
	if s := p.whyEmpty(); s != "" {
		return append(lines, tui.Dim(p.vc.Theme, format.WrapIndented(s, p.room.W-1, "  "))...)
	}
	_, cursor, _ := p.boxOf(p.at)
	for i := range p.graphRows() {
		if p.inverted {
			i = p.graphRows() - 1 - i
		}
		if p.first+i < len(p.boxes) {
			lines = append(lines, p.drawRow(p.boxes[p.first+i], cursor))
		} else {
			lines = append(lines, "")
		}
	}
	return append(lines, p.drawDetail()[:detailRows(p.room.H)]...)
}

// whyEmpty says why there is no graph, "" if there is one.
func (p painter) whyEmpty() string {
	t := p.tree
	switch {
	case t.ChildrenWeight(t.Root) > 0:
		return ""
	case t.Measure == flame.Growth && t.GrowthSpan == 0:
		return "No growth is known yet: it takes two profiles. m shows what is held."
	case t.Measure == flame.Growth:
		return "Nothing grows. m shows what is held."
	case !t.Baseline.IsZero():
		return "Nothing has grown since the baseline. B drops it."
	}
	return tui.NothingIn(p.vc)
}

// drawRow draws a row of boxes, leaving gaps below frames without callees.
func (p painter) drawRow(boxes []box, cursor box) string {
	var b strings.Builder
	x := 0
	for _, bx := range boxes {
		b.WriteString(strings.Repeat(" ", bx.x-x))
		x = bx.x + bx.w
		tone := p.boxTone(bx)
		if bx == cursor {
			tone = theme.FlameCursor
		}
		b.WriteString(p.vc.Theme.Render(tone, p.boxText(bx, bx == cursor)))
	}
	return b.String()
}

func (p painter) boxTone(b box) theme.Tone {
	if b.omitted > 0 {
		return theme.FlameLib
	}
	if p.search.isHit(p.tree, b.node) {
		return theme.FlameMatch
	}
	class := profile.ClassRuntime
	if b.node.Func != nil {
		class = b.node.Func.Class
	}
	up := p.isGrowing(b.node)
	switch {
	case class == profile.ClassUser && up:
		return theme.FlameOwnUp
	case class == profile.ClassUser:
		return theme.FlameOwn
	case class == profile.ClassDep && up:
		return theme.FlameDepUp
	case class == profile.ClassDep:
		return theme.FlameDep
	case up:
		return theme.FlameLibUp
	}
	return theme.FlameLib
}

// shapeOf returns the shape of what a frame's function is blamed for in the heap.
func (p painter) shapeOf(n *flame.Node) leak.Shape {
	if n.Func == nil || p.vc.Kind != profile.Heap {
		return leak.ShapeNone
	}
	return p.vc.State.Report.Function(n.Func).Shape
}

// The minimum values of a frame that is marked as growing: its share of all growth, and
// its growth over the window as a share of the whole profile.
const (
	minGrowthShare = 0.05
	minAddedShare  = 0.01
)

// isGrowing reports whether to mark a frame as growing: it is a suspect or grows
// fast enough.
func (p painter) isGrowing(n *flame.Node) bool {
	if n.Growth <= 0 {
		return false
	}
	if p.shapeOf(n).IsSuspect() {
		return true
	}
	root := p.tree.Root
	all := max(root.Growth, 0)
	for _, c := range root.Children {
		all = max(all, c.Growth)
	}
	added := n.Growth * p.tree.GrowthSpan.Seconds()
	return n.Growth >= minGrowthShare*all && added >= minAddedShare*float64(max(root.Total, -root.Total))
}

// boxText returns the text in a box, exactly as wide as the box.
func (p painter) boxText(b box, under bool) string {
	left, right, w := "▏", "", b.w-1
	if p.vc.Theme.Profile < colorprofile.ANSI {
		// Without colors the ends of a box are drawn.
		left, right, w = "[", "]", b.w-2
		if b.w == 1 {
			return "|"
		}
	}
	label := p.boxLabel(b, w)
	if b.omitted > 0 {
		label = p.restLabel(b, w, under)
	}
	return left + label + right
}

// boxLabel returns the name in a box of w cells, preceded by a mark if it grows,
// and followed by its amount if there is room.
func (p painter) boxLabel(b box, w int) string {
	mark := ""
	switch {
	case p.shapeOf(b.node) == leak.ShapeLeak:
		mark = theme.SymbolLeak
	case p.isGrowing(b.node):
		mark = theme.SymbolUp
	}
	value := p.frameAmount(b.node, mark != "")
	name := frameName(b.node, w-format.Width(mark))
	if n := w - format.Width(mark+name+value); n >= 2 {
		return mark + name + strings.Repeat(" ", n-1) + value + " "
	}
	return format.Pad(fitOrNone(mark, w)+name, w)
}

// restLabel returns the label of a box that combines small frames: their number, and
// the name of the one under the cursor.
func (p painter) restLabel(b box, w int, under bool) string {
	s := "+" + strconv.Itoa(b.omitted)
	if under && p.at.Parent == b.node.Parent && w > len(s)+8 {
		s += " " + frameName(p.at, w-len(s)-1)
	}
	return format.Pad(fitOrNone(s, w), w)
}

// frameAmount returns the amount that a frame's width shows: its growth if it grows or
// the graph shows growth, else its share.
func (p painter) frameAmount(n *flame.Node, growing bool) string {
	if growing || p.tree.Measure == flame.Growth {
		return format.PerHour(n.Growth*3600, p.tree.Type.Unit)
	}
	return format.Share(n.Total, p.tree.Root.Total)
}

// minLabel is the minimum number of columns in which part of a name is useful.
const minLabel = 5

// frameName returns a function's name in w columns: without the path of its package,
// then without the package, then the end of it.
func frameName(n *flame.Node, w int) string {
	switch {
	case n.Parent == nil:
		return fitOrNone("all", w)
	case n.Func == nil:
		return fitOrNone("deeper calls", w)
	}
	name := profile.ShortName(n.Func.Name)
	if format.Width(name) <= w {
		return name
	}
	if i := strings.IndexByte(name, '.'); i >= 0 {
		name = name[i+1:]
	}
	if w < minLabel && w < format.Width(name) {
		return ""
	}
	return format.FitLeft(name, w)
}

// fitOrNone returns s if it fits in w columns, else "".
func fitOrNone(s string, w int) string {
	if format.Width(s) > w {
		return ""
	}
	return s
}

package flame

import (
	"slices"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/tui"
)

// flameKeys are the keys of a flame graph that do not work everywhere.
type flameKeys struct {
	Up, Down, Side, Top, End, PageUp, PageDown, Measure key.Binding
	Invert, Sandwich                                    key.Binding
}

func newFlameKeys() flameKeys {
	return flameKeys{
		Up:       tui.Bind("↑/k", "to the caller", "up", "k"),
		Down:     tui.Bind("↓/j", "to the widest callee", "down", "j"),
		Side:     tui.Bind("←→", "to the next frame", "left", "right", "h", "l"),
		Top:      tui.Bind("home/g", "to the top", "home", "g"),
		End:      tui.Bind("end/G", "down the widest callees", "end", "G"),
		PageUp:   tui.Bind("pgup", "a page of callers up", "pgup", "ctrl+b"),
		PageDown: tui.Bind("pgdn", "a page of callees down", "pgdown", "ctrl+f"),
		Invert:   tui.Bind("i", "root up or down", "i"),
		Sandwich: tui.Bind("s", "callers and callees", "s"),
		Measure:  tui.Bind("m", "growth", "m"),
	}
}

// PageKeys returns the keys in the help.
func (p *Pane) PageKeys() tui.KeyGroup {
	k := p.keys
	return tui.KeyGroup{Title: "Flame graph", Keys: []key.Binding{k.Up, k.Down, k.Side, k.Top, k.End, k.PageUp, k.PageDown, p.measureKey(), k.Invert, k.Sandwich}}
}

func (p *Pane) handleKey(msg tea.KeyPressMsg) tea.Cmd {
	if key.Matches(msg, p.keys.Measure) {
		p.by = flame.Growth - p.by
		return p.Refresh(true)
	}
	if key.Matches(msg, p.keys.Invert) {
		p.inverted, p.drawn = !p.inverted, ""
		return nil
	}
	if p.at == nil {
		return nil
	}
	k := p.keys
	toCaller, toCallee := k.Up, k.Down
	if p.inverted {
		toCaller, toCallee = k.Down, k.Up
	}
	switch {
	case key.Matches(msg, toCaller):
		p.moveUp(1)
	case key.Matches(msg, toCallee):
		p.moveDown(1)
	case key.Matches(msg, k.Side):
		p.moveAside(tui.Sideways(msg))
	case key.Matches(msg, k.Top):
		p.moveTo(p.top)
	case key.Matches(msg, k.End):
		p.moveDown(flame.MaxDepth)
	case key.Matches(msg, k.PageUp):
		p.moveUp(max(1, min(p.graphRows(), p.at.Depth-p.top.Depth)))
	case key.Matches(msg, k.PageDown):
		p.moveDown(max(1, p.graphRows()))
	}
	return nil
}

// moveTo puts the cursor on a frame and scrolls to it.
func (p *Pane) moveTo(n *flame.Node) {
	p.at, p.cursor, p.drawn = n, n.Path(), ""
	p.scrollToCursor()
}

// moveUp moves to callers; from the top of a zoomed graph it zooms out by one.
func (p *Pane) moveUp(n int) {
	at := p.at
	for ; n > 0 && at.Parent != nil; n-- {
		at = at.Parent
	}
	if !at.IsWithin(p.top) {
		p.zooms[len(p.zooms)-1] = at.Path()
		if at == p.tree.Root {
			p.zooms = nil
		}
		p.cursor = at.Path()
		p.layOut()
	}
	p.moveTo(at)
}

// moveDown moves to the widest callees.
func (p *Pane) moveDown(n int) {
	at := p.at
	for ; n > 0 && len(at.Children) > 0 && p.tree.Weight(at.Children[0]) > 0; n-- {
		at = at.Children[0]
	}
	p.moveTo(at)
}

// moveAside moves to the next callee of the same caller, including those too small
// to be drawn, then to the next frame of the row.
func (p *Pane) moveAside(by int) {
	if p.at == p.top {
		return
	}
	siblings := p.at.Parent.Children
	i := slices.Index(siblings, p.at) + by
	if i >= 0 && i < len(siblings) && p.tree.Weight(siblings[i]) > 0 {
		p.moveTo(siblings[i])
		return
	}
	row, b, ok := p.boxOf(p.at)
	if !ok {
		return
	}
	i = slices.IndexFunc(p.boxes[row], func(o box) bool { return o.x == b.x }) + by
	if i >= 0 && i < len(p.boxes[row]) && p.at.Depth == p.top.Depth+row {
		p.moveTo(p.boxes[row][i].node)
	}
}

// scrollToCursor scrolls until the row of the cursor and the one below it are
// visible.
func (p *Pane) scrollToCursor() {
	if p.at == nil {
		return
	}
	row, _, _ := p.boxOf(p.at)
	n := p.graphRows()
	p.first = max(min(p.first, row), min(row+1, len(p.boxes)-1)-n+1)
	p.first = max(0, min(p.first, row, len(p.boxes)-n))
}

// ZoomIn makes the frame under the cursor as wide as the screen. It returns false
// if it already is.
func (p *Pane) ZoomIn() bool {
	if p.at == nil || p.at == p.top {
		return false
	}
	p.zooms = append(p.zooms, p.at.Path())
	p.first = 0
	p.layOut()
	return true
}

// ZoomOut undoes the last zoom. It returns false if there is none.
func (p *Pane) ZoomOut() bool {
	if len(p.zooms) == 0 {
		return false
	}
	p.zooms = p.zooms[:len(p.zooms)-1]
	p.layOut()
	p.scrollToCursor()
	return true
}

// handleMouse moves the cursor to the frame under the pointer; a click on the frame
// under the cursor zooms.
func (p *Pane) handleMouse(msg tea.MouseMsg) {
	at := msg.Mouse()
	if turn, ok := msg.(tea.MouseWheelMsg); ok {
		p.scrollByWheel(turn)
		p.drawn = ""
		return
	}
	b, ok := p.boxAt(at.X, at.Y)
	if !ok {
		return
	}
	_, now, _ := p.boxOf(p.at)
	here := now == b
	switch msg.(type) {
	case tea.MouseClickMsg:
		if here && at.Button == tea.MouseLeft {
			p.ZoomIn()
			return
		}
	case tea.MouseMotionMsg:
	default:
		return
	}
	if !here {
		p.at, p.cursor, p.drawn = b.node, b.node.Path(), ""
	}
}

// scrollByWheel scrolls the rows of a graph.
func (g *grid) scrollByWheel(msg tea.MouseWheelMsg) {
	by := 0
	switch msg.Button {
	case tea.MouseWheelUp:
		by = -3
	case tea.MouseWheelDown:
		by = 3
	}
	g.first = max(0, min(g.first+by, len(g.boxes)-g.graphRows()))
}

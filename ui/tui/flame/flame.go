// Package flame is the pane with the profile, or its growth, as a flame graph.
package flame

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/functions"
)

// Pane is the chosen profile, or its growth, as a flame graph with the root on top.
// A command makes the tree, one at a time.
type Pane struct {
	vc       *tui.ViewContext
	keys     flameKeys
	id       int64
	by       flame.Measure
	tree     *flame.Tree      // nil until the first is ready
	extract  *profile.Extract // what the tree is of
	madeWith tui.Settings     // that the tree was made with

	// The frame under the cursor and the zoomed frames, as paths from the root, so
	// that they can be found in the tree of the next poll too.
	cursor []string
	zooms  [][]string
	at     *flame.Node // the deepest frame of cursor that exists in tree

	// shape changes the stacks that the tree is made of; nil leaves them.
	shape func(profile.StackValues) profile.StackValues

	grid
	search search
	drawn  string // the cached view; empty if something changed

	busy, again bool
}

// flameMsg carries the tree that the pane's command made, nil if there is no
// profile.
type flameMsg struct {
	id    int64
	tree  *flame.Tree
	under *profile.Extract
	made  tui.Settings
}

// New makes the pane of the flame graph.
func New(vc *tui.ViewContext) tui.Page {
	return &Pane{vc: vc, keys: newFlameKeys(), id: tui.NextID()}
}

// FollowPointer requests all mouse motion, since the frame under the pointer is
// explained.
func (p *Pane) FollowPointer() {}

// Loading reports whether the tree is being made.
func (p *Pane) Loading() bool { return p.busy }

// Title implements [tui.Page].
func (p *Pane) Title() string { return "Flame" }

// SetTheme implements [tui.Themed].
func (p *Pane) SetTheme(theme.Theme) { p.drawn = "" }

// Resize implements [tui.Page].
func (p *Pane) Resize(r tui.Rect) {
	if r != p.room {
		p.room = r
		p.layOut()
		p.scrollToCursor()
	}
}

// Shows returns the settings of the tree on screen.
func (p *Pane) Shows() tui.Settings {
	if p.tree == nil {
		return p.vc.Settings()
	}
	return p.madeWith
}

// Refresh rebuilds the tree.
func (p *Pane) Refresh(bool) tea.Cmd {
	if p.busy {
		p.again = true
		return nil
	}
	p.busy = true
	id, by, before := p.id, p.by, p.tree
	shape := p.shape
	h, sel, made := p.vc.History, p.vc.Selection(profile.ByStack, nil), p.vc.Settings()
	return func() tea.Msg {
		for tries := 0; ; tries++ {
			x, _ := h.Extract(sel)
			v, ok := h.StackValues(sel)
			if !ok {
				return flameMsg{id: id, made: made}
			}
			// A newer profile may have arrived between the two calls.
			if x.Time.Equal(v.Time) || tries == 3 {
				if shape != nil {
					v = shape(v)
				}
				return flameMsg{id, flame.Build(v, by, before), &x, made.For(h, &x)}
			}
		}
	}
}

// Update implements [tui.Page].
func (p *Pane) Update(msg tea.Msg) tea.Cmd {
	switch msg := msg.(type) {
	case flameMsg:
		if msg.id == p.id {
			p.extract, p.madeWith = msg.under, msg.made
			return p.setTree(msg.tree)
		}
	case tea.KeyPressMsg:
		return p.handleKey(msg)
	case tea.MouseMsg:
		p.handleMouse(msg)
	}
	return nil
}

// setTree shows a new tree, keeping the cursor and the zoom.
func (p *Pane) setTree(t *flame.Tree) tea.Cmd {
	p.busy = false
	applyRates(p.vc, t)
	p.tree = t
	p.search.run(p.tree)
	p.layOut()
	if p.again {
		p.again = false
		return p.Refresh(false)
	}
	return nil
}

// layOut finds the cursor and the zoom in the tree and lays it out.
func (p *Pane) layOut() {
	p.drawn, p.boxes = "", nil
	if p.tree == nil {
		p.at, p.top = nil, nil
		return
	}
	p.top = p.tree.Root
	if n := len(p.zooms); n > 0 {
		p.top, _ = p.tree.FindPath(p.zooms[n-1])
	}
	p.at, _ = p.tree.FindPath(p.cursor)
	if !p.at.IsWithin(p.top) {
		p.at = p.top
	}
	for p.at != p.top && p.tree.Weight(p.at) == 0 {
		p.at = p.at.Parent // a frame without width is invisible
	}
	p.boxes = layFlame(p.tree, p.top, p.room.W)
	p.first = max(0, min(p.first, len(p.boxes)-p.graphRows()))
}

// SelectedRow returns the function under the cursor.
func (p *Pane) SelectedRow() (tui.Row, bool) {
	if p.at == nil || p.at.Func == nil {
		return tui.Row{}, false
	}
	f := p.at.Func
	return tui.Row{Name: f.Name, Kind: p.vc.Kind, Evaluation: p.vc.State.Report.Function(f), Blame: f, At: profile.Frame{Func: f, Line: p.at.Line}}, true
}

// Sandwich returns the page of the function under the cursor, nil for none.
func (p *Pane) Sandwich() tui.Page {
	if p.at == nil || p.at.Func == nil || p.shape != nil {
		return nil
	}
	return newSandwich(p.vc, p.at.Func)
}

// Open implements [tui.Page].
func (p *Pane) Open() tui.Page {
	if p.at == nil || p.at.Func == nil {
		return nil
	}
	return functions.NewFunctionPage(p.vc, tui.Subject{}, p.at.Func)
}

// Hints implements [tui.Page].
func (p *Pane) Hints() []key.Binding {
	k := p.vc.Keys
	zoom := k.Open
	zoom.SetHelp("enter", "zoom")
	if p.at == p.top {
		zoom.SetHelp("enter", "open")
	}
	hints := []key.Binding{zoom, p.measureKey(), p.keys.Invert}
	if p.shape == nil {
		hints = append(hints, p.keys.Sandwich, k.Filter, k.SampleType)
	}
	return hints
}

// measureKey returns the key that changes the measure, labeled with the next one.
func (p *Pane) measureKey() key.Binding {
	b := p.keys.Measure
	if p.by == flame.Growth {
		b.SetHelp("m", "what is held")
	}
	return b
}

// Help implements [tui.Page].
func (p *Pane) Help() []string {
	return []string{
		"The profile as a flame graph with the root on top (i puts it at the bottom). A frame is below its caller, and as wide as what is held through it. m makes the width the growth over the time window (+ -) or since the baseline (b); what shrinks then has no width.",
		"The service's own code is bold, and blue; dependencies are violet; the standard library and the runtime are gray. Warm colors and " + theme.SymbolUp + " mark growth, " + theme.SymbolLeak + " what the verdict calls a leak.",
		"Move to callers and callees with ↑ ↓, to the next frame with ← →. enter zooms into a frame, and opens the function of a zoomed frame; esc zooms out. s shows a function with all its callers above and its callees below. / marks frames, and n N go to them, even if they are too small to draw: +12 stands for twelve such frames.",
	}
}

// Position says how large the graph is and which part is on screen.
func (p *Pane) Position() string {
	if p.tree == nil {
		return ""
	}
	s := ""
	if p.search.match != nil {
		s = p.search.describeHits(p.tree) + "  "
	}
	if n := p.graphRows(); len(p.boxes) > n {
		s += "rows " + format.Count(p.first+1) + "–" + format.Count(min(p.first+n, len(p.boxes))) + " of " + format.Count(len(p.boxes))
	}
	return s
}

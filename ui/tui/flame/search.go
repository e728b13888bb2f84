package flame

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
)

// searchResult is the result of a search in the tree on screen.
type searchResult struct {
	funcs  map[*profile.Function]bool // true for those that match
	frames int
	weight float64 // the total of the outermost of them
}

func (f searchResult) describeHits(t *flame.Tree) string {
	if f.frames == 0 {
		return "nothing matches"
	}
	s := format.Count(f.frames) + " match"
	if f.frames == 1 {
		s = "1 matches"
	}
	if room := t.ChildrenWeight(t.Root); room > 0 {
		s += ", " + format.Percent(f.weight/room)
	}
	return s
}

// runSearch finds the frames whose functions match.
func (p *Pane) runSearch() {
	p.found, p.drawn = searchResult{}, ""
	if p.match == nil || p.tree == nil {
		return
	}
	p.found.funcs = map[*profile.Function]bool{}
	var walk func(n *flame.Node, inside bool)
	walk = func(n *flame.Node, inside bool) {
		if p.isHit(n) {
			p.found.frames++
			if !inside {
				p.found.weight += p.tree.Weight(n)
			}
			inside = true
		}
		for _, c := range n.Children {
			walk(c, inside)
		}
	}
	walk(p.tree.Root, false)
}

// isHit reports whether a frame matches. Each function is matched only once.
func (p *Pane) isHit(n *flame.Node) bool {
	if p.match == nil || n.Func == nil || p.tree.Weight(n) == 0 {
		return false
	}
	is, known := p.found.funcs[n.Func]
	if !known {
		is = p.match.Match(n.Func.Name)
		p.found.funcs[n.Func] = is
	}
	return is
}

// Filter implements [tui.Filterable].
func (p *Pane) Filter() string { return p.pattern }

// SetFilter implements [tui.Filterable].
func (p *Pane) SetFilter(text string) tea.Cmd {
	p.pattern, p.match = text, tui.NewMatcher(text)
	p.runSearch()
	return nil
}

// Next moves to the next matching frame, in the order of the graph and cyclically.
// If it is outside of the zoomed part, the zoom is reset.
func (p *Pane) Next(forward bool) bool {
	if p.match == nil || p.at == nil {
		return p.match != nil
	}
	var before, after, first, last *flame.Node
	passed := false
	p.tree.Root.Walk(func(n *flame.Node) bool {
		switch {
		case n == p.at:
			passed = true
		case !p.isHit(n):
		case !passed:
			before = n
		case after == nil:
			after = n
		}
		if p.isHit(n) {
			if first == nil {
				first = n
			}
			last = n
		}
		return true
	})
	to := firstOf(after, first)
	if !forward {
		to = firstOf(before, last)
	}
	if to == nil {
		return true
	}
	if !to.IsWithin(p.top) {
		p.zooms = nil
		p.layOut()
	}
	p.moveTo(to)
	return true
}

func firstOf(a, b *flame.Node) *flame.Node {
	if a != nil {
		return a
	}
	return b
}

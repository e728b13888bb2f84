package flame

import (
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
)

// search is a search and its result in the tree on screen.
type search struct {
	pattern string
	match   tui.Matcher // nil for no search

	funcs  map[*profile.Function]bool // true for those that match
	frames int
	weight float64 // the total of the outermost matching frames
}

// set searches a tree, nil for none, for a pattern.
func (s *search) set(pattern string, t *flame.Tree) {
	s.pattern, s.match = pattern, tui.NewMatcher(pattern)
	s.run(t)
}

// run finds the frames whose functions match.
func (s *search) run(t *flame.Tree) {
	s.funcs, s.frames, s.weight = nil, 0, 0
	if s.match == nil || t == nil {
		return
	}
	s.funcs = map[*profile.Function]bool{}
	var walk func(n *flame.Node, inside bool)
	walk = func(n *flame.Node, inside bool) {
		if s.isHit(t, n) {
			s.frames++
			if !inside {
				s.weight += t.Weight(n)
			}
			inside = true
		}
		for _, c := range n.Children {
			walk(c, inside)
		}
	}
	walk(t.Root, false)
}

// isHit reports whether a frame matches. Each function is matched only once.
func (s *search) isHit(t *flame.Tree, n *flame.Node) bool {
	if s.match == nil || n.Func == nil || t.Weight(n) == 0 {
		return false
	}
	is, known := s.funcs[n.Func]
	if !known {
		is = s.match.Match(n.Func.Name)
		s.funcs[n.Func] = is
	}
	return is
}

// describeHits says how many frames match, and what share of the graph they have.
func (s *search) describeHits(t *flame.Tree) string {
	if s.frames == 0 {
		return "nothing matches"
	}
	text := format.Count(s.frames) + " match"
	if s.frames == 1 {
		text = "1 matches"
	}
	if room := t.ChildrenWeight(t.Root); room > 0 {
		text += ", " + format.Percent(s.weight/room)
	}
	return text
}

// Filter implements [tui.Filterable].
func (p *Pane) Filter() string { return p.search.pattern }

// SetFilter implements [tui.Filterable].
func (p *Pane) SetFilter(text string) tea.Cmd {
	p.search.set(text, p.tree)
	p.drawn = ""
	return nil
}

// Next moves to the next matching frame, in the order of the graph and cyclically.
// If it is outside of the zoomed part, the zoom is reset.
func (p *Pane) Next(forward bool) bool {
	if p.search.match == nil || p.at == nil {
		return p.search.match != nil
	}
	var before, after, first, last *flame.Node
	passed := false
	p.tree.Root.Walk(func(n *flame.Node) bool {
		switch {
		case n == p.at:
			passed = true
		case !p.search.isHit(p.tree, n):
		case !passed:
			before = n
		case after == nil:
			after = n
		}
		if p.search.isHit(p.tree, n) {
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

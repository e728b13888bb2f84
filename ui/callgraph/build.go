package callgraph

import (
	"cmp"
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// Limits of what is drawn, as in pprof: a larger graph is unreadable.
const (
	maxNodes     = 80
	maxEdges     = 160
	minNodeShare = 0.005
	minEdgeShare = 0.001
)

// Input is a profile to draw.
type Input struct {
	Title  string // above the graph
	Unit   string // of the values
	Stacks []*profile.Stack
	Values []int64 // by stack; negative ones shrink
	// Growth is the growth of functions, in units per hour; nil if unknown.
	Growth map[*profile.Function]float64
}

// node is a function in the graph.
type node struct {
	fn        *profile.Function
	flat, cum int64
	growth    float64

	w, h  float64 // of the box
	x, y  float64 // of its center
	layer int
	order int
	lines []textLine
	out   []*edge // to callees
	in    []*edge // from callers
}

// edge represents the calls from one function to another.
type edge struct {
	from, to *node
	weight   int64
	indirect bool // functions between them are left out
	reversed bool // it closes a cycle
	via      []*node
}

// graph has the nodes and edges that are drawn.
type graph struct {
	nodes []*node
	edges []*edge
	total int64 // sum of the absolute values, to which sizes and arrows are scaled
	sum   int64 // of the values, the base of percentages, as in tables
}

// newGraph returns the graph of the functions that have at least minNodeShare.
func newGraph(in Input) *graph {
	flat, cum := map[*profile.Function]int64{}, map[*profile.Function]int64{}
	g := &graph{}
	for i, s := range in.Stacks {
		if s.Depth() == 0 {
			continue
		}
		g.total += abs(in.Values[i])
		g.sum += in.Values[i]
		flat[s.FrameAt(0).Func] += in.Values[i]
		for _, f := range distinctFunctions(s) {
			cum[f] += in.Values[i]
		}
	}
	kept := map[*profile.Function]*node{}
	for f, c := range cum {
		if float64(abs(c)) >= minNodeShare*float64(g.total) && c != 0 {
			kept[f] = &node{fn: f, flat: flat[f], cum: c, growth: in.Growth[f]}
		}
	}
	for _, n := range kept {
		g.nodes = append(g.nodes, n)
	}
	slices.SortFunc(g.nodes, func(a, b *node) int {
		return cmp.Or(cmp.Compare(abs(b.cum)+abs(b.flat), abs(a.cum)+abs(a.flat)), cmp.Compare(a.fn.Name, b.fn.Name))
	})
	for len(g.nodes) > maxNodes {
		delete(kept, g.nodes[len(g.nodes)-1].fn)
		g.nodes = g.nodes[:len(g.nodes)-1]
	}
	g.addEdges(in, kept)
	return g
}

// distinctFunctions returns the functions of a stack, each once.
func distinctFunctions(s *profile.Stack) []*profile.Function {
	var out []*profile.Function
	for _, f := range s.Frames() {
		if !slices.Contains(out, f.Func) {
			out = append(out, f.Func)
		}
	}
	return out
}

// addEdges adds the calls between the functions that are kept.
func (g *graph) addEdges(in Input, kept map[*profile.Function]*node) {
	type call struct{ from, to *node }
	found := map[call]*edge{}
	for i, s := range in.Stacks {
		seen := map[call]bool{}
		var callee *node
		indirect := false
		for _, f := range s.Frames() { // leaf first
			n := kept[f.Func]
			switch {
			case n == nil:
				indirect = indirect || callee != nil
				continue
			case callee != nil && n != callee:
				c := call{n, callee}
				e := found[c]
				if e == nil {
					e = &edge{from: n, to: callee, indirect: indirect}
					found[c] = e
				}
				e.indirect = e.indirect && indirect
				if !seen[c] {
					seen[c] = true
					e.weight += in.Values[i]
				}
			}
			callee, indirect = n, false
		}
	}
	for _, e := range found {
		if float64(abs(e.weight)) >= minEdgeShare*float64(g.total) {
			g.edges = append(g.edges, e)
		}
	}
	slices.SortFunc(g.edges, func(a, b *edge) int {
		return cmp.Or(cmp.Compare(abs(b.weight), abs(a.weight)), cmp.Compare(a.from.fn.Name, b.from.fn.Name), cmp.Compare(a.to.fn.Name, b.to.fn.Name))
	})
	g.edges = g.edges[:min(len(g.edges), maxEdges)]
}

func abs(v int64) int64 {
	if v < 0 {
		return -v
	}
	return v
}

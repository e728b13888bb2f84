package callgraph

import (
	"cmp"
	"slices"
)

// Gaps between boxes, in pixels.
const (
	gapX      = 22.0
	gapY      = 52.0
	dummyGap  = 10.0
	sweeps    = 24 // passes that reorder the layers
	placings  = 24 // passes that move boxes sideways
	stiffness = 8  // how much straighter edges are kept between two dummies
)

// layOut gives each node a position, and each edge the points that it passes.
func (g *graph) layOut() (width, height float64) {
	g.breakCycles()
	g.setLayers()
	layers := g.divideEdges()
	orderLayers(layers)
	placeLayers(layers)
	closeGaps(layers)
	return moveToOrigin(layers)
}

// breakCycles reverses the edges that lead back to a caller. It follows heavy edges
// first, so that light ones are reversed.
func (g *graph) breakCycles() {
	for _, e := range g.edges {
		e.from.out, e.to.in = append(e.from.out, e), append(e.to.in, e)
	}
	const onPath, done = 1, 2
	state := map[*node]int{}
	var visit func(n *node)
	visit = func(n *node) {
		state[n] = onPath
		for _, e := range n.out {
			switch state[e.to] {
			case onPath:
				e.reversed = true
			case 0:
				visit(e.to)
			}
		}
		state[n] = done
	}
	roots := slices.Clone(g.nodes)
	slices.SortStableFunc(roots, func(a, b *node) int { return cmp.Compare(len(a.in), len(b.in)) })
	for _, n := range roots {
		if state[n] == 0 {
			visit(n)
		}
	}
	for _, n := range g.nodes {
		n.out, n.in = nil, nil
	}
	for _, e := range g.edges {
		a, b := e.ends()
		a.out, b.in = append(a.out, e), append(b.in, e)
	}
}

// ends returns the upper and the lower end of an edge.
func (e *edge) ends() (upper, lower *node) {
	if e.reversed {
		return e.to, e.from
	}
	return e.from, e.to
}

// setLayers puts each node below its callers, as close to them as possible.
func (g *graph) setLayers() {
	pending := map[*node]int{}
	var ready []*node
	for _, n := range g.nodes {
		if pending[n] = len(n.in); len(n.in) == 0 {
			ready = append(ready, n)
		}
	}
	var order []*node
	for len(ready) > 0 {
		n := ready[0]
		ready = ready[1:]
		order = append(order, n)
		for _, e := range n.out {
			_, b := e.ends()
			b.layer = max(b.layer, n.layer+1)
			if pending[b]--; pending[b] == 0 {
				ready = append(ready, b)
			}
		}
	}
	for _, n := range slices.Backward(order) { // move sources down to their callees
		if len(n.in) == 0 && len(n.out) > 0 {
			minLayer := 1 << 30
			for _, e := range n.out {
				_, b := e.ends()
				minLayer = min(minLayer, b.layer)
			}
			n.layer = max(n.layer, minLayer-1)
		}
	}
}

// link is a piece of an edge between two neighboring layers.
type link struct {
	upper, lower *node
	weight       float64
}

// layer has the nodes of one layer, from the left, with their links to the layer
// below.
type layer struct {
	nodes []*node
	below []link
}

// divideEdges puts a dummy on each layer that an edge crosses.
func (g *graph) divideEdges() []*layer {
	last := 0
	for _, n := range g.nodes {
		last = max(last, n.layer)
	}
	layers := make([]*layer, last+1)
	for i := range layers {
		layers[i] = &layer{}
	}
	for _, n := range g.nodes {
		layers[n.layer].nodes = append(layers[n.layer].nodes, n)
	}
	for _, e := range g.edges {
		upper, lower := e.ends()
		weight := 1 + 3*float64(abs(e.weight))/float64(max(g.total, 1))
		at := upper
		for l := upper.layer + 1; l < lower.layer; l++ {
			d := &node{layer: l, w: 1, h: 1}
			layers[l].nodes = append(layers[l].nodes, d)
			w := weight * stiffness
			if at == upper {
				w = weight * 2
			}
			layers[l-1].below = append(layers[l-1].below, link{at, d, w})
			e.via = append(e.via, d)
			at = d
		}
		if at != upper {
			weight *= 2
		}
		layers[lower.layer-1].below = append(layers[lower.layer-1].below, link{at, lower, weight})
	}
	return layers
}

// orderLayers orders each layer by the medians of its neighbors, and keeps the order
// with the fewest crossings.
func orderLayers(layers []*layer) {
	setOrders(layers)
	best, crossings := copyOrders(layers), countCrossings(layers)
	for i := range sweeps {
		if i%2 == 0 {
			for l := 1; l < len(layers); l++ {
				sortByMedian(layers[l].nodes, layers[l-1].below, true)
			}
		} else {
			for l := len(layers) - 2; l >= 0; l-- {
				sortByMedian(layers[l].nodes, layers[l].below, false)
			}
		}
		if n := countCrossings(layers); n < crossings {
			best, crossings = copyOrders(layers), n
		}
	}
	for i, l := range layers {
		l.nodes = best[i]
	}
	setOrders(layers)
}

func setOrders(layers []*layer) {
	for _, l := range layers {
		for i, n := range l.nodes {
			n.order = i
		}
	}
}

func copyOrders(layers []*layer) [][]*node {
	out := make([][]*node, len(layers))
	for i, l := range layers {
		out[i] = slices.Clone(l.nodes)
	}
	return out
}

// sortByMedian sorts the nodes of a layer by the median position of the nodes they are
// linked to.
func sortByMedian(nodes []*node, links []link, lower bool) {
	at := map[*node][]int{}
	for _, k := range links {
		if lower {
			at[k.lower] = append(at[k.lower], k.upper.order)
		} else {
			at[k.upper] = append(at[k.upper], k.lower.order)
		}
	}
	median := make(map[*node]float64, len(nodes))
	for _, n := range nodes {
		p := at[n]
		slices.Sort(p)
		switch m := len(p) / 2; {
		case len(p) == 0:
			median[n] = float64(n.order)
		case len(p)%2 == 1:
			median[n] = float64(p[m])
		default:
			median[n] = float64(p[m-1]+p[m]) / 2
		}
	}
	slices.SortStableFunc(nodes, func(a, b *node) int { return cmp.Compare(median[a], median[b]) })
	for i, n := range nodes {
		n.order = i
	}
}

// countCrossings counts the pairs of links that cross, with a Fenwick tree over the
// positions in the lower layer.
func countCrossings(layers []*layer) (n int) {
	for i, l := range layers[:max(0, len(layers)-1)] {
		links := slices.Clone(l.below)
		slices.SortFunc(links, func(a, b link) int {
			return cmp.Or(cmp.Compare(a.upper.order, b.upper.order), cmp.Compare(a.lower.order, b.lower.order))
		})
		tree := make([]int, len(layers[i+1].nodes)+1)
		for seen, k := range links {
			n += seen - countUpTo(tree, k.lower.order+1)
			for at := k.lower.order + 1; at < len(tree); at += at & -at {
				tree[at]++
			}
		}
	}
	return n
}

// countUpTo returns the sum of the first n elements of a Fenwick tree.
func countUpTo(tree []int, n int) (sum int) {
	for ; n > 0; n -= n & -n {
		sum += tree[n]
	}
	return sum
}

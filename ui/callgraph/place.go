package callgraph

import (
	"cmp"
	"slices"
)

// placeLayers moves the boxes of each layer to where their neighbors are, without
// changing their order.
func placeLayers(layers []*layer) {
	for _, l := range layers {
		x := 0.0
		for i, n := range l.nodes {
			if i > 0 {
				x += minDistance(l.nodes[i-1], n)
			}
			n.x = x
		}
	}
	for i := range placings {
		if i%2 == 0 {
			for l := 1; l < len(layers); l++ {
				placeLayer(layers[l].nodes, layers[l-1].below, true)
			}
		} else {
			for l := len(layers) - 2; l >= 0; l-- {
				placeLayer(layers[l].nodes, layers[l].below, false)
			}
		}
	}
}

// minDistance returns the minimum distance between the centers of two neighbors.
func minDistance(a, b *node) float64 {
	gap := gapX
	if a.fn == nil || b.fn == nil {
		gap = dummyGap
	}
	return (a.w+b.w)/2 + gap
}

// block is a run of neighbors that touch, which move together.
type block struct {
	sum, weight float64 // of the wanted positions of its first node
	first, last int     // indexes of nodes
}

// placeLayer finds the positions that keep the gaps and are closest to the wanted ones
// by least squares, with the pool-adjacent-violators algorithm.
func placeLayer(nodes []*node, links []link, lower bool) {
	sum, weight := map[*node]float64{}, map[*node]float64{}
	for _, k := range links {
		own, other := k.upper, k.lower
		if lower {
			own, other = k.lower, k.upper
		}
		sum[own] += k.weight * other.x
		weight[own] += k.weight
	}
	offset := make([]float64, len(nodes)) // of each node from the first, if all touch
	var blocks []block
	for i, n := range nodes {
		if i > 0 {
			offset[i] = offset[i-1] + minDistance(nodes[i-1], n)
		}
		w, want := weight[n], n.x
		if w > 0 {
			want = sum[n] / w
		} else {
			w = 0.01
		}
		b := block{w * (want - offset[i]), w, i, i}
		for len(blocks) > 0 {
			before := blocks[len(blocks)-1]
			if before.sum/before.weight < b.sum/b.weight {
				break
			}
			b = block{before.sum + b.sum, before.weight + b.weight, before.first, b.last}
			blocks = blocks[:len(blocks)-1]
		}
		blocks = append(blocks, b)
	}
	for _, b := range blocks {
		for i := b.first; i <= b.last; i++ {
			nodes[i].x = b.sum/b.weight + offset[i]
		}
	}
}

// margin is the space around the graph, in pixels.
const margin = 16.0

// closeGaps removes the empty strips between parts of the graph that no arrow joins.
func closeGaps(layers []*layer) {
	type span struct{ left, right float64 }
	var spans []span
	for _, l := range layers {
		for _, n := range l.nodes {
			spans = append(spans, span{n.x - n.w/2, n.x + n.w/2})
		}
		for _, k := range l.below {
			spans = append(spans, span{min(k.upper.x, k.lower.x), max(k.upper.x, k.lower.x)})
		}
	}
	slices.SortFunc(spans, func(a, b span) int { return cmp.Compare(a.left, b.left) })
	type cut struct{ at, by float64 }
	var cuts []cut
	for i, end := 0, 0.0; i < len(spans); i++ {
		if gap := spans[i].left - end; i > 0 && gap > 2*gapX {
			cuts = append(cuts, cut{spans[i].left, gap - 2*gapX})
		}
		if i == 0 || spans[i].right > end {
			end = spans[i].right
		}
	}
	for _, l := range layers {
		for _, n := range l.nodes {
			x := n.x
			for _, c := range cuts {
				if x >= c.at {
					n.x -= c.by
				}
			}
		}
	}
}

// moveToOrigin moves the graph to the origin and gives the layers their height.
func moveToOrigin(layers []*layer) (width, height float64) {
	left, right := 0.0, 0.0
	for i, l := range layers {
		for j, n := range l.nodes {
			if i == 0 && j == 0 {
				left, right = n.x-n.w/2, n.x+n.w/2
			}
			left, right = min(left, n.x-n.w/2), max(right, n.x+n.w/2)
		}
	}
	y := margin + titleHeight
	for _, l := range layers {
		tall := 0.0
		for _, n := range l.nodes {
			tall = max(tall, n.h)
		}
		for _, n := range l.nodes {
			n.x += margin - left
			n.y = y + tall/2
		}
		y += tall + gapY
	}
	return right - left + 2*margin, y - gapY + margin
}

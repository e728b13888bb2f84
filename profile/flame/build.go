package flame

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// Bounds on a tree. Stacks of the runtime are at most 128 physical frames deep, or
// a few times that with inlined ones. The largest heap profile measured (31,491
// samples) results in 52,000 nodes.
const (
	MaxDepth = 512
	maxNodes = 1 << 20
)

// builder collects nodes, parents before their children.
type builder struct {
	values   profile.StackValues
	anchors  int
	children *edges // parent's index and function's ID to index
	nodes    []raw
	past     []int64 // by node and anchor: sum of the stacks that end there
}

// raw is a node before its growth is known.
type raw struct {
	fn        *profile.Function
	parent    int32
	depth     int32
	line      int32
	lines     bool
	self      int64
	heaviest  int64 // weight of the heaviest stack through it, which sets line
	offspring int32
}

// cut is the ID of the function that replaces frames that were cut off.
const cut = 1<<32 - 1

// Build returns the tree of stacks by a measure. before is the tree on screen, of
// the same selection, or nil: frames of similar weight keep their order in it, so
// that the graph does not jump with each poll.
func Build(v profile.StackValues, by Measure, before *Tree) *Tree {
	b := &builder{values: v, anchors: len(v.Times), children: newEdges(3 * len(v.Stacks))}
	expected := 4*len(v.Stacks) + 16 // measured: 3 to 6 nodes per stack
	b.nodes = append(make([]raw, 0, expected), raw{parent: -1})
	b.past = make([]int64, b.anchors, b.anchors*expected)
	for i := range v.Stacks {
		b.add(i)
	}
	t := &Tree{Table: v.Table, Measure: by, Nodes: len(b.nodes)}
	t.Root = b.link(t)
	t.arrange(t.Root, before)
	return t
}

// add adds the values of stack i to the node at the end of its path.
func (b *builder) add(i int) {
	s, v := b.values.Stacks[i], b.values.Now[i]
	weight := max(v, -v)
	for _, p := range b.values.Past {
		weight = max(weight, p[i])
	}
	at := int32(0)
	for d := len(s.Frames) - 1; d >= 0; d-- {
		f := s.Frames[d]
		next, ok := b.child(at, f.Func)
		at = next
		if !ok {
			break
		}
		n := &b.nodes[at]
		n.lines = n.lines || n.heaviest > 0 && n.line != int32(f.Line)
		if weight > n.heaviest {
			n.heaviest, n.line = weight, int32(f.Line)
		}
	}
	b.nodes[at].self += v
	if s.Own {
		return
	}
	past := b.past[int(at)*b.anchors:]
	for a, p := range b.values.Past {
		past[a] += p[i]
	}
}

// child returns the node of a function called from the node parent. ok is false if
// the tree has reached its bounds; the node is then an unnamed one that takes
// everything below parent.
func (b *builder) child(parent int32, f *profile.Function) (at int32, ok bool) {
	id := uint64(uint32(f.ID))
	at, known := b.children.get(uint64(parent)<<32 | id)
	if known {
		return at, true
	}
	if ok = b.nodes[parent].depth < MaxDepth-1 && len(b.nodes) < maxNodes; !ok {
		f, id = nil, cut
		if at, known = b.children.get(uint64(parent)<<32 | id); known {
			return at, false
		}
	}
	at = int32(len(b.nodes))
	b.children.set(uint64(parent)<<32|id, at)
	b.nodes = append(b.nodes, raw{fn: f, parent: parent, depth: b.nodes[parent].depth + 1})
	b.nodes[parent].offspring++
	for range b.anchors {
		b.past = append(b.past, 0)
	}
	return at, ok
}

// link converts the nodes to those of the tree, and computes totals and growth
// from the leaves up.
func (b *builder) link(t *Tree) *Node {
	out := make([]Node, len(b.nodes))
	kids := make([]*Node, len(b.nodes)-1)
	for i := range b.nodes {
		r, n := &b.nodes[i], &out[i]
		n.Func, n.Line, n.Lines, n.Depth = r.fn, int(r.line), r.lines, int(r.depth)
		n.Total, n.Self = r.self, r.self
		n.Children, kids = kids[:0:r.offspring], kids[r.offspring:]
		if r.parent >= 0 {
			n.Parent = &out[r.parent]
			n.Parent.Children = append(n.Parent.Children, n)
		}
		t.Depth = max(t.Depth, n.Depth)
		n.SelfGrowth = profile.Slope(b.values.Times, b.pastOf(i))
	}
	for i := range slices.Backward(out) {
		n, r := &out[i], &b.nodes[i]
		n.Growth = n.SelfGrowth
		if r.offspring > 0 {
			n.Growth = profile.Slope(b.values.Times, b.pastOf(i))
		}
		if r.parent < 0 {
			continue
		}
		n.Parent.Total += n.Total
		up, own := b.pastOf(int(r.parent)), b.pastOf(i)
		for a := range own {
			up[a] += own[a]
		}
	}
	return &out[0]
}

// pastOf returns the values of a node at the anchors: of the stacks that end at
// it, and, once its children have been added, of all stacks through it.
func (b *builder) pastOf(i int) []int64 { return b.past[i*b.anchors : (i+1)*b.anchors] }

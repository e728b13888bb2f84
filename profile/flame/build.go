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
	children *callTable // parent's index and function's ID to index
	nodes    []rawNode
	past     []int64 // by node and anchor: sum of the stacks that end there
}

// rawNode is a node before its growth is known.
type rawNode struct {
	fn           *profile.Function
	parent       int32
	depth        int32
	line         int32
	severalLines bool
	self         int64
	maxWeight    int64 // weight of the heaviest stack through it, which sets line
	childCount   int32
}

// cutFuncID is the ID of the function that replaces frames that were cut off.
const cutFuncID = 1<<32 - 1

// Build returns the tree of stacks by a measure. before is the tree on screen, of
// the same selection, or nil: frames of similar weight keep their order in it, so
// that the graph does not jump with each poll.
func Build(v profile.StackValues, by Measure, before *Tree) *Tree {
	b := &builder{values: v, anchors: len(v.Times), children: newCallTable(3 * len(v.Stacks))}
	expected := 4*len(v.Stacks) + 16 // measured: 3 to 6 nodes per stack
	b.nodes = append(make([]rawNode, 0, expected), rawNode{parent: -1})
	b.past = make([]int64, b.anchors, b.anchors*expected)
	for i := range v.Stacks {
		b.addStack(i)
	}
	t := &Tree{Table: v.Table, Measure: by, Nodes: len(b.nodes)}
	t.Root = b.buildNodes(t)
	t.orderChildren(t.Root, before)
	return t
}

// addStack adds the values of stack i to the node at the end of its path.
func (b *builder) addStack(i int) {
	s, v := b.values.Stacks[i], b.values.Now[i]
	weight := max(v, -v)
	for _, p := range b.values.Past {
		weight = max(weight, p[i])
	}
	at := int32(0)
	for d := s.Depth() - 1; d >= 0; d-- {
		f := s.FrameAt(d)
		next, ok := b.childOf(at, f.Func)
		at = next
		if !ok {
			break
		}
		n := &b.nodes[at]
		n.severalLines = n.severalLines || n.maxWeight > 0 && n.line != int32(f.Line)
		if weight > n.maxWeight {
			n.maxWeight, n.line = weight, int32(f.Line)
		}
	}
	b.nodes[at].self += v
	if s.Observer {
		return
	}
	past := b.past[int(at)*b.anchors:]
	for a, p := range b.values.Past {
		past[a] += p[i]
	}
}

// childOf returns the node of a function called from the node parent. ok is false if
// the tree has reached its bounds; the node is then an unnamed one that takes
// everything below parent.
func (b *builder) childOf(parent int32, f *profile.Function) (at int32, ok bool) {
	id := uint64(uint32(f.ID))
	at, known := b.children.lookup(uint64(parent)<<32 | id)
	if known {
		return at, true
	}
	if ok = b.nodes[parent].depth < MaxDepth-1 && len(b.nodes) < maxNodes; !ok {
		f, id = nil, cutFuncID
		if at, known = b.children.lookup(uint64(parent)<<32 | id); known {
			return at, false
		}
	}
	at = int32(len(b.nodes))
	b.children.store(uint64(parent)<<32|id, at)
	b.nodes = append(b.nodes, rawNode{fn: f, parent: parent, depth: b.nodes[parent].depth + 1})
	b.nodes[parent].childCount++
	for range b.anchors {
		b.past = append(b.past, 0)
	}
	return at, ok
}

// buildNodes converts the nodes to those of the tree, and computes totals and growth
// from the leaves up.
func (b *builder) buildNodes(t *Tree) *Node {
	out := make([]Node, len(b.nodes))
	kids := make([]*Node, len(b.nodes)-1)
	for i := range b.nodes {
		r, n := &b.nodes[i], &out[i]
		n.Func, n.Line, n.SeveralLines, n.Depth = r.fn, int(r.line), r.severalLines, int(r.depth)
		n.Total, n.Self = r.self, r.self
		n.Children, kids = kids[:0:r.childCount], kids[r.childCount:]
		if r.parent >= 0 {
			n.Parent = &out[r.parent]
			n.Parent.Children = append(n.Parent.Children, n)
		}
		t.Depth = max(t.Depth, n.Depth)
		n.SelfGrowth = profile.Slope(b.values.Times, b.valuesAt(i))
	}
	for i := range slices.Backward(out) {
		n, r := &out[i], &b.nodes[i]
		n.Growth = n.SelfGrowth
		if r.childCount > 0 {
			n.Growth = profile.Slope(b.values.Times, b.valuesAt(i))
		}
		if r.parent < 0 {
			continue
		}
		n.Parent.Total += n.Total
		up, own := b.valuesAt(int(r.parent)), b.valuesAt(i)
		for a := range own {
			up[a] += own[a]
		}
	}
	return &out[0]
}

// valuesAt returns the values of a node at the anchors: of the stacks that end at
// it, and, once its children have been added, of all stacks through it.
func (b *builder) valuesAt(i int) []int64 { return b.past[i*b.anchors : (i+1)*b.anchors] }

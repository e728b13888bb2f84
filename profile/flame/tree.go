package flame

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// Measure is the quantity that the width of a frame shows.
type Measure int

// The measures.
const (
	Size   Measure = iota // the current value, or its difference from the baseline
	Growth                // the growth of the value
)

// Node is a function called along one path from the root. Values are in the
// unit of the tree's sample type.
type Node struct {
	// Func is nil for the root, and for frames cut off below [MaxDepth].
	Func *profile.Function
	// Line is the line of the heaviest stack through the node, 0 if unknown.
	Line int
	// SeveralLines means that stacks through the node have different lines.
	SeveralLines bool

	Total int64 // of the stacks through the node
	Self  int64 // of the stacks that end at the node
	// Growth is the slope of Total in units per second, as in profile.Row, and
	// SelfGrowth that of Self.
	Growth, SelfGrowth float64

	Parent   *Node
	Children []*Node // the heaviest first
	Depth    int     // 0 for the root

	rank float64 // sort key among siblings
}

// Tree is the call tree of a profile.
type Tree struct {
	profile.Table // describes the values; has no rows
	Measure       Measure
	Root          *Node
	Nodes         int // including the root
	Depth         int // of the deepest node
}

// Weight returns the quantity that a node's width shows. It is never negative: a
// shrinking node has no width.
func (t *Tree) Weight(n *Node) float64 {
	if t.Measure == Growth {
		return max(0, n.Growth)
	}
	return max(0, float64(n.Total))
}

// ChildrenWeight returns the weight that a node's full width represents to its children: its
// own weight, or the sum of theirs if that is larger because others shrink.
func (t *Tree) ChildrenWeight(n *Node) float64 {
	var sum float64
	for _, c := range n.Children {
		sum += t.Weight(c)
	}
	if t.Measure == Growth {
		sum += max(0, n.SelfGrowth)
	} else {
		sum += max(0, float64(n.Self))
	}
	return max(sum, t.Weight(n))
}

// FindPath follows a path of function names from the root as far as possible. whole
// is false if the path goes further.
func (t *Tree) FindPath(path []string) (n *Node, whole bool) {
	n = t.Root
	for _, name := range path {
		i := slices.IndexFunc(n.Children, func(c *Node) bool { return c.Name() == name })
		if i < 0 {
			return n, false
		}
		n = n.Children[i]
	}
	return n, true
}

// Name returns the function's name, or "".
func (n *Node) Name() string {
	if n.Func == nil {
		return ""
	}
	return n.Func.Name
}

// Path returns the names on the way from the root to the node. [Tree.FindPath] finds
// the node by it in another tree of the same target.
func (n *Node) Path() []string {
	path := make([]string, n.Depth)
	for ; n.Parent != nil; n = n.Parent {
		path[n.Depth-1] = n.Name()
	}
	return path
}

// IsWithin reports whether the node is a or below it.
func (n *Node) IsWithin(a *Node) bool {
	for n != nil && n.Depth > a.Depth {
		n = n.Parent
	}
	return n == a
}

// Walk calls visit for the node and those below it, parents first, the heaviest
// children first. It does not descend from a node for which visit returns false.
func (n *Node) Walk(visit func(*Node) bool) {
	if !visit(n) {
		return
	}
	for _, c := range n.Children {
		c.Walk(visit)
	}
}

package flame

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// Measure is what the width of a frame stands for.
type Measure int

// What frames can be measured by.
const (
	Held   Measure = iota // what they hold, or the difference to the baseline
	Growth                // how fast that grows
)

// Node is a function called along one path from the root. Values are in the
// unit of the tree's sample type.
type Node struct {
	// Func is nil for the root, and for what was cut off below [MaxDepth].
	Func *profile.Function
	// Line is where the function was in its heaviest stack here, 0 if that is
	// not known; Lines says that other stacks were at other lines.
	Line  int
	Lines bool

	Total int64 // of the stacks that run through the node
	Self  int64 // of the stacks that end here
	// Growth is the slope of Total in units a second, as profile.Row has it,
	// and SelfGrowth that of Self.
	Growth, SelfGrowth float64

	Parent   *Node
	Children []*Node // the heaviest first
	Depth    int     // the root's is 0

	rank float64 // what children are ordered by
}

// Tree is a profile as calls.
type Tree struct {
	profile.Table // what the values are; without rows
	Measure       Measure
	Root          *Node
	Nodes         int // the root included
	Depth         int // of the deepest node
}

// Weight is what a node's width stands for, never negative: what shrinks has
// no width.
func (t *Tree) Weight(n *Node) float64 {
	if t.Measure == Growth {
		return max(0, n.Growth)
	}
	return max(0, float64(n.Total))
}

// Room is what a node's width is divided by among its children: its weight, or
// theirs where those that shrink make up for what others grow.
func (t *Tree) Room(n *Node) float64 {
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

// Find follows a path of function names from the root as far as it goes. whole
// is false if it ends before the path does.
func (t *Tree) Find(path []string) (n *Node, whole bool) {
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

// Name is the function's name; "" for nodes without one.
func (n *Node) Name() string {
	if n.Func == nil {
		return ""
	}
	return n.Func.Name
}

// Path is the names that lead from the root to the node, which [Tree.Find]
// finds it by in another tree of the same target.
func (n *Node) Path() []string {
	path := make([]string, n.Depth)
	for ; n.Parent != nil; n = n.Parent {
		path[n.Depth-1] = n.Name()
	}
	return path
}

// Within tells whether the node is a or below it.
func (n *Node) Within(a *Node) bool {
	for n != nil && n.Depth > a.Depth {
		n = n.Parent
	}
	return n == a
}

// Walk calls visit for the node and those below it, parents first, in the order
// of their width. Below a node for which visit returns false it does not go.
func (n *Node) Walk(visit func(*Node) bool) {
	if !visit(n) {
		return
	}
	for _, c := range n.Children {
		c.Walk(visit)
	}
}

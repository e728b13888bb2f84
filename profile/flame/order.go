package flame

import (
	"cmp"
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// minRankChange is the factor by which a frame's weight must change before the frame may
// move among its siblings.
const minRankChange = 1.5

// orderChildren orders children by weight, the heaviest first, from root down. A node
// whose weight has hardly changed keeps its rank from the tree before.
func (t *Tree) orderChildren(root *Node, before *Tree) {
	var old *Node
	if before != nil && before.Measure == t.Measure && before.Type == t.Type {
		old = before.Root
	}
	t.orderNode(root, old)
}

func (t *Tree) orderNode(n, old *Node) {
	was := matchChildren(n, old)
	for _, c := range n.Children {
		c.rank = t.Weight(c)
		if o := was(c); o != nil && c.rank <= o.rank*minRankChange && o.rank <= c.rank*minRankChange {
			c.rank = o.rank
		}
		t.orderNode(c, was(c))
	}
	slices.SortFunc(n.Children, func(a, b *Node) int {
		return cmp.Or(cmp.Compare(b.rank, a.rank), cmp.Compare(a.Name(), b.Name()))
	})
}

// matchChildren returns a function that finds the node of the older tree that corresponds
// to a child of n, or nil.
func matchChildren(n, old *Node) func(*Node) *Node {
	if old == nil || len(old.Children) == 0 || len(n.Children) == 0 {
		return func(*Node) *Node { return nil }
	}
	if len(old.Children) <= 8 {
		return func(c *Node) *Node {
			for _, o := range old.Children {
				if o.Func == c.Func {
					return o
				}
			}
			return nil
		}
	}
	byFunc := make(map[*profile.Function]*Node, len(old.Children))
	for _, o := range old.Children {
		byFunc[o.Func] = o
	}
	return func(c *Node) *Node { return byFunc[c.Func] }
}

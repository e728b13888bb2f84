package flame

import (
	"math"

	"github.com/leaktop/leaktop/profile/flame"
	"github.com/leaktop/leaktop/ui/tui"
)

// box is a piece of a row of a flame graph.
type box struct {
	node *flame.Node
	x, w int // in cells; w is 1 or more
	// omitted is the number of frames that the box combines, beginning with node, because
	// each is too small to draw. It is 0 for a box of one frame.
	omitted int
}

// layFlame lays out the frames from top downward on w cells. A row has only its
// boxes; frames without a cell are omitted.
func layFlame(t *flame.Tree, top *flame.Node, w int) [][]box {
	l := flameLayout{tree: t}
	if w > 0 {
		l.addFrame(top, 0, 0, float64(w), w)
	}
	return l.rows
}

type flameLayout struct {
	tree *flame.Tree
	rows [][]box
}

// addFrame places a frame at x, with a fractional width in cells, and those below
// it. It ends before the cell end.
func (l *flameLayout) addFrame(n *flame.Node, row int, x, width float64, end int) {
	from := cellAt(x)
	l.putBox(row, box{node: n, x: from, w: end - from})
	room := l.tree.ChildrenWeight(n)
	if room <= 0 {
		return
	}
	for i, c := range n.Children {
		share := width * l.tree.Weight(c) / room
		stop := min(cellAt(x+share), end)
		if stop <= cellAt(x) {
			l.addRest(n.Children[i:], row+1, x, width/room, end)
			return
		}
		l.addFrame(c, row+1, x, share, stop)
		x += share
	}
}

// addRest places one box for the frames without a cell of their own.
func (l *flameLayout) addRest(ns []*flame.Node, row int, x, scale float64, end int) {
	more, share := 0, 0.0
	for _, n := range ns {
		if w := l.tree.Weight(n); w > 0 {
			more++
			share += w * scale
		}
	}
	if w := min(cellAt(x+share), end) - cellAt(x); w > 0 {
		l.putBox(row, box{node: ns[0], x: cellAt(x), w: w, omitted: more})
	}
}

func (l *flameLayout) putBox(row int, b box) {
	if row == len(l.rows) {
		l.rows = append(l.rows, nil)
	}
	l.rows[row] = append(l.rows[row], b)
}

func cellAt(x float64) int { return int(math.Round(x)) }

// grid is the boxes of a graph on their part of the screen.
type grid struct {
	room     tui.Rect
	top      *flame.Node // the root of what is drawn: the frame that is zoomed into
	boxes    [][]box     // by row
	first    int         // row at the top of the screen
	inverted bool        // the root is at the bottom
}

// graphRows returns how many rows of the graph fit, with two lines below for the
// frame under the cursor if the graph keeps enough rows.
func (g *grid) graphRows() int { return max(0, g.room.H-headRows-detailRows(g.room.H)) }

// boxOf finds the box that shows a frame: its own, the one that combines it with its
// small neighbors, or the one of its nearest caller that has one.
func (g *grid) boxOf(n *flame.Node) (row int, b box, ok bool) {
	for ; n != nil && n.IsWithin(g.top); n = n.Parent {
		row = n.Depth - g.top.Depth
		if row >= len(g.boxes) {
			continue
		}
		for _, b := range g.boxes[row] {
			if b.node == n || b.omitted > 0 && b.node.Parent == n.Parent && !isDrawnAlone(g.boxes[row], n) {
				return row, b, true
			}
		}
	}
	return 0, box{}, false
}

// isDrawnAlone reports whether a row has a box for this frame alone.
func isDrawnAlone(row []box, n *flame.Node) bool {
	for _, b := range row {
		if b.node == n && b.omitted == 0 {
			return true
		}
	}
	return false
}

// boxAt returns the box at a point of the screen.
func (g *grid) boxAt(x, y int) (box, bool) {
	x, y = x-g.room.X, y-g.room.Y-headRows
	if y < 0 || y >= g.graphRows() {
		return box{}, false
	}
	if g.inverted {
		y = g.graphRows() - 1 - y
	}
	if g.first+y >= len(g.boxes) {
		return box{}, false
	}
	for _, b := range g.boxes[g.first+y] {
		if x >= b.x && x < b.x+b.w {
			return b, true
		}
	}
	return box{}, false
}

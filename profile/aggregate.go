package profile

import (
	"maps"
	"slices"
)

// rowSum accumulates the values of one row.
type rowSum struct {
	row             Row
	pastCum, pastFl [Anchors]int64
}

// addStack adds the values of a stack to the row.
func (c *rowSum) addStack(m *stackMatrix, i int, flat, cum bool) {
	if flat {
		c.row.Flat += m.now[i]
	}
	if cum {
		c.row.Cum += m.now[i]
	}
	if m.stacks[i].Observer {
		return
	}
	for a, past := range m.past {
		if flat {
			c.pastFl[a] += past[i]
		}
		if cum {
			c.pastCum[a] += past[i]
		}
	}
}

// toRow turns the sums at the anchors into slopes. The result's Spark is stored in
// spark.
func (c *rowSum) toRow(gaps *timeGaps, spark []float64) Row {
	n := len(spark)
	if n >= 2 {
		c.row.Growth = gaps.slope(c.pastCum[:n])
		c.row.FlatGrowth = gaps.slope(c.pastFl[:n])
		c.row.Spark = spark
		for a := range spark {
			spark[a] = float64(c.pastCum[a])
		}
	}
	return c.row
}

// makeRows sums up the matrix as a selection asks. Rows that are 0 now and at every
// anchor are left out.
func (m *stackMatrix) makeRows(sel Selection, funcs int) []Row {
	var out []Row
	switch sel.By {
	case ByStack:
		out = m.stackRows(sel)
	case ByFunction:
		out = m.functionRows(sel, funcs)
	case ByCaller, ByCallee, ByLine:
		out = m.focusRows(sel)
	}
	sortRows(out)
	return out
}

// toRows turns cells into rows, with one allocation for all of them.
func (m *stackMatrix) toRows(n int, cells func(yield func(*rowSum) bool)) []Row {
	anchors, gaps := len(m.times), newTimeGaps(m.times)
	out, sparks := make([]Row, 0, n), make([]float64, n*anchors)
	for c := range cells {
		i := len(out) * anchors
		out = append(out, c.toRow(&gaps, sparks[i:i+anchors:i+anchors]))
	}
	return out
}

// functionRows attributes each stack that is not 0: flat to the innermost inlined
// function of the leaf line, cum once to each distinct function.
func (m *stackMatrix) functionRows(sel Selection, funcs int) []Row {
	m.cells, m.counted = resizeZeroed(m.cells, funcs), resizeZeroed(m.counted, funcs)
	rows := 0
	for i, s := range m.stacks {
		if !m.hasStack(i) || sel.Focus != nil && !s.Contains(sel.Focus) {
			continue
		}
		for d, fr := range s.Frames() {
			f := fr.Func
			if m.counted[f.ID] == int32(i+1) {
				continue
			}
			m.counted[f.ID] = int32(i + 1)
			c := &m.cells[f.ID]
			if c.row.Func == nil {
				c.row.Func = f
				rows++
			}
			c.addStack(m, i, d == 0, true)
		}
	}
	return m.toRows(rows, func(yield func(*rowSum) bool) {
		for i := range m.cells {
			if m.cells[i].row.Func != nil && !yield(&m.cells[i]) {
				return
			}
		}
	})
}

// focusRows attributes each stack to the callers or callees of Focus, or to the
// lines of Focus.
func (m *stackMatrix) focusRows(sel Selection) []Row {
	cells := map[int]*rowSum{}
	get := func(key int) *rowSum {
		if cells[key] == nil {
			cells[key] = &rowSum{}
		}
		return cells[key]
	}
	for i, s := range m.stacks {
		switch {
		case !m.hasStack(i) || sel.Focus != nil && !s.Contains(sel.Focus):
		case sel.By == ByLine:
			m.addLines(i, s, sel.Focus, get)
		default:
			m.addEdges(i, s, sel, get)
		}
	}
	return m.toRows(len(cells), maps.Values(cells))
}

// hasStack reports whether a stack has a value other than 0, now or at an anchor. The
// observer's own stacks count only now.
func (m *stackMatrix) hasStack(i int) bool {
	if m.now[i] != 0 || m.stacks[i].Observer {
		return m.now[i] != 0
	}
	for _, p := range m.past {
		if p[i] != 0 {
			return true
		}
	}
	return false
}

// addEdges adds a stack once to each caller or callee of Focus on it.
func (m *stackMatrix) addEdges(i int, s *Stack, sel Selection, get func(int) *rowSum) {
	var done []*Function
	for d, fr := range s.Frames() {
		if fr.Func != sel.Focus {
			continue
		}
		e := d + 1
		if sel.By == ByCallee {
			e = d - 1
		}
		if e < 0 || e >= s.Depth() || s.FrameAt(e).Func == sel.Focus || slices.Contains(done, s.FrameAt(e).Func) {
			continue
		}
		f := s.FrameAt(e).Func
		done = append(done, f)
		c := get(int(f.ID))
		c.row.Func = f
		c.addStack(m, i, e == 0, true)
	}
}

// addLines adds a stack once to each line of Focus on it.
func (m *stackMatrix) addLines(i int, s *Stack, focus *Function, get func(int) *rowSum) {
	var done []int
	for d, fr := range s.Frames() {
		line := fr.Line
		if fr.Func != focus || slices.Contains(done, line) {
			continue
		}
		done = append(done, line)
		c := get(line)
		c.row.Func, c.row.Line = focus, line
		c.addStack(m, i, d == 0, true)
	}
}

// stackRows makes a row for each stack that is not 0.
func (m *stackMatrix) stackRows(sel Selection) []Row {
	var rows []int
	for i, s := range m.stacks {
		if m.hasStack(i) && (sel.Focus == nil || s.Contains(sel.Focus)) {
			rows = append(rows, i)
		}
	}
	return m.toRows(len(rows), func(yield func(*rowSum) bool) {
		for _, i := range rows {
			var c rowSum
			c.row.Stack = m.stacks[i]
			c.addStack(m, i, true, true)
			if !yield(&c) {
				return
			}
		}
	})
}

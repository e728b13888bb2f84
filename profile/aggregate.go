package profile

import (
	"slices"
	"time"
)

// cell is a row being summed up.
type cell struct {
	row             Row
	pastCum, pastFl [Anchors]int64
	touched         bool
}

// add puts what a stack holds on a cell.
func (c *cell) add(m *matrix, i int, flat, cum bool) {
	c.touched = true
	if flat {
		c.row.Flat += m.now[i]
	}
	if cum {
		c.row.Cum += m.now[i]
	}
	if m.stacks[i].Own {
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

// finish turns the sums at the anchors into slopes.
func (c *cell) finish(times []time.Time) Row {
	n := len(times)
	if n >= 2 {
		c.row.Growth = Slope(times, c.pastCum[:n])
		c.row.FlatGrowth = Slope(times, c.pastFl[:n])
		c.row.Spark = make([]float64, n)
		for a := range c.row.Spark {
			c.row.Spark[a] = float64(c.pastCum[a])
		}
	}
	return c.row
}

// rows sums the matrix up as a selection wants it. Rows that hold nothing now
// and held nothing at any anchor are left out.
func (m *matrix) rows(sel Selection, funcs int) []Row {
	if sel.By == ByStack {
		return m.stackRows(sel)
	}
	cells := map[int]*cell{}
	dense := make([]*cell, 0)
	if sel.By == ByFunction {
		dense = make([]*cell, funcs)
	}
	get := func(key int) *cell {
		if sel.By == ByFunction {
			if dense[key] == nil {
				dense[key] = &cell{}
			}
			return dense[key]
		}
		if cells[key] == nil {
			cells[key] = &cell{}
		}
		return cells[key]
	}
	stamp := make([]int32, funcs) // stamp[f] = i+1: f was counted for stack i
	for i, s := range m.stacks {
		if !m.any(i) || sel.Focus != nil && !s.Has(sel.Focus) {
			continue
		}
		switch sel.By {
		case ByFunction:
			m.addFunctions(i, s, stamp, get)
		case ByCaller, ByCallee:
			m.addEdges(i, s, sel, get)
		case ByLine:
			m.addLines(i, s, sel.Focus, get)
		}
	}
	var out []Row
	for _, c := range dense {
		if c != nil {
			out = append(out, c.finish(m.times))
		}
	}
	for _, c := range cells {
		out = append(out, c.finish(m.times))
	}
	sortRows(out)
	return out
}

// any tells whether a stack holds anything, now or at an anchor.
func (m *matrix) any(i int) bool {
	if m.now[i] != 0 {
		return true
	}
	for _, p := range m.past {
		if p[i] != 0 {
			return true
		}
	}
	return false
}

// addFunctions counts a stack: flat to the leaf line's innermost inlined
// function, cum once to each distinct function.
func (m *matrix) addFunctions(i int, s *Stack, stamp []int32, get func(int) *cell) {
	for d := range s.Frames {
		f := s.Frames[d].Func
		c := get(int(f.ID))
		c.row.Func = f
		if stamp[f.ID] == int32(i+1) {
			continue
		}
		stamp[f.ID] = int32(i + 1)
		c.add(m, i, d == 0, true)
	}
}

// addEdges counts a stack to the functions next to Focus on it, each once.
func (m *matrix) addEdges(i int, s *Stack, sel Selection, get func(int) *cell) {
	var done []*Function
	for d := range s.Frames {
		if s.Frames[d].Func != sel.Focus {
			continue
		}
		e := d + 1
		if sel.By == ByCallee {
			e = d - 1
		}
		if e < 0 || e >= len(s.Frames) || s.Frames[e].Func == sel.Focus || slices.Contains(done, s.Frames[e].Func) {
			continue
		}
		f := s.Frames[e].Func
		done = append(done, f)
		c := get(int(f.ID))
		c.row.Func = f
		c.add(m, i, e == 0, true)
	}
}

// addLines counts a stack to the lines of Focus on it, each once.
func (m *matrix) addLines(i int, s *Stack, focus *Function, get func(int) *cell) {
	var done []int
	for d := range s.Frames {
		line := s.Frames[d].Line
		if s.Frames[d].Func != focus || slices.Contains(done, line) {
			continue
		}
		done = append(done, line)
		c := get(line)
		c.row.Func, c.row.Line = focus, line
		c.add(m, i, d == 0, true)
	}
}

// stackRows makes a row of each stack that holds something.
func (m *matrix) stackRows(sel Selection) []Row {
	var out []Row
	for i, s := range m.stacks {
		if !m.any(i) || sel.Focus != nil && !s.Has(sel.Focus) {
			continue
		}
		var c cell
		c.row.Stack = s
		c.add(m, i, true, true)
		out = append(out, c.finish(m.times))
	}
	sortRows(out)
	return out
}

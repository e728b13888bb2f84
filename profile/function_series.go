package profile

import (
	"slices"

	"github.com/leaktop/leaktop/profile/column"
)

// functionSums sums up the newest observation by function, flat and cum of each
// tracked sample type, without the observer's own stacks.
type functionSums struct {
	fields    int         // per function: flat and cum of the first tracked type, then of the others
	values    []int64     // by function ID
	functions []*Function // by ID, as far as they occur
	isShared  bool        // a published history has functions too: copy before writing
	counted   []uint32    // by function ID: the round in which it was last counted
	round     uint32
	observers []int32 // rows of the newest snapshot that are the observer's; replaced, never written to
	observed  []int64 // what they hold; replaced, never written to
}

// packFunctions updates the sums by function, and packs them.
func (st *store) packFunctions(list []Sample) *column.Column {
	x := &st.functionSums
	var buffer [2]int64
	tracked := buffer[:len(st.tracked)]
	clear(x.values)
	x.observers = nil
	for i := range list {
		sm := &list[i]
		if sm.Stack.Observer {
			x.observers = append(x.observers, st.sampleRows[i])
		}
		for k, t := range st.tracked {
			tracked[k] = sm.Values[t]
		}
		x.addStack(sm.Stack, tracked, nil)
	}
	x.readObservers(st.values, len(st.tracked))
	return st.packed.functions.Pack(x.values)
}

// readObservers reads the values of the observer's own stacks from those of all rows, with
// n values per row.
func (x *functionSums) readObservers(values []int64, n int) {
	x.observed = make([]int64, 0, len(x.observers)*n) // the last ones may be published
	for _, row := range x.observers {
		x.observed = append(x.observed, values[int(row)*n:int(row+1)*n]...)
	}
}

// addStack adds to the sums of the functions on a stack: flat to the innermost
// inlined function of the leaf line, cum once to each distinct function. The packer, if
// any, is told which sums change.
func (x *functionSums) addStack(s *Stack, delta []int64, packer *column.Packer) {
	if s.Observer || !slices.ContainsFunc(delta, func(v int64) bool { return v != 0 }) {
		return
	}
	x.round++
	for d, fr := range s.Frames() {
		f := fr.Func
		id := int(f.ID)
		if id >= len(x.counted) {
			x.growTo(id + 1)
		}
		if x.counted[id] == x.round {
			continue
		}
		x.counted[id] = x.round
		if x.functions[id] != f {
			x.setFunction(id, f)
		}
		if packer != nil {
			packer.WillChange(x.values, id)
		}
		sums := x.values[id*x.fields : (id+1)*x.fields]
		for k, v := range delta {
			sums[2*k+1] += v
			if d == 0 {
				sums[2*k] += v
			}
		}
	}
}

// setFunction sets the function of an ID without changing a published history.
func (x *functionSums) setFunction(id int, f *Function) {
	if x.isShared {
		x.functions, x.isShared = slices.Clone(x.functions), false
	}
	x.functions[id] = f
}

func (x *functionSums) growTo(n int) {
	for len(x.counted) < n {
		x.counted, x.functions = appendDoubling(x.counted, 0), appendDoubling(x.functions, nil)
		for range x.fields {
			x.values = appendDoubling(x.values, 0)
		}
	}
}

// dropFunctions drops the sums by function: the IDs of functions are about to be
// reused, or stacks to be folded. Until the observations from before have left the
// window, tables are made from the stacks.
func (st *store) dropFunctions() {
	st.functionSums = functionSums{fields: st.functionSums.fields}
	st.packed.functions.StartBase()
	st.obs = slices.Clone(st.obs)
	for i := range st.obs {
		st.obs[i].functions = nil
	}
}

// functionTable returns the rows by function of a selection without a focus or a
// baseline. ok is false if they must be made from the stacks.
func (st *store) functionTable(m *stackMatrix, sel Selection) (rows []Row, ok bool) {
	k := slices.Index(st.tracked, st.last.Type(sel.Type))
	if k < 0 || len(st.obs) == 0 {
		return nil, false
	}
	obs := pickAnchors(st.obs, st.last.Time.Add(-windowOrDefault(sel.Window)))
	if slices.ContainsFunc(obs, func(o *observation) bool { return o.functions == nil }) {
		return nil, false
	}
	x := &st.functionSums
	m.resetRows(len(x.functions) * x.fields)
	obs[len(obs)-1].functions.ReadInto(m.now, x.fields)
	if len(obs) >= 2 {
		for _, o := range obs {
			o.functions.ReadInto(m.addAnchor(o.asOf), x.fields)
		}
	}
	return m.rowsOfFunctions(x, st, k), true
}

// rowsOfFunctions makes the rows of a matrix that has the sums by function.
func (m *stackMatrix) rowsOfFunctions(x *functionSums, st *store, k int) []Row {
	m.cells = resizeZeroed(m.cells, len(x.functions))
	n := 0
	for id := range x.functions {
		at, c := id*x.fields+2*k, &m.cells[id]
		c.row.Flat, c.row.Cum = m.now[at], m.now[at+1]
		holds := c.row.Cum != 0
		for a, past := range m.past {
			c.pastFl[a], c.pastCum[a] = past[at], past[at+1]
			holds = holds || past[at+1] != 0
		}
		if holds {
			c.row.Func = x.functions[id]
			n++
		}
	}
	return m.toRows(n+m.addObservers(st, k), func(yield func(*rowSum) bool) {
		for i := range m.cells {
			if m.cells[i].row.Func != nil && !yield(&m.cells[i]) {
				return
			}
		}
	})
}

// addObservers adds what the observer's own stacks hold now. It returns how many more
// functions have a row.
func (m *stackMatrix) addObservers(st *store, k int) (more int) {
	x := &st.functionSums
	for i, row := range x.observers {
		v := x.observed[i*len(st.tracked)+k]
		if v == 0 {
			continue
		}
		var buf [64]*Function
		done := buf[:0]
		for d, frame := range st.stacks[row].Frames() {
			if slices.Contains(done, frame.Func) {
				continue
			}
			done = append(done, frame.Func)
			for int(frame.Func.ID) >= len(m.cells) {
				m.cells = append(m.cells, rowSum{})
			}
			c := &m.cells[frame.Func.ID]
			if c.row.Func == nil {
				c.row.Func = frame.Func
				more++
			}
			c.row.Cum += v
			if d == 0 {
				c.row.Flat += v
			}
		}
	}
	return more
}

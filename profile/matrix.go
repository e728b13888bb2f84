package profile

import (
	"slices"
	"time"
)

// stackMatrix holds the values of stacks in one sample type: now, and at the
// anchors. All tables are made from it, of live and of single profiles.
type stackMatrix struct {
	sampleType SampleType
	stacks     []*Stack
	now        []int64     // by stack; the difference to the baseline if there is one
	past       [][]int64   // by anchor, by stack; none for a single profile
	times      []time.Time // what the anchors show, see observation
	total      int64

	cells   []rowSum // by function
	counted []int32  // by function: 1 + the index of the stack it was last counted for
}

// resetRows empties a matrix but retains its memory.
func (m *stackMatrix) resetRows(rows int) {
	m.now = resizeZeroed(m.now, rows)
	m.past, m.times, m.stacks = m.past[:0], m.times[:0], m.stacks[:0]
}

// resizeZeroed returns a slice of n zeros, reusing the memory of s if it suffices.
func resizeZeroed[T any](s []T, n int) []T {
	s = slices.Grow(s[:0], n)[:n]
	clear(s)
	return s
}

// addAnchor adds an anchor and returns its values by stack, all of which the caller
// must fill.
func (m *stackMatrix) addAnchor(at time.Time) []int64 {
	m.times = append(m.times, at)
	n := len(m.past)
	if n < cap(m.past) {
		m.past = m.past[:n+1]
	} else {
		m.past = append(m.past, nil)
	}
	m.past[n] = slices.Grow(m.past[n][:0], len(m.now))[:len(m.now)]
	return m.past[n]
}

func (m *stackMatrix) timeSpan() time.Duration {
	if len(m.times) < 2 {
		return 0
	}
	return m.times[len(m.times)-1].Sub(m.times[0])
}

const defaultWindow = 4 * time.Minute

// fillMatrix fills a matrix from the history of a polled kind.
func (st *store) fillMatrix(m *stackMatrix, sel Selection, base *Snapshot) {
	typ := st.last.Type(sel.Type)
	m.resetRows(len(st.stacks))
	m.sampleType, m.total = st.types[typ], st.last.Totals[typ]
	m.stacks = append(m.stacks, st.stacks...)
	for _, s := range st.last.Samples() {
		if j := st.rowOf(s.Stack); j >= 0 {
			m.now[j] = s.Values[typ]
		}
	}
	from := st.last.Time.Add(-windowOrDefault(sel.Window))
	if base != nil {
		from = base.Time
		for _, s := range base.Samples() {
			if j := st.rowOf(s.Stack); j >= 0 {
				m.now[j] -= s.Values[typ]
			}
		}
		m.total -= base.Totals[typ]
	}
	if k := slices.Index(st.tracked, typ); k >= 0 {
		st.fillPast(m, from, k)
	} else {
		st.fillAllocs(m, from, typ)
	}
}

func windowOrDefault(d time.Duration) time.Duration {
	if d <= 0 {
		return defaultWindow
	}
	return d
}

// fillPast fills the anchors with a value that every observation has.
func (st *store) fillPast(m *stackMatrix, from time.Time, k int) {
	obs := pickAnchors(st.obs, from)
	if len(obs) < 2 {
		return
	}
	for _, o := range obs {
		o.stacks.FillField(m.addAnchor(o.asOf), len(st.tracked), k)
	}
}

// fillAllocs fills the anchors with an allocation counter.
func (st *store) fillAllocs(m *stackMatrix, from time.Time, typ int) {
	var obs []*observation
	for i := range st.obs[:len(st.obs)-1] {
		if o := &st.obs[i]; o.allocs != nil && !o.time.Before(from) {
			obs = append(obs, o)
		}
	}
	obs = obs[max(0, len(obs)-(Anchors-1)):]
	if len(obs) == 0 {
		return
	}
	for _, o := range obs {
		o.allocs.FillField(m.addAnchor(o.asOf), 2, typ)
	}
	newest := m.addAnchor(st.obs[len(st.obs)-1].asOf)
	copy(newest, m.past[len(m.past)-2]) // of stacks that the newest profile does not have
	for _, s := range st.last.Samples() {
		if j := st.rowOf(s.Stack); j >= 0 {
			newest[j] = s.Values[typ]
		}
	}
}

// pickAnchors picks up to [Anchors] of the observations for tables since from, evenly spread in time,
// always including the oldest of them and the newest observation.
func pickAnchors(obs []observation, from time.Time) []*observation {
	var all []*observation
	for _, i := range indexAnchors(obs) {
		if o := &obs[i]; o.stacks != nil && (i == len(obs)-1 || !o.time.Before(from)) {
			all = append(all, o)
		}
	}
	if len(all) <= Anchors {
		return all
	}
	first, last := all[0].time, all[len(all)-1].time
	step := last.Sub(first) / (Anchors - 1)
	out := make([]*observation, 0, Anchors)
	add := func(o *observation) {
		if n := len(out); n == 0 || out[n-1] != o {
			out = append(out, o)
		}
	}
	add(all[0])
	j := 1
	for a := 1; a < Anchors-1; a++ {
		want := first.Add(time.Duration(a) * step)
		for j < len(all)-1 && all[j].time.Before(want) {
			j++
		}
		add(all[j])
	}
	add(all[len(all)-1])
	return out
}

// fillSingle fills a matrix from one profile.
func (m *stackMatrix) fillSingle(s *Snapshot, sel Selection, base *Snapshot) {
	m.resetRows(0)
	m.sampleType, m.total = SampleType{}, 0
	typ := s.Type(sel.Type)
	if typ >= len(s.Types) {
		return
	}
	m.sampleType, m.total = s.Types[typ], s.Totals[typ]
	index := make(map[*Stack]int, s.Len())
	for i, sm := range s.Samples() {
		index[sm.Stack] = i
		m.stacks = append(m.stacks, sm.Stack)
		m.now = append(m.now, sm.Values[typ])
	}
	if base == nil || typ >= len(base.Types) {
		return
	}
	m.total -= base.Totals[typ]
	for _, b := range base.Samples() {
		j, ok := index[b.Stack]
		if !ok {
			j = len(m.stacks)
			m.stacks, m.now = append(m.stacks, b.Stack), append(m.now, 0)
		}
		m.now[j] -= b.Values[typ]
	}
}

// StackValues is the values of each stack in one sample type, for views that
// aggregate stacks themselves, such as a flame graph.
type StackValues struct {
	Table  // what the values are; without rows
	Stacks []*Stack
	Now    []int64 // by stack; the difference to the baseline if there is one
	// Past is by anchor, then by stack, at Times. It includes the observer's own
	// stacks; growth leaves them out.
	Past  [][]int64
	Times []time.Time
}

// StackValues returns the stacks of a selection that are not 0, now or at an
// anchor. It ignores sel.By. ok is false until a profile of that kind has arrived.
func (h *History) StackValues(sel Selection) (v StackValues, ok bool) {
	m := h.matrices.Get().(*stackMatrix)
	defer h.matrices.Put(m)
	t, ok := h.fillMatrix(m, sel)
	if !ok {
		return v, false
	}
	v = StackValues{Table: t, Times: slices.Clone(m.times), Past: make([][]int64, len(m.past))}
	for i, s := range m.stacks {
		if !m.hasStack(i) || sel.Focus != nil && !s.Contains(sel.Focus) {
			continue
		}
		v.Stacks, v.Now = append(v.Stacks, s), append(v.Now, m.now[i])
		for a := range m.past {
			v.Past[a] = append(v.Past[a], m.past[a][i])
		}
	}
	return v, true
}

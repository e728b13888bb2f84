package profile

import (
	"slices"
	"time"
)

// matrix is what stacks hold of one sample type: now, and at the anchors. It is
// the common ground of live and single profiles, from which all tables are made.
type matrix struct {
	sampleType SampleType
	stacks     []*Stack
	now        []int64     // by stack; the difference to the baseline if there is one
	past       [][]int64   // by anchor, by stack; nil for a single profile
	times      []time.Time // that the anchors show, see observation
	total      int64
}

func (m *matrix) over() time.Duration {
	if len(m.times) < 2 {
		return 0
	}
	return m.times[len(m.times)-1].Sub(m.times[0])
}

const defaultWindow = 4 * time.Minute

// matrix fills a matrix from the history of a polled kind.
func (st *store) matrix(sel Selection, base *Snapshot) *matrix {
	typ := st.last.Type(sel.Type)
	m := &matrix{
		sampleType: st.types[typ], total: st.last.Totals[typ],
		stacks: make([]*Stack, len(st.stacks)), now: make([]int64, len(st.stacks)),
	}
	for i := range st.stacks {
		m.stacks[i] = st.stacks[i].stack
	}
	for i := range st.last.Samples {
		s := &st.last.Samples[i]
		if j, ok := st.indexOf(s.Stack); ok {
			m.now[j] = s.Values[typ]
		}
	}
	from := st.last.Time.Add(-window(sel.Window))
	if base != nil {
		from = base.Time
		for i := range base.Samples {
			s := &base.Samples[i]
			if j, ok := st.indexOf(s.Stack); ok {
				m.now[j] -= s.Values[typ]
			}
		}
		m.total -= base.Totals[typ]
	}
	if k := slices.Index(st.tracked, typ); k >= 0 {
		st.trackedPast(m, from, k)
	} else {
		st.keyframePast(m, from, typ)
	}
	return m
}

func window(d time.Duration) time.Duration {
	if d <= 0 {
		return defaultWindow
	}
	return d
}

// trackedPast fills the anchors of a value that is kept change by change.
func (st *store) trackedPast(m *matrix, from time.Time, k int) {
	obs := anchors(st.obs, from)
	if len(obs) < 2 {
		return
	}
	ids := make([]uint32, len(obs))
	for a, o := range obs {
		ids[a] = o.id
		m.times = append(m.times, o.shows)
		m.past = append(m.past, make([]int64, len(st.stacks)))
	}
	vals := make([]pair, len(obs))
	for i := range st.stacks {
		st.stacks[i].values.fill(ids, vals)
		for a := range vals {
			m.past[a][i] = vals[a][k]
		}
	}
}

// keyframePast fills the anchors of an allocation counter.
func (st *store) keyframePast(m *matrix, from time.Time, typ int) {
	add := func(at time.Time, allocs func(i int) int64) {
		m.times = append(m.times, at)
		col := make([]int64, len(st.stacks))
		for i := range col {
			col[i] = allocs(i)
		}
		m.past = append(m.past, col)
	}
	newest := st.obs[len(st.obs)-1]
	for _, f := range st.frames {
		o, ok := st.find(f.obs)
		if !ok || o.time.Before(from) || o.id == newest.id {
			continue
		}
		add(o.shows, func(i int) int64 {
			if i >= len(f.allocs) {
				return 0
			}
			return f.allocs[i][typ]
		})
	}
	add(newest.shows, func(i int) int64 { return st.stacks[i].allocs[typ] })
	if len(m.times) > Anchors {
		m.times, m.past = m.times[len(m.times)-Anchors:], m.past[len(m.past)-Anchors:]
	}
	if len(m.times) < 2 {
		m.times, m.past = nil, nil
	}
}

// anchors picks up to [Anchors] observations since from, evenly spread in time;
// the oldest and the newest are always among them.
func anchors(obs []observation, from time.Time) []observation {
	i := 0
	for i < len(obs)-1 && obs[i].time.Before(from) {
		i++
	}
	obs = obs[i:]
	if len(obs) <= Anchors {
		return obs
	}
	first, last := obs[0].time, obs[len(obs)-1].time
	step := last.Sub(first) / (Anchors - 1)
	out := []observation{obs[0]}
	j := 1
	for a := 1; a < Anchors-1; a++ {
		want := first.Add(time.Duration(a) * step)
		for j < len(obs)-1 && obs[j].time.Before(want) {
			j++
		}
		if obs[j].id != out[len(out)-1].id {
			out = append(out, obs[j])
		}
	}
	if out[len(out)-1].id != obs[len(obs)-1].id {
		out = append(out, obs[len(obs)-1])
	}
	return out
}

// snapshotMatrix fills a matrix from one profile.
func snapshotMatrix(s *Snapshot, sel Selection, base *Snapshot) *matrix {
	typ := s.Type(sel.Type)
	m := &matrix{sampleType: SampleType{}}
	if typ >= len(s.Types) {
		return m
	}
	m.sampleType, m.total = s.Types[typ], s.Totals[typ]
	index := make(map[*Stack]int, len(s.Samples))
	for i := range s.Samples {
		index[s.Samples[i].Stack] = i
		m.stacks = append(m.stacks, s.Samples[i].Stack)
		m.now = append(m.now, s.Samples[i].Values[typ])
	}
	if base == nil || typ >= len(base.Types) {
		return m
	}
	m.total -= base.Totals[typ]
	for i := range base.Samples {
		b := &base.Samples[i]
		j, ok := index[b.Stack]
		if !ok {
			j = len(m.stacks)
			m.stacks, m.now = append(m.stacks, b.Stack), append(m.now, 0)
		}
		m.now[j] -= b.Values[typ]
	}
	return m
}

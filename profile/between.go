package profile

import (
	"slices"
	"time"
)

// Between returns a history whose newest profiles are those of a moment, and whose
// baseline is an earlier moment, so that its tables show the difference of the two.
// It has the sample types that are kept of every moment: objects and bytes in use, or
// the number of goroutines. ok is false if no process was observed at both.
func (h *History) Between(from, to time.Time) (diff *History, ok bool) {
	if to.Before(from) {
		from, to = to, from
	}
	for _, e := range slices.Backward(h.epochs) {
		if cut, bases := e.cutBetween(from, to); len(bases) > 0 {
			d := *h
			d.epochs, d.bases, d.baseAt, d.single = []*epoch{cut}, bases, from, nil
			return &d, true
		}
	}
	return nil, false
}

// cutBetween returns a copy of an epoch that ends at a moment, with the profiles of an
// earlier moment; none if it was not observed at both.
func (e *epoch) cutBetween(from, to time.Time) (cut *epoch, bases map[Kind]*Snapshot) {
	c := *e
	c.stores, bases = map[Kind]*store{}, map[Kind]*Snapshot{}
	for k, st := range e.stores {
		first, last := st.observedAt(from), st.observedAt(to)
		if first < 0 || last <= first {
			continue
		}
		s := st.cutAt(last)
		c.stores[k], bases[k] = s, st.snapshotAt(first)
	}
	return &c, bases
}

// observedAt returns the index of the newest observation at a time, -1 if there was
// none yet. A moment just before the first counts as the first.
func (st *store) observedAt(at time.Time) int {
	const slack = time.Second // moments come from other series too
	i, exact := slices.BinarySearchFunc(st.obs, at, func(o observation, t time.Time) int { return o.time.Compare(t) })
	switch {
	case exact:
		return i
	case i == 0 && len(st.obs) > 0 && st.obs[0].time.Sub(at) <= slack:
		return 0
	}
	return i - 1
}

// cutAt returns a copy of a store whose newest observation is the one with an index.
func (st *store) cutAt(last int) *store {
	c := *st
	c.last = st.snapshotAt(last)
	c.types, c.seen, c.repeats = c.last.Types, c.last.Time, 0
	c.tracked = make([]int, len(st.tracked))
	for i := range c.tracked {
		c.tracked[i] = i
	}
	c.obs = slices.Clone(st.obs[:last+1])
	for i := range c.obs {
		o := &c.obs[i]
		var totals [4]int64
		for k, t := range st.tracked {
			totals[k] = o.totals[min(t, len(o.totals)-1)]
		}
		o.totals, o.allocs = totals, nil
	}
	return &c
}

// snapshotAt returns the profile of an observation, with the tracked sample types.
func (st *store) snapshotAt(i int) *Snapshot {
	o, n := &st.obs[i], len(st.tracked)
	s := &Snapshot{Kind: st.kind, Time: o.time, Default: n - 1, Period: st.last.Period, PeriodType: st.last.PeriodType, Binary: st.last.Binary, generation: st.last.generation}
	for _, t := range st.tracked {
		s.Types = append(s.Types, st.types[t])
		s.Totals = append(s.Totals, o.totals[min(t, len(o.totals)-1)])
	}
	values := make([]int64, len(st.stacks)*n)
	o.stacks.ReadInto(values, n)
	for row, stack := range st.stacks {
		v := values[row*n : row*n+n : row*n+n]
		if slices.ContainsFunc(v, func(x int64) bool { return x != 0 }) {
			s.Samples = append(s.Samples, Sample{Stack: stack, Values: v})
		}
	}
	return s
}

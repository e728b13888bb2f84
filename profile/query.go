package profile

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/memory"
)

// Value is one value at a time.
type Value struct {
	Time time.Time
	V    float64
	// AsOf is the time that the value describes, see [GroupPoint]; zero means Time.
	AsOf time.Time
}

// EffectiveTime returns the time that the value describes: a rate computed from the
// times of polls would lag behind as collections become rarer.
func (v Value) EffectiveTime() time.Time { return cmp.Or(v.AsOf, v.Time) }

// SplitAt divides a line, oldest first, at some times; timeOf returns the time of a point.
// Parts without points are left out.
func SplitAt[P any](line []P, at []time.Time, timeOf func(P) time.Time) (parts [][]P) {
	for _, t := range at {
		i, _ := slices.BinarySearchFunc(line, t, func(p P, t time.Time) int { return timeOf(p).Compare(t) })
		if i > 0 {
			parts = append(parts, line[:i])
		}
		line = line[i:]
	}
	if len(line) > 0 {
		parts = append(parts, line)
	}
	return parts
}

// Line is a total over time: one segment per process of the target, since values of
// different processes do not connect.
type Line [][]Value

// Total returns the sum of one sample type of a polled kind over time. The newest
// segment ends at the newest poll, even if that repeated the previous one. For
// Goroutine, if no profile is available, it returns the totals of the index page.
func (h *History) Total(k Kind, sampleType string) Line {
	var out Line
	for _, e := range h.epochs {
		var seg []Value
		if st := e.stores[k]; st != nil && st.last != nil {
			typ := st.last.Type(sampleType)
			for _, o := range st.obs {
				seg = append(seg, Value{Time: o.time, AsOf: o.asOf, V: float64(o.totals[min(typ, 3)])})
			}
			if n := len(seg); n > 0 && st.seen.After(seg[n-1].Time) {
				again := seg[n-1]
				again.Time = st.seen
				seg = append(seg, again)
			}
		} else if k == Goroutine {
			for _, c := range e.counts {
				seg = append(seg, Value{Time: c.Time, V: float64(c.N)})
			}
		}
		if len(seg) > 0 {
			out = append(out, seg)
		}
	}
	return out
}

// Memory returns one value of the memory readings over time; readings in which it
// is 0 (not served) are left out.
func (h *History) Memory(of func(memory.Reading) uint64) Line {
	var out Line
	for _, e := range h.epochs {
		var seg []Value
		for _, r := range e.memory {
			if r.Unknown && len(seg) > 0 {
				out, seg = append(out, seg), nil
			}
			if v := of(r); v != 0 {
				seg = append(seg, Value{Time: r.Time, V: float64(v)})
			}
		}
		if len(seg) > 0 {
			out = append(out, seg)
		}
	}
	return out
}

// Readings returns the memory readings of the current process.
func (h *History) Readings() []memory.Reading {
	return h.currentEpoch().memory
}

// Events returns the events, oldest first.
func (h *History) Events() []Event {
	return h.events
}

// Facts returns what is known of the target.
func (h *History) Facts() Facts {
	return h.facts
}

// Epoch describes the current process: when it was first observed (zero if nothing
// has been), how many restarts preceded it (not counting switches by the user to
// another process, or changes of the sampling rate), and the reason of the last one.
func (h *History) Epoch() (start time.Time, restarts int, reason string) {
	e := h.currentEpoch()
	return e.start, h.restarts + countRestarts(h.events), e.reason
}

func countRestarts(events []Event) (n int) {
	for _, e := range events {
		if e.Kind == EventRestart && !e.Switched && !e.Rescaled {
			n++
		}
	}
	return n
}

// Groups returns the series that package leak judges, of the current process: the
// blamed functions of the heap or the stacks of goroutines that hold, or held,
// enough to matter.
func (h *History) Groups(k Kind) []Group {
	st := h.currentEpoch().stores[k]
	if st == nil || len(st.obs) == 0 {
		return nil
	}
	return st.exportGroups()
}

// Freshness returns the number of distinct profiles of the current process of a
// polled kind, how many polls since the newest one repeated it, and how old it was
// at the newest poll.
func (h *History) Freshness(k Kind) (distinct, repeats int, stale time.Duration) {
	st := h.currentEpoch().stores[k]
	if st == nil || st.last == nil {
		return 0, 0, 0
	}
	return st.distinct, st.repeats, st.seen.Sub(st.last.Time)
}

// Coverage returns the number of distinct profiles of the current process, the
// times of the first and last of them, and the time of the newest poll. The times
// are zero if there was none.
func (h *History) Coverage(k Kind) (distinct int, first, last, polled time.Time) {
	st := h.currentEpoch().stores[k]
	if st == nil || st.last == nil || len(st.obs) == 0 {
		return 0, first, last, polled
	}
	return st.distinct, st.obs[0].time, st.last.Time, st.seen
}

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

// IsUnchangedBetween reports whether a process was observed at two moments, with the same
// profiles at both.
func (h *History) IsUnchangedBetween(from, to time.Time) bool {
	for _, e := range h.epochs {
		for _, st := range e.stores {
			if first := st.observedAt(from); first >= 0 && first == st.observedAt(to) {
				return true
			}
		}
	}
	return false
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

// observedAt returns the index of the newest observation at a time that has the values by
// stack, -1 if there was none yet. A moment just before the first counts as the first.
func (st *store) observedAt(at time.Time) int {
	const slack = time.Second // moments come from other series too
	i, exact := slices.BinarySearchFunc(st.obs, at, func(o observation, t time.Time) int { return o.time.Compare(t) })
	if !exact && (i > 0 || len(st.obs) == 0 || st.obs[0].time.Sub(at) > slack) {
		i--
	}
	for i >= 0 && st.obs[i].stacks == nil {
		i--
	}
	return i
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
	var list []Sample
	values := make([]int64, len(st.stacks)*n)
	o.stacks.ReadInto(values, n)
	for row, stack := range st.stacks {
		v := values[row*n : row*n+n : row*n+n]
		if slices.ContainsFunc(v, func(x int64) bool { return x != 0 }) {
			list = append(list, Sample{Stack: stack, Values: v})
		}
	}
	s.SetSamples(list)
	return s
}

// Earlier returns what the group of another process held over time, one segment for each
// process of the target before the current one: the heap that its function is blamed for,
// or the goroutines with the functions of its stack. A process that had none has zeros.
func (h *History) Earlier(g *Group) Line {
	var out Line
	for _, e := range h.epochs[:len(h.epochs)-1] {
		st := e.stores[g.Kind]
		if st == nil || len(st.obs) == 0 {
			continue
		}
		past := st.past
		if past == nil && st.obs[0].stacks != nil {
			past = st.newPast()
		}
		if past != nil {
			out = append(out, past.lineOf(g))
		}
	}
	return out
}

// pastGroups are the values of the largest groups of a process that has ended.
type pastGroups struct {
	times  []Value              // without values
	values map[string][]float32 // by the name of the group
}

// The bounds of what is kept of the processes that have ended, see [History.Earlier].
const (
	maxPastGroups = 64
	maxPastPoints = 48
	maxPast       = 16 // processes: a quarter of them are the first, the others the latest
)

// newPast returns the part of a process's groups that is kept.
func (st *store) newPast() *pastGroups {
	all := st.exportGroups()
	most := func(g Group) (high int64) {
		for _, p := range g.Points {
			high = max(high, p.Value)
		}
		return high
	}
	slices.SortStableFunc(all, func(a, b Group) int { return cmp.Compare(most(b), most(a)) })
	p := &pastGroups{values: map[string][]float32{}}
	step := max(1, (len(st.obs)+maxPastPoints-1)/maxPastPoints)
	for i := 0; i < len(st.obs); i += step {
		p.times = append(p.times, Value{Time: st.obs[i].time, AsOf: st.obs[i].asOf})
	}
	for _, g := range all {
		name := pastName(&g)
		if p.values[name] == nil && len(p.values) == maxPastGroups {
			continue
		}
		v := p.values[name]
		if v == nil {
			v = make([]float32, len(p.times))
			p.values[name] = v
		}
		for i := range v {
			v[i] += float32(g.Points[i*step].Value)
		}
	}
	return p
}

// lineOf returns the values of a group.
func (p *pastGroups) lineOf(g *Group) []Value {
	out := slices.Clone(p.times)
	for i, v := range p.values[pastName(g)] {
		out[i].V = float64(v)
	}
	return out
}

// pastName names a group in another process: by the functions of its stack, since lines
// differ between versions.
func pastName(g *Group) string {
	if g.Kind == Heap || len(g.Stacks) == 0 {
		if g.Blame == nil {
			return ""
		}
		return g.Blame.Name
	}
	var b strings.Builder
	for _, f := range g.Stacks[0].Frames() {
		b.WriteString(f.Func.Name)
		b.WriteByte('\n')
	}
	return b.String()
}

package profile

import (
	"cmp"
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

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
	// AsOf is the time as of which it is, see [GroupPoint]; zero is Time.
	AsOf time.Time
}

// EffectiveTime is the time that the value is of: a rate reckoned by when values were seen
// would lag behind as collections become rarer.
func (v Value) EffectiveTime() time.Time { return cmp.Or(v.AsOf, v.Time) }

// Line is the course of a total over the watch: one segment a process of the
// target, because nothing connects one with the next.
type Line [][]Value

// Total is the course of the sum of one sample type of a polled kind. The last
// point of the newest segment is at the newest poll, also where that repeated
// what was known. Where the kind is Goroutine and no profile is to be had, it
// is the totals of the index page.
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

// Memory is the course of one figure of the memory readings; readings in which
// it is 0 (not served) are left out.
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

// Readings are the memory readings of the process as it is now.
func (h *History) Readings() []memory.Reading {
	return h.currentEpoch().memory
}

// Events are what happened, the oldest first.
func (h *History) Events() []Event {
	return h.events
}

// Facts is what is known of the target.
func (h *History) Facts() Facts {
	return h.facts
}

// Epoch tells of the process as it is now: when its watch began (zero if
// nothing has come), how many restarts were seen before (not counting
// those that were the user's choice of another process), and why the last one.
func (h *History) Epoch() (start time.Time, restarts int, reason string) {
	e := h.currentEpoch()
	return e.start, h.restarts + countRestarts(h.events), e.reason
}

func countRestarts(events []Event) (n int) {
	for _, e := range events {
		if e.Kind == EventRestart && !e.Switched {
			n++
		}
	}
	return n
}

// Groups are the series that package leak judges, of the process as it is now:
// the guilty functions of the heap and the stacks of goroutines that hold, or
// held, enough to matter.
func (h *History) Groups(k Kind) []Group {
	st := h.currentEpoch().stores[k]
	if st == nil || len(st.obs) == 0 {
		return nil
	}
	return st.exportGroups()
}

// Freshness tells how well a polled kind is known: how many distinct profiles of
// the present process came, how many polls since the newest said the same, and
// how long ago, at the newest poll, that one was.
func (h *History) Freshness(k Kind) (distinct, repeats int, stale time.Duration) {
	st := h.currentEpoch().stores[k]
	if st == nil || st.last == nil {
		return 0, 0, 0
	}
	return st.distinct, st.repeats, st.seen.Sub(st.last.Time)
}

// Coverage tells when the profiles of the present process came that said something
// new, and when the newest poll was. The times are zero if there was none.
func (h *History) Coverage(k Kind) (distinct int, first, last, polled time.Time) {
	st := h.currentEpoch().stores[k]
	if st == nil || st.last == nil || len(st.obs) == 0 {
		return 0, first, last, polled
	}
	return st.distinct, st.obs[0].time, st.last.Time, st.seen
}

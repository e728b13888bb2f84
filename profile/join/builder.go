package join

import (
	"cmp"
	"errors"
	"iter"
	"slices"
	"sync"
	"time"
)

// Moment is the time of a heap profile in the life of a service.
type Moment struct {
	Time    time.Time
	Process int // number of the process in the sequence of processes
	// Progress grows with what the process has allocated since its start, where it is 0.
	Progress float64
	// IsDelta means that the store has the allocations since the previous profile, not since
	// the start of the process. Progress is their sum.
	IsDelta bool
}

// Builder makes heap profiles from the parts that were read: all four for some moments, and
// only the live bytes for the others, because a store serves one part per request. It is
// safe for concurrent use until [Builder.Profiles] is called.
//
// Between two whole profiles, allocations and frees are estimated: the counters only rise,
// each in proportion to all allocations of the process. The number of live objects is
// estimated from their size.
type Builder struct {
	tables   *tables
	counters counters // of the last whole profile

	mu    sync.Mutex // guards the fields below
	whole []wholeProfile
	live  []liveProfile
}

type wholeProfile struct {
	Moment
	values []int64 // [columns] of each stack
}

type liveProfile struct {
	Moment
	stacks []int32
	bytes  []int64
}

// NewBuilder returns an empty builder.
func NewBuilder() *Builder { return &Builder{tables: newTables()} }

// AddWhole adds the four parts of a moment, by the names of their sample types.
func (b *Builder) AddWhole(m Moment, parts map[string][]byte) error {
	values, err := b.tables.addWhole(parts)
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.whole = append(b.whole, wholeProfile{m, values})
	return nil
}

// AddLive adds the live bytes of a moment.
func (b *Builder) AddLive(m Moment, part []byte) error {
	p := liveProfile{Moment: m}
	err := b.tables.addPart(part, heapTypes[liveBytes], func(stack int32, v int64) {
		p.stacks, p.bytes = append(p.stacks, stack), append(p.bytes, v)
	})
	if err != nil {
		return err
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.live = append(b.live, p)
	return nil
}

// ErrNoWhole means that no moment of a process was read with all four parts.
var ErrNoWhole = errors.New("only the live bytes of its heap profiles could be read")

// Built is a profile that a [Builder] made, or the reason why it could not.
type Built struct {
	Moment
	Joined
	// IsEstimated reports that only its live bytes were read.
	IsEstimated bool
	Err         error
}

// Profiles returns the profiles of all moments that were added, by process and time.
func (b *Builder) Profiles() iter.Seq[Built] {
	return func(yield func(Built) bool) {
		e, err := newEncoder(b.tables)
		if err != nil {
			yield(Built{Err: err})
			return
		}
		order := func(x, y Moment) int {
			return cmp.Or(cmp.Compare(x.Process, y.Process), x.Time.Compare(y.Time))
		}
		slices.SortFunc(b.whole, func(x, y wholeProfile) int { return order(x.Moment, y.Moment) })
		slices.SortFunc(b.live, func(x, y liveProfile) int { return order(x.Moment, y.Moment) })
		for i := range b.whole {
			if b.whole[i].IsDelta {
				b.counters.addTo(&b.whole[i])
			}
		}
		whole, live := b.whole, b.live
		var now estimator
		for len(whole) > 0 || len(live) > 0 {
			isEstimated := len(whole) == 0 || len(live) > 0 && order(live[0].Moment, whole[0].Moment) < 0
			out := Built{IsEstimated: isEstimated}
			if isEstimated {
				out.Moment = live[0].Moment
			} else {
				out.Moment = whole[0].Moment
			}
			if now.process != out.Process || now.values == nil {
				now = newEstimator(out.Process, b.whole, len(e.stacks))
			}
			if isEstimated {
				out.Err = now.estimate(live[0])
				live = live[1:]
			} else {
				now.setWhole(whole[0])
				whole = whole[1:]
			}
			if out.Err == nil {
				out.Data, out.Err = e.encode(out.Time, now.values)
				out.IsRateAssumed = b.tables.period <= 0
			}
			if !yield(out) {
				return
			}
		}
		b.counters.raise(now.values)
	}
}

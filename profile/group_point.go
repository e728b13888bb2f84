package profile

import (
	"cmp"
	"time"
)

// Group is the series of one guilty function (heap) or of one goroutine
// stack: what package leak judges.
type Group struct {
	Kind Kind // Heap or Goroutine
	// Blame is the function to hold responsible; nil if no stack has frames.
	Blame *Function
	// Stacks are the stacks summed up here, the heaviest first.
	Stacks []*Stack
	// Now is what each of Stacks holds at the newest observation, in the unit
	// of GroupPoint.Value.
	Now []int64
	// Points are the observations, the oldest first. Heap polls that repeat the
	// one before, because no collection ended between them, are left out.
	Points []GroupPoint
}

// GroupPoint is one observation of a group.
type GroupPoint struct {
	Time time.Time
	// AsOf is the time as of which a heap profile shows the heap, see
	// observation; zero is Time.
	AsOf  time.Time
	Value int64 // inuse_space in bytes, or goroutines
	// The rest is of heap profiles only.
	Objects      int64 // inuse_objects
	AllocSpace   int64 // bytes allocated since the process started
	AllocObjects int64 // objects allocated since the process started
	// Raw and RawAlloc are how many objects, in use and allocated, the heap
	// sampler really saw; see [Sample].
	Raw, RawAlloc float64
	// Largest is the size in bytes of the largest live object; 0 if unknown.
	Largest int64
}

// EffectiveTime is the time that the point is of, as [Value.EffectiveTime].
func (p GroupPoint) EffectiveTime() time.Time { return cmp.Or(p.AsOf, p.Time) }

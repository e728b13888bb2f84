package profile

import (
	"cmp"
	"time"
)

// Group is the series of one blamed function (heap) or of one goroutine stack: the
// unit that package leak judges.
type Group struct {
	Kind Kind // Heap or Goroutine
	// Blame is the function to blame; nil if no stack has frames.
	Blame *Function
	// Stacks are the stacks summed up here, heaviest first.
	Stacks []*Stack
	// Now is what each of Stacks holds at the newest observation, in the unit of
	// GroupPoint.Value.
	Now []int64
	// Points are the observations, oldest first. Heap polls that repeat the previous
	// one, because no collection ended between them, are left out.
	Points []GroupPoint
}

// GroupPoint is one observation of a group.
type GroupPoint struct {
	Time time.Time
	// AsOf is the time whose heap a heap profile shows, see observation; zero means
	// Time.
	AsOf  time.Time
	Value int64 // inuse_space in bytes, or goroutines
	// The remaining fields apply to heap profiles only.
	Objects      int64 // inuse_objects
	AllocSpace   int64 // bytes allocated since the process started
	AllocObjects int64 // objects allocated since the process started
	// Raw and RawAlloc are how many objects, in use and allocated, the heap sampler
	// actually sampled; see [Sample].
	Raw, RawAlloc float64
	// Largest is the size in bytes of the largest live object; 0 if unknown.
	Largest int64
}

// EffectiveTime returns the time that the point describes, like
// [Value.EffectiveTime].
func (p GroupPoint) EffectiveTime() time.Time { return cmp.Or(p.AsOf, p.Time) }

package leak

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// offHeapDetector finds memory that grows outside of the Go runtime: mmap, cgo.
// No profile shows it, only the difference between what the operating system
// and the runtime say.
type offHeapDetector struct{}

func (offHeapDetector) find(c *course) []*finding {
	g := profile.Group{}
	for _, r := range atTheirPace(c.in.Memory) {
		if v, ok := outside(r); ok {
			g.Points = append(g.Points, profile.GroupPoint{Time: r.Time, Value: v})
		}
	}
	// Below, it is what the runtime took and did not touch yet, or the program
	// itself.
	if n := len(g.Points); n < params.polls.min || float64(g.Points[n-1].Value) < params.material.offHeap {
		return nil
	}
	s := newSeries(&g, c.origin)
	s.outside = true
	found := s.judgeInARow()
	if found.shape != ShapeSuspect {
		return nil
	}
	return []*finding{{kind: OffHeap, s: s, g: found, own: found.rate, sure: High}}
}

// atTheirPace leaves out readings that only repeat what is resident because it is
// asked for more rarely than the rest: those that come sooner than the next
// change usually does.
func atTheirPace(all []memory.Reading) []memory.Reading {
	if len(all) == 0 {
		return nil
	}
	same := func(a, b memory.Reading) bool { return a.RSS == b.RSS && a.MaxRSS == b.MaxRSS }
	var gaps []time.Duration
	last := all[0]
	for _, r := range all[1:] {
		if !same(r, last) {
			gaps = append(gaps, r.Time.Sub(last.Time))
			last = r
		}
	}
	if len(gaps) < 2 {
		return all
	}
	slices.Sort(gaps)
	usual := gaps[len(gaps)/2]
	out := all[:1:1]
	for _, r := range all[1:] {
		if l := out[len(out)-1]; !same(r, l) || r.Time.Sub(l.Time) > usual+usual/2 {
			out = append(out, r)
		}
	}
	return out
}

// outside is what is resident beyond what the runtime holds, in bytes. Where
// only the peak of the resident memory is known, it is that peak less all that
// the runtime ever took: never too high.
func outside(r memory.Reading) (int64, bool) {
	switch {
	case r.Sys == 0:
		return 0, false
	case r.RSS != 0:
		return int64(r.RSS) - int64(r.Sys-min(r.Sys, r.HeapReleased)), true
	case r.MaxRSS != 0:
		return int64(r.MaxRSS) - int64(r.Sys), true
	}
	return 0, false
}

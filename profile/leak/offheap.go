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

func (offHeapDetector) findLeaks(c *judgment) []*finding {
	g := profile.Group{}
	isAnon := false
	for _, r := range dropRepeats(freshStats(c.in.Memory)) {
		v, anon, ok := outsideOfGo(r)
		switch {
		case !ok:
			continue
		case anon && !isAnon:
			isAnon, g.Points = true, nil // what came before counted files, too
		case isAnon && !anon:
			continue
		}
		g.Points = append(g.Points, profile.GroupPoint{Time: r.Time, Value: v})
	}
	// Below, it is what the runtime took and did not touch yet, or the program
	// itself.
	n := len(g.Points)
	if n < params.polls.min || float64(g.Points[n-1].Value) < params.material.offHeap {
		return nil
	}
	s := newSeries(&g, c.origin)
	s.isOffHeap = true
	found := s.judgeStanding()
	if found.shape != ShapeSuspect {
		c.outside = found.shape
		return nil
	}
	f := &finding{kind: OffHeap, series: s, growth: found, own: found.rate, confidence: High, isAnon: isAnon}
	if !isAnon && !hasRSS(c.in.Memory) {
		f.confidence = Low // a peak does not say whether it is the pages of a mapped file
	}
	return []*finding{f}
}

// hasRSS reports whether it is known what is resident now, not only at the most.
func hasRSS(all []memory.Reading) bool {
	return slices.ContainsFunc(all, func(r memory.Reading) bool { return r.RSS != 0 })
}

// freshStats leaves out readings whose figures of the runtime only repeat those of the
// one before: what the heap grew by since would look as if it were outside of Go.
func freshStats(all []memory.Reading) []memory.Reading {
	var out []memory.Reading
	for _, r := range all {
		if n := len(out); n > 0 && r.TotalAlloc != 0 && r.TotalAlloc == out[n-1].TotalAlloc {
			continue
		}
		out = append(out, r)
	}
	return out
}

// dropRepeats leaves out readings that only repeat what is resident because it is
// asked for more rarely than the rest: those that come sooner than the next
// change usually does.
func dropRepeats(all []memory.Reading) []memory.Reading {
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

// outsideOfGo is what is resident, or swapped out, beyond what the runtime holds, in bytes;
// anonymous memory alone where that is told apart, because pages of mapped files come
// and go with the kernel. Where only the peak of the resident memory is known, it is that
// peak less all that the runtime ever took: never too high.
func outsideOfGo(r memory.Reading) (bytes int64, isAnon, ok bool) {
	held := int64(r.Sys - min(r.Sys, r.HeapReleased))
	switch {
	case r.Sys == 0:
		return 0, false, false
	case r.Anon != 0:
		return int64(r.Anon+r.Swap) - held, true, true
	case r.RSS != 0:
		return int64(r.RSS) - held, false, true
	case r.MaxRSS != 0:
		return int64(r.MaxRSS) - int64(r.Sys), false, true
	}
	return 0, false, false
}

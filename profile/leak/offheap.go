package leak

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// offHeapDetector finds memory that grows outside of the Go runtime: mmap, cgo. No
// profile shows it, only the difference between the figures of the operating system
// and of the runtime.
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
			isAnon, g.Points = true, nil // earlier points included mapped files
		case isAnon && !anon:
			continue
		}
		g.Points = append(g.Points, profile.GroupPoint{Time: r.Time, Value: v})
	}
	// Below this, it is memory that the runtime reserved but has not touched, or the
	// program itself.
	n := len(g.Points)
	if n < params.polls.min || float64(g.Points[n-1].Value) < params.material.offHeap {
		return nil
	}
	s := newSeries(&g, c.origin)
	s.isOffHeap = true
	found := s.judgeStanding(c.in.Moments)
	if found.shape != ShapeSuspect {
		c.outside = found.shape
		return nil
	}
	f := &finding{kind: OffHeap, series: s, growth: found, own: found.rate, confidence: High, isAnon: isAnon}
	if !isAnon && !hasRSS(c.in.Memory) {
		f.confidence = Low // a peak may include the pages of a mapped file
	}
	return []*finding{f}
}

// hasRSS reports whether the current resident memory is known, not only its peak.
func hasRSS(all []memory.Reading) bool {
	return slices.ContainsFunc(all, func(r memory.Reading) bool { return r.RSS != 0 })
}

// freshStats leaves out readings whose runtime figures merely repeat the previous
// ones: growth of the heap in between would appear to be outside of Go.
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

// dropRepeats leaves out readings that repeat the resident memory only because it
// is read less often than the rest: those that arrive sooner than the next change
// usually does.
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

// outsideOfGo returns the bytes that are resident, or swapped out, beyond what the
// runtime holds; anonymous memory alone if that is known, because the kernel loads
// and drops pages of mapped files. If only the peak of the resident memory is
// known, it is that peak minus the maximum that the runtime ever held: never too
// high.
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

package leak

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// outsidePoints returns the memory outside of Go over time, and whether only anonymous
// memory counts.
func (in *Input) outsidePoints() (points []profile.GroupPoint, isAnon bool) {
	for _, r := range pairReadings(in.Memory) {
		v, anon, ok := outsideOfGo(r)
		switch {
		case !ok:
			continue
		case anon && !isAnon:
			isAnon, points = true, nil // earlier points included mapped files
		case isAnon && !anon:
			continue
		}
		points = append(points, profile.GroupPoint{Time: profile.InstantOf(r.Time), Value: v})
	}
	return points, isAnon
}

// leastOutside returns the growth per hour of memory outside of Go that would have shown;
// 0 if none would have. What is to be seen must reach a minimum size too.
func (in *Input) leastOutside() float64 {
	points, isAnon := in.outsidePoints()
	if len(points) < params.polls.min {
		return 0
	}
	first, last := points[0], points[len(points)-1]
	span := last.Time.Sub(first.Time)
	if span <= 0 {
		return 0
	}
	return max(params.material.offHeap, minOutside(isAnon)-float64(first.Value)) / span.Hours()
}

// pairReadings returns the readings of the resident memory with what the runtime held at
// the same time. The runtime is asked at other times than the kernel, and after the first
// minutes less often: what it held in between is interpolated. Readings since the runtime
// was last asked are left out, because growth of the heap would appear to be outside of Go.
func pairReadings(all []memory.Reading) []memory.Reading {
	stats := freshStats(all)
	var out []memory.Reading
	next := 0 // index of the first of stats that is not before r
	for _, r := range dropRepeats(all) {
		for next < len(stats) && stats[next].Time.Before(r.Time) {
			next++
		}
		switch {
		case r.Unknown || next == len(stats):
			continue
		case stats[next].Time.After(r.Time) && next > 0:
			r.Sys, r.HeapReleased = between(stats[next-1], stats[next], r.Time)
		case stats[next].Time.After(r.Time):
			continue
		}
		out = append(out, r)
	}
	return out
}

// between returns what the runtime held between two of its figures.
func between(a, b memory.Reading, at time.Time) (sys, released uint64) {
	if a.Sys == 0 || b.Sys == 0 {
		return 0, 0
	}
	share := float64(at.Sub(a.Time)) / float64(b.Time.Sub(a.Time))
	mix := func(a, b uint64) uint64 { return uint64(float64(a) + share*(float64(b)-float64(a))) }
	return mix(a.Sys, b.Sys), mix(a.HeapReleased, b.HeapReleased)
}

// dropRepeats leaves out readings that repeat the resident memory only because it
// is read less often than the rest: those that arrive sooner than the next change
// usually does.
func dropRepeats(all []memory.Reading) []memory.Reading {
	if len(all) == 0 {
		return nil
	}
	var gaps []time.Duration
	last := all[0]
	for _, r := range all[1:] {
		if !repeatsResident(r, last) {
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
		if l := out[len(out)-1]; !repeatsResident(r, l) || r.Time.Sub(l.Time) > usual+usual/2 {
			out = append(out, r)
		}
	}
	return out
}

// repeatsResident reports whether a reading has the resident memory of an earlier one. The
// peak comes with the figures of the runtime, and counts only if nothing else is known.
func repeatsResident(r, before memory.Reading) bool {
	return r.RSS == before.RSS && r.Anon == before.Anon && r.Swap == before.Swap && (r.RSS != 0 || r.MaxRSS == before.MaxRSS)
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

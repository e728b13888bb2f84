package memory

import (
	"slices"
	"time"
)

// PairReadings returns the readings of the resident memory with the runtime's memory at the
// same time. The runtime's figures are read at other times than the kernel's, and less
// often after the first minutes; in between they are interpolated. Readings after the last
// figures of the runtime are left out, because growth of the heap would appear to be
// outside of Go.
func PairReadings(all []Reading) []Reading {
	stats := FreshStats(all)
	var out []Reading
	next := 0 // index of the first of stats that is not before r
	for _, r := range dropRepeats(all) {
		for next < len(stats) && stats[next].Time.Before(r.Time) {
			next++
		}
		switch {
		case r.Unknown || next == len(stats):
			continue
		case stats[next].Time.After(r.Time) && next > 0:
			r.Sys, r.HeapReleased = interpolateReading(stats[next-1], stats[next], r.Time)
		case stats[next].Time.After(r.Time):
			continue
		}
		out = append(out, r)
	}
	return out
}

// interpolateReading returns the runtime's memory at a time between two of its figures.
func interpolateReading(a, b Reading, at time.Time) (sys, released uint64) {
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
func dropRepeats(all []Reading) []Reading {
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
func repeatsResident(r, before Reading) bool {
	return r.RSS == before.RSS && r.Anon == before.Anon && r.Swap == before.Swap && (r.RSS != 0 || r.MaxRSS == before.MaxRSS)
}

// FreshStats leaves out readings whose runtime figures merely repeat the previous
// ones: growth of the heap in between would appear to be outside of Go.
func FreshStats(all []Reading) []Reading {
	var out []Reading
	for _, r := range all {
		if n := len(out); n > 0 && r.TotalAlloc != 0 && r.TotalAlloc == out[n-1].TotalAlloc {
			continue
		}
		out = append(out, r)
	}
	return out
}

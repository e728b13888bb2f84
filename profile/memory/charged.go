package memory

import (
	"slices"
	"time"
)

// Point is a size at a time.
type Point struct {
	Time  time.Time
	Bytes uint64
}

// NearLimit is the share of its limit above which memory deserves attention, whatever
// else is known: it is highlighted, and its growth is reported at once.
const NearLimit = 0.9

// ChargedSeries returns what counted toward the limit, see [Reading.Charged]: by the
// working set where the readings have it, else by RSS and swap. It has each measurement
// once, at the time when it was made. Readings repeat a working set until the next is
// measured, so their own times would turn its growth into steps. readings are those of
// one process in the order of time; readings before an Unknown one are left out.
func ChargedSeries(readings []Reading) []Point {
	var sets, resident []Point
	for _, r := range readings {
		switch at := r.WorkingSetAt; {
		case r.Unknown:
			sets, resident = nil, nil
		case r.WorkingSet > 0 && !at.IsZero():
			if n := len(sets); n == 0 || at.After(sets[n-1].Time) {
				sets = append(sets, Point{at, r.WorkingSet})
			}
		case r.WorkingSet > 0: // recorded by a version that did not keep the time
			if n := len(sets); n == 0 || sets[n-1].Bytes != r.WorkingSet {
				sets = append(sets, Point{r.Time, r.WorkingSet})
			}
		}
		if r.RSS > 0 && !r.Unknown {
			resident = append(resident, Point{r.Time, r.RSS + r.Swap})
		}
	}
	if len(sets) > 0 {
		return sets
	}
	return resident
}

// latestCharged returns the newest point of [ChargedSeries]; false if nothing is known
// of the process.
func latestCharged(readings []Reading) (Point, bool) {
	all := ChargedSeries(readings)
	if len(all) == 0 {
		return Point{}, false
	}
	return all[len(all)-1], true
}

// Latest returns the newest figures of the process: each from the newest reading that
// has it, unless that is more than a minute older than the last. What the kernel
// charges is measured less often and is that of latestCharged.
func Latest(readings []Reading) Reading {
	var latest Reading
	for _, r := range slices.Backward(readings) {
		if r.Unknown || readings[len(readings)-1].Time.Sub(r.Time) > maxAge {
			break
		}
		if latest.Time.IsZero() {
			latest.Time, latest.Source = r.Time, r.Source
		}
		latest = latest.FillFrom(r)
	}
	if p, ok := latestCharged(readings); ok && hasWorkingSet(readings) {
		latest.WorkingSet, latest.WorkingSetAt = p.Bytes, p.Time
	}
	return latest
}

// maxAge is how much older than the newest reading a figure may be.
const maxAge = time.Minute

// hasWorkingSet reports whether a reading of the present process has a working set.
func hasWorkingSet(readings []Reading) bool {
	for _, r := range slices.Backward(readings) {
		if r.Unknown || r.WorkingSet > 0 {
			return !r.Unknown
		}
	}
	return false
}

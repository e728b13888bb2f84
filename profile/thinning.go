package profile

import "time"

// tier says how far apart observations of some age may be dropped to.
type tier struct {
	age time.Duration // up to this age
	gap time.Duration // at least this far apart
}

// tiers is what a history keeps: enough for the judge's longest fine window in
// the last minutes, and the shape of a day before. At a poll every 2 s that is
// at most 150 + 110 + 138 + 144 observations.
var tiers = []tier{
	{5 * time.Minute, time.Second},
	{time.Hour, 30 * time.Second},
	{24 * time.Hour, 10 * time.Minute},
	{7 * 24 * time.Hour, time.Hour},
}

// thinned returns which of the times (ascending) are kept, as indices. The
// first and the last always are.
func thinned(times []time.Time) []int { return thinnedBy(times, 1) }

// newestLast is how many times coarser what is old becomes before the newest
// minutes do.
const newestLast = 16

// thinnedBy is thinned with gaps that are so many times wider, those of the newest
// minutes last.
func thinnedBy(times []time.Time, coarser int) []int {
	if len(times) == 0 {
		return nil
	}
	last := len(times) - 1
	now := times[last]
	keep := []int{0}
	for i := 1; i < last; i++ {
		age := now.Sub(times[i])
		gap := time.Duration(-1)
		for k, t := range tiers {
			if age <= t.age {
				if gap = t.gap * time.Duration(coarser); k == 0 {
					gap = t.gap * time.Duration(max(1, coarser/newestLast))
				}
				break
			}
		}
		// Times fall into fixed cells of a tier's gap and the first of a cell
		// stays, so that thinning twice keeps what thinning once kept.
		if gap > 0 && times[i].UnixNano()/int64(gap) != times[i-1].UnixNano()/int64(gap) {
			keep = append(keep, i)
		}
	}
	if last > 0 {
		keep = append(keep, last)
	}
	return keep
}

// Thinned returns which of the times (ascending) a history keeps once all have
// come, as indices: who feeds it a long recording can leave out the rest. So
// few that no history thins them are all kept.
func Thinned(times []time.Time) []int {
	if len(times) <= fewObservations {
		all := make([]int, len(times))
		for i := range all {
			all[i] = i
		}
		return all
	}
	return thinned(times)
}

// fewObservations are not thinned for their age.
const fewObservations = 64

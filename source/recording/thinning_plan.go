package recording

import (
	"math/bits"
	"time"
)

// planThinning chooses the entries to keep so that the recording takes at most target
// bytes. It keeps one entry per folder and cell of time; cells grow with age, and
// are widened until the result fits. Landmarks are always kept, unless there are
// too many: then only metadata and facts are. ok is false if nothing fits.
func planThinning(all []writtenEntry, target int64) (keep []bool, ok bool) {
	if keep, ok = planCells(all, markLandmarks(all), target); ok {
		return keep, true
	}
	essential := make([]bool, len(all))
	for i, e := range all {
		essential[i] = !e.named || e.folder == folderFacts
	}
	return planCells(all, essential, target)
}

func planCells(all []writtenEntry, must []bool, target int64) (keep []bool, ok bool) {
	var now time.Time
	for _, e := range all {
		if e.time.After(now) {
			now = e.time
		}
	}
	for minCell := 500 * time.Millisecond; minCell < 24*time.Hour; minCell *= 2 {
		keep = make([]bool, len(all))
		var size int64
		cells := map[string]int64{}
		for i, e := range all {
			cell := e.time.UnixNano() / int64(cellWidth(now.Sub(e.time), minCell))
			last, seen := cells[e.folder]
			keep[i] = must[i] || !seen || last != cell
			cells[e.folder] = cell
			if keep[i] {
				size += e.size
			}
		}
		if size <= target {
			return keep, true
		}
	}
	return nil, false
}

// cellWidth returns the width of cells of an age: minCell up to fullDetailAge, then doubled
// with each doubling of age, so that cells stay aligned as they grow.
func cellWidth(age, minCell time.Duration) time.Duration {
	if age <= fullDetailAge {
		return minCell
	}
	return minCell << min(bits.Len64(uint64(age/fullDetailAge)), 12)
}

// markLandmarks marks the entries that thinning keeps: profiles requested by the
// user, events, facts, the first and last profile of each kind, those right before
// and after an event, since it may be a restart, and the newest of the days before.
func markLandmarks(all []writtenEntry) []bool {
	must := make([]bool, len(all))
	last := map[string]int{} // newest profile of each folder
	fresh := map[string]bool{}
	for i, e := range all {
		switch {
		case !e.named || e.folder == folderFacts:
			must[i] = true
		case e.folder == folderEvents:
			must[i] = true
			for _, j := range last {
				must[j] = true
			}
			clear(fresh)
		case e.folder == folderHistory:
			last[e.folder] = i
		case e.profile:
			c, _ := e.toCapture()
			if !c.Kind.Info().Polled || c.Debug > 0 || !fresh[e.folder] {
				must[i] = true
			}
			fresh[e.folder] = true
			last[e.folder] = i
		}
	}
	for _, j := range last {
		must[j] = true
	}
	return must
}

package recording

import (
	"math/bits"
	"time"
)

// plan chooses what stays of a recording so that it takes at most target bytes.
// Of each folder one entry stays in each cell of time, and cells grow with age;
// they are made wider until it fits. Landmarks stay; where there are too many
// of them, only what belongs to no watch. ok is false if even that does not fit.
func plan(all []filed, target int64) (keep []bool, ok bool) {
	if keep, ok = planWith(all, landmarks(all), target); ok {
		return keep, true
	}
	least := make([]bool, len(all))
	for i, e := range all {
		least[i] = !e.named || e.folder == folderFacts
	}
	return planWith(all, least, target)
}

func planWith(all []filed, must []bool, target int64) (keep []bool, ok bool) {
	var now time.Time
	for _, e := range all {
		if e.time.After(now) {
			now = e.time
		}
	}
	for least := 500 * time.Millisecond; least < 24*time.Hour; least *= 2 {
		keep = make([]bool, len(all))
		var size int64
		cells := map[string]int64{}
		for i, e := range all {
			cell := e.time.UnixNano() / int64(cellAt(now.Sub(e.time), least))
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

// cellAt is how wide a cell is at an age: least up to fineAge, then doubled
// with each doubling of age, so that cells stay aligned when they grow.
func cellAt(age, least time.Duration) time.Duration {
	if age <= fineAge {
		return least
	}
	return least << min(bits.Len64(uint64(age/fineAge)), 12)
}

// landmarks are what was asked for by key, events and facts, the first and the
// last profile of each kind, and those beside an event, since it may be a
// restart.
func landmarks(all []filed) []bool {
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
		case e.profile:
			c, _ := e.capture()
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

package store

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// orderMoments returns moments in the order in which they are fetched: coarse first, so
// that those fetched so far always cover the whole, of each kind and process. Of each
// process the last comes first, then the first, then the middle, then the middles of the
// halves; kinds and processes take turns, the newest process first. Of its first heaps all
// sample types are fetched.
func orderMoments(all []moment) []moment {
	type lineKey struct {
		kind    profile.Kind
		process int
	}
	type line struct {
		last time.Time
		of   []moment
	}
	var lines []*line
	byKey := map[lineKey]*line{}
	for _, m := range all {
		key := lineKey{m.kind, m.process}
		l := byKey[key]
		if l == nil {
			l = &line{}
			byKey[key] = l
			lines = append(lines, l)
		}
		l.of = append(l.of, m)
		l.last = m.at
	}
	slices.SortStableFunc(lines, func(a, b *line) int { return b.last.Compare(a.last) })
	for n, l := range lines {
		l.of = bisect(l.of)
		whole := 1
		if n < kinds {
			whole = wholeHeaps
		}
		for i := range l.of[:min(whole, len(l.of))] {
			l.of[i].isWhole = l.of[i].kind == profile.Heap
		}
	}
	out := make([]moment, 0, len(all))
	for i := 0; len(out) < len(all); i++ {
		for n, l := range lines {
			// Of an earlier process one comes for every two of the newest.
			at := i
			if n >= kinds {
				if i%2 == 1 {
					continue
				}
				at = i / 2
			}
			if at < len(l.of) {
				out = append(out, l.of[at])
			}
		}
	}
	return out
}

// wholeHeaps is of how many heaps of the newest process all sample types are fetched: what
// they say is estimated for those in between.
const wholeHeaps = 3

// kinds is how many kinds of profiles are fetched of a process.
const kinds = 2

// bisect returns the elements of a list: the last, the first, the middle, the middles of
// the halves, and so on.
func bisect(in []moment) []moment {
	out := make([]moment, 0, len(in))
	done := make([]bool, len(in))
	take := func(i int) {
		if !done[i] {
			done[i] = true
			out = append(out, in[i])
		}
	}
	if len(in) == 0 {
		return nil
	}
	take(len(in) - 1)
	take(0)
	for parts := 2; len(out) < len(in); parts *= 2 {
		for k := 1; k < parts; k += 2 {
			take((len(in) - 1) * k / parts)
		}
		if parts > 2*len(in) {
			for i := range in {
				take(i)
			}
		}
	}
	return out
}

package store

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// orderMoments returns moments in the order in which to fetch them: coarse first, so that
// those fetched so far always cover the whole range, for each kind and process. For each
// process, the last moment comes first, then the first, then the middle, then the middles
// of the halves. Kinds and processes take turns, the newest process first. All sample types
// are fetched for the first heaps of the newest process.
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
		l.of = orderByHalves(l.of)
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
			// An earlier process gets one turn for every two of the newest.
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

// wholeHeaps is the number of heaps of the newest process for which all sample types are
// fetched. For the heaps in between they are estimated.
const wholeHeaps = 3

// kinds is the number of kinds of profiles that are fetched for a process.
const kinds = 2

// orderByHalves returns the elements of a list reordered: the last, the first, the
// middle, the middles of the halves, and so on.
func orderByHalves(in []moment) []moment {
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

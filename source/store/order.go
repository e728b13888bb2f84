package store

import (
	"slices"
	"time"
)

// orderMoments returns moments in the order in which they are fetched: coarse first, so
// that those fetched so far always cover the whole, of each kind and process. Of each
// process the last comes first, then the first, then the middle, then the middles of the
// halves; kinds and processes take turns, the newest process first.
func orderMoments(all []moment) []moment {
	type line struct {
		key  string
		last time.Time
		of   []moment
	}
	var lines []*line
	byKey := map[string]*line{}
	for _, m := range all {
		key := string(m.kind) + m.labels.Selector().String()
		l := byKey[key]
		if l == nil {
			l = &line{key: key}
			byKey[key] = l
			lines = append(lines, l)
		}
		l.of = append(l.of, m)
		l.last = m.at
	}
	slices.SortStableFunc(lines, func(a, b *line) int { return b.last.Compare(a.last) })
	for _, l := range lines {
		l.of = bisect(l.of)
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

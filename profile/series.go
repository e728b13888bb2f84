package profile

import (
	"slices"
	"sort"
)

// change is a value that holds from one observation on.
type change[T comparable] struct {
	obs uint32
	v   T
}

// series is the history of one thing as its changes only: most stacks of a
// service do not change from one poll to the next. Before the first change the
// value is zero.
//
// What was written once is not written again, only appended to: a copy of a series
// stays what it is.
type series[T comparable] struct {
	changes []change[T]
}

// add records the value at an observation, which must not be before the last.
func (s *series[T]) add(obs uint32, v T) {
	if n := len(s.changes); n > 0 && s.changes[n-1].v == v {
		return
	} else if n == 0 {
		var zero T
		if v == zero {
			return
		}
	}
	s.changes = append(s.changes, change[T]{obs, v})
}

// at returns the value at an observation.
func (s *series[T]) at(obs uint32) T {
	i := sort.Search(len(s.changes), func(i int) bool { return s.changes[i].obs > obs })
	if i == 0 {
		var zero T
		return zero
	}
	return s.changes[i-1].v
}

// fill writes the values at each of the observations (ascending) to out.
func (s *series[T]) fill(obs []uint32, out []T) {
	i := 0
	var v T
	for j, o := range obs {
		for i < len(s.changes) && s.changes[i].obs <= o {
			v = s.changes[i].v
			i++
		}
		out[j] = v
	}
}

// thin moves the changes of dropped observations to the next one kept: keep
// (ascending) holds the observations that stay and never lacks the newest.
func (s *series[T]) thin(keep []uint32) {
	out := make([]change[T], 0, min(len(s.changes), len(keep)))
	k := 0
	for _, c := range s.changes {
		for k < len(keep) && keep[k] < c.obs {
			k++
		}
		if k == len(keep) {
			break
		}
		c.obs = keep[k]
		switch n := len(out); {
		case n > 0 && out[n-1].obs == c.obs:
			out[n-1] = c // both fell on the same observation: the later one stands
			if n > 1 && out[n-2].v == c.v {
				out = out[:n-1]
			}
		case n == 0 || out[n-1].v != c.v:
			out = append(out, c)
		}
	}
	s.changes = out
}

// dropAfter forgets what was recorded after an observation.
func (s *series[T]) dropAfter(obs uint32) {
	n := len(s.changes)
	for n > 0 && s.changes[n-1].obs > obs {
		n--
	}
	if n < len(s.changes) {
		s.changes = slices.Clip(s.changes[:n]) // a copy of the series may have the rest
	}
}

package profile

import (
	"slices"
	"time"
)

// Extract is the profile behind a view: the newest of its kind, or the difference
// to the baseline, with all of its sample types, reduced to the stacks in the view.
type Extract struct {
	Kind Kind
	Type SampleType // the one on screen
	Time time.Time  // of the newest profile
	// Baseline is the time of the profile that is subtracted; zero if values are
	// absolute.
	Baseline time.Time
	// Comments are lines for people, written into the file.
	Comments []string

	latest, base *Snapshot
	keep         func(*Stack) bool
}

// Extract returns the profile behind the table of a selection. ok is false until a
// profile of that kind has arrived.
func (h *History) Extract(sel Selection) (x Extract, ok bool) {
	latest, base := h.Latest(sel.Kind)
	if latest == nil || len(latest.Types) == 0 {
		return x, false
	}
	x = Extract{Kind: sel.Kind, Type: latest.Types[latest.Type(sel.Type)], Time: latest.Time, latest: latest}
	if sel.Baseline && base != nil && slices.Equal(base.Types, latest.Types) {
		x.base, x.Baseline = base, base.Time
	}
	if f := sel.Focus; f != nil {
		x = x.Filter(func(s *Stack) bool { return s.Contains(f) })
	}
	return x, true
}

// Filter keeps only the stacks for which keep returns true.
func (x Extract) Filter(keep func(*Stack) bool) Extract {
	if before := x.keep; before != nil {
		x.keep = func(s *Stack) bool { return before(s) && keep(s) }
	} else {
		x.keep = keep
	}
	return x
}

// Values returns the stacks and what each holds in the sample type on screen, less
// what it held at the baseline.
func (x Extract) Values() (stacks []*Stack, values []int64) {
	index := map[*Stack]int{}
	add := func(s *Snapshot, sign int64) {
		if s == nil {
			return
		}
		typ := s.Type(x.Type.Name)
		x.forEachSample(s, func(sm *Sample) {
			i, ok := index[sm.Stack]
			if !ok {
				i = len(stacks)
				index[sm.Stack] = i
				stacks, values = append(stacks, sm.Stack), append(values, 0)
			}
			values[i] += sign * sm.Values[typ]
		})
	}
	add(x.latest, 1)
	add(x.base, -1)
	return stacks, values
}

// IsEmpty reports whether no stack is left, as when the screen shows another
// profile.
func (x Extract) IsEmpty() bool {
	empty := true
	for _, s := range []*Snapshot{x.latest, x.base} {
		x.forEachSample(s, func(*Sample) { empty = false })
	}
	return empty
}

// forEachSample calls f for each kept sample of a snapshot.
func (x Extract) forEachSample(s *Snapshot, f func(*Sample)) {
	if s == nil {
		return
	}
	list := s.Samples()
	for i := range list {
		if x.keep == nil || x.keep(list[i].Stack) {
			f(&list[i])
		}
	}
}

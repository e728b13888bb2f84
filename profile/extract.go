package profile

import (
	"slices"
	"time"
)

// Extract is the profile under a view: the newest of its kind, or what has
// become of the baseline's since, with all of its sample types, cut down to the
// stacks that the view is of.
type Extract struct {
	Kind Kind
	Type SampleType // the one on screen
	Time time.Time  // of the newest profile
	// Baseline is the time of the profile that values are the difference to;
	// zero if they are absolute.
	Baseline time.Time
	// Comments are lines for people, written into the file.
	Comments []string

	latest, base *Snapshot
	keep         func(*Stack) bool
}

// Extract gives what is under the table of a selection. ok is false while no
// profile of that kind has come.
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

// Filter leaves stacks out.
func (x Extract) Filter(keep func(*Stack) bool) Extract {
	if before := x.keep; before != nil {
		x.keep = func(s *Stack) bool { return before(s) && keep(s) }
	} else {
		x.keep = keep
	}
	return x
}

// IsEmpty tells that no stack is left: what is on screen is of another profile.
func (x Extract) IsEmpty() bool {
	empty := true
	for _, s := range []*Snapshot{x.latest, x.base} {
		x.forEachSample(s, func(*Sample) { empty = false })
	}
	return empty
}

// forEachSample calls f with those of a snapshot that are kept.
func (x Extract) forEachSample(s *Snapshot, f func(*Sample)) {
	if s == nil {
		return
	}
	for i := range s.Samples {
		if x.keep == nil || x.keep(s.Samples[i].Stack) {
			f(&s.Samples[i])
		}
	}
}

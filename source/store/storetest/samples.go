// Package storetest provides what the fake stores share: samples by labels and time.
package storetest

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
	"github.com/leaktop/leaktop/source/store"
)

// Sample is one sample type of one profile.
type Sample struct {
	Type   store.Type
	Labels store.Labels
	Time   time.Time
	simulated.Part
}

// Samples are the samples of a fake store. It is safe for concurrent use.
type Samples struct {
	// KeepsDeltas makes the allocations of heap profiles those since the profile before, as
	// Pyroscope did up to version 1. The first has none.
	KeepsDeltas bool

	mu   sync.Mutex
	all  []Sample
	last map[string][]byte // of each series, with KeepsDeltas
}

// Add adds a profile under a name. It returns an error if data is not a profile.
func (s *Samples) Add(name string, labels store.Labels, data []byte) error {
	parts, at, err := simulated.Split(data)
	if err != nil {
		return err
	}
	if name == "" || len(labels) == 0 {
		return fmt.Errorf("a profile needs a name and labels")
	}
	at = at.Truncate(time.Millisecond)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range parts {
		if s.KeepsDeltas && strings.HasPrefix(p.Sample, "alloc_") {
			key := name + p.Sample + labels.Sort().Selector().String()
			before, ok := s.last[key]
			if s.last == nil {
				s.last = map[string][]byte{}
			}
			s.last[key] = p.Data
			if !ok {
				continue
			}
			if p, err = p.Since(before); err != nil {
				return err
			}
		}
		s.all = append(s.all, Sample{
			Type:   store.Type{Name: name, Sample: p.Sample, Unit: p.Unit, PeriodType: p.PeriodType, PeriodUnit: p.PeriodUnit},
			Labels: labels.Sort(), Time: at, Part: p,
		})
	}
	return nil
}

// Len returns the number of samples.
func (s *Samples) Len() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.all)
}

// In returns the samples of a window in order of time. A zero bound leaves that end open.
func (s *Samples) In(w store.Window) []Sample {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Sample
	for _, x := range s.all {
		if (w.From.IsZero() || !x.Time.Before(w.From)) && (w.To.IsZero() || !x.Time.After(w.To)) {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b Sample) int { return a.Time.Compare(b.Time) })
	return out
}

// Select returns the samples in a window that match a type and a selector.
func (s *Samples) Select(t string, sel store.Selector, w store.Window) []Sample {
	return slices.DeleteFunc(s.In(w), func(x Sample) bool { return x.Type.String() != t || !Matches(sel, x.Labels) })
}

// Matches reports whether a selector matches labels.
func Matches(sel store.Selector, l store.Labels) bool {
	for _, m := range sel {
		equal := l.Value(m.Name) == m.Value
		if strings.HasSuffix(m.Op, "~") {
			equal = regexp.MustCompile("^(?:" + m.Value + ")$").MatchString(l.Value(m.Name))
		}
		if equal == strings.HasPrefix(m.Op, "!") {
			return false
		}
	}
	return true
}

// Types returns the distinct types of samples.
func Types(all []Sample) []store.Type {
	types := map[store.Type]bool{}
	for _, x := range all {
		types[x.Type] = true
	}
	return slices.SortedFunc(maps.Keys(types), func(a, b store.Type) int { return strings.Compare(a.String(), b.String()) })
}

// LabelNames returns the names of the labels of samples.
func LabelNames(all []Sample) []string {
	names := map[string]bool{}
	for _, x := range all {
		for _, l := range x.Labels {
			names[l.Name] = true
		}
	}
	return slices.Sorted(maps.Keys(names))
}

// LabelValues returns the values of a label of samples.
func LabelValues(all []Sample, name string) []string {
	values := map[string]bool{}
	for _, x := range all {
		if v := x.Labels.Value(name); v != "" {
			values[v] = true
		}
	}
	return slices.Sorted(maps.Keys(values))
}

// BySeries groups samples by their labels.
func BySeries(all []Sample) (out [][]Sample) {
	index := map[string]int{}
	for _, x := range all {
		key := x.Labels.Selector().String()
		i, ok := index[key]
		if !ok {
			i = len(out)
			index[key] = i
			out = append(out, nil)
		}
		out[i] = append(out[i], x)
	}
	return out
}

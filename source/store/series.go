package store

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"
)

// Window is a range of time.
type Window struct{ From, To time.Time }

// Type is one kind of value that a store has: the live bytes of a heap, for example.
type Type struct {
	Name                   string // "memory", "goroutine"
	Sample, Unit           string // "inuse_space", "bytes"
	PeriodType, PeriodUnit string
	Delta                  bool // values are per interval, not at a moment
}

// String returns the type as queries name it.
func (t Type) String() string {
	s := strings.Join([]string{t.Name, t.Sample, t.Unit, t.PeriodType, t.PeriodUnit}, ":")
	if t.Delta {
		s += ":delta"
	}
	return s
}

// ParseType parses what [Type.String] returns.
func ParseType(text string) (t Type, ok bool) {
	p := strings.Split(text, ":")
	if len(p) != 5 && (len(p) != 6 || p[5] != "delta") {
		return t, false
	}
	return Type{Name: p[0], Sample: p[1], Unit: p[2], PeriodType: p[3], PeriodUnit: p[4], Delta: len(p) == 6}, true
}

// Label is a name and its value.
type Label struct{ Name, Value string }

// Labels identify a series, sorted by name.
type Labels []Label

// Value returns the value of a label, empty if there is none.
func (l Labels) Value(name string) string {
	for _, x := range l {
		if x.Name == name {
			return x.Value
		}
	}
	return ""
}

// Selector returns the selector of exactly these labels.
func (l Labels) Selector() Selector { return Selector(nil).With(l) }

// Sort sorts labels by name, and removes those that name the type of a profile.
func (l Labels) Sort() Labels {
	out := slices.DeleteFunc(slices.Clone(l), func(x Label) bool {
		return strings.HasPrefix(x.Name, "__") || x.Value == ""
	})
	slices.SortFunc(out, func(a, b Label) int { return cmp.Compare(a.Name, b.Name) })
	return out
}

// Point is a total at the moment of a profile.
type Point struct {
	Time  time.Time
	Value float64
}

// Series is the totals of one line of profiles, in the order of time.
type Series struct {
	Labels Labels
	Points []Point
	// IsDelta means that the store counts allocations between two profiles, not since the
	// start of the process. The points are running totals of them.
	IsDelta bool
}

// Reader reads from a store.
type Reader interface {
	// Types returns the types of values that the store has in a window.
	Types(ctx context.Context, w Window) ([]Type, error)
	// LabelNames and LabelValues return the labels in a window, and the values of a
	// label.
	LabelNames(ctx context.Context, w Window) ([]string, error)
	LabelValues(ctx context.Context, name string, w Window) ([]string, error)
	// Totals returns the totals of all series that a selector selects, at most one point
	// per step. No series is not an error.
	Totals(ctx context.Context, t Type, s Selector, w Window, step time.Duration) ([]Series, error)
	// Profile returns the profile of a series at the time of one of its points: pprof,
	// with one sample type.
	Profile(ctx context.Context, t Type, l Labels, at time.Time) ([]byte, error)
	// ServiceLabels returns the labels that may name a service, the most common first.
	ServiceLabels() []string
}

// Sample types of the profiles that leaktop judges, in the order of Go's heap profile.
var heapSamples = []string{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}

const goroutineSample = "goroutine"

// typeOf returns the type with a sample type; ok is false if there is none. If there
// are several, it prefers the name that most stores use.
func typeOf(types []Type, sample string) (Type, bool) {
	var found []Type
	for _, t := range types {
		if t.Sample == sample {
			found = append(found, t)
		}
	}
	if len(found) == 0 {
		return Type{}, false
	}
	for _, name := range []string{"memory", "goroutine", "goroutines", "heap"} {
		for _, t := range found {
			if t.Name == name {
				return t, true
			}
		}
	}
	return found[0], true
}

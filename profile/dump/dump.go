package dump

import (
	"slices"
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Dump is a full goroutine dump.
type Dump struct {
	Groups []Group // the largest first
	N      int     // goroutines
	// Truncated means that the dump is incomplete: net/http/pprof truncates it at 64
	// MiB, and Parse at the bounds of this package.
	Truncated bool
}

// Group is the goroutines with the same stack.
type Group struct {
	Stack      []profile.Place // the stack, leaf first, without frames of the runtime
	Goroutines []Goroutine     // ordered by ID
}

// Goroutine is one goroutine of a dump.
type Goroutine struct {
	ID    uint64
	State string // what it waits for, or "running", "runnable", "syscall"
	// WaitTime is how long it has been waiting, in whole minutes.
	WaitTime time.Duration
	Locked   bool // locked to its thread
	// Leaked means that the last goroutineleak profile found it to be blocked
	// forever.
	Leaked bool
	// CreatedAt is where it was started; nil if unknown.
	CreatedAt *profile.Place
}

// CommonState returns what most goroutines of the group wait for, and how many do.
func (g Group) CommonState() (state string, n int) {
	return mostFrequent(g.Goroutines, func(r Goroutine) (string, bool) { return r.State, true })
}

// CommonCreator returns where most goroutines of the group were started, and how many
// were; n is 0 if that is unknown for all of them.
func (g Group) CommonCreator() (at profile.Place, n int) {
	return mostFrequent(g.Goroutines, func(r Goroutine) (profile.Place, bool) {
		if r.CreatedAt == nil {
			return profile.Place{}, false
		}
		return *r.CreatedAt, true
	})
}

// WaitTimes returns how long the goroutines of the group have been waiting, in whole
// minutes.
func (g Group) WaitTimes() (median, longest time.Duration) {
	all := make([]time.Duration, len(g.Goroutines))
	for i, r := range g.Goroutines {
		all[i] = r.WaitTime
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[(len(all)-1)/2], all[len(all)-1]
}

// CountLeaked returns the number of goroutines of the group that the runtime found to be
// blocked forever.
func (g Group) CountLeaked() int {
	n := 0
	for _, r := range g.Goroutines {
		if r.Leaked {
			n++
		}
	}
	return n
}

// mostFrequent returns the most frequent value, the first one if there are several.
func mostFrequent[T comparable](all []Goroutine, of func(Goroutine) (T, bool)) (T, int) {
	counts := map[T]int{}
	var top T
	for _, r := range all {
		if v, ok := of(r); ok {
			counts[v]++
		}
	}
	for _, r := range all {
		if v, ok := of(r); ok && counts[v] > counts[top] {
			top = v
		}
	}
	return top, counts[top]
}

// CountRetained returns how many goroutines of before are still in after. Both must have
// the same stack.
func CountRetained(before, after Group) int {
	ids := make(map[uint64]bool, len(after.Goroutines))
	for _, r := range after.Goroutines {
		ids[r.ID] = true
	}
	n := 0
	for _, r := range before.Goroutines {
		if ids[r.ID] {
			n++
		}
	}
	return n
}

// sortGroups orders groups by size, the largest first, and goroutines by ID.
func sortGroups(groups []Group) []Group {
	sort.SliceStable(groups, func(i, j int) bool { return len(groups[i].Goroutines) > len(groups[j].Goroutines) })
	for _, g := range groups {
		sort.Slice(g.Goroutines, func(i, j int) bool { return g.Goroutines[i].ID < g.Goroutines[j].ID })
	}
	return groups
}

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
	// Cut says that the dump is not whole: net/http/pprof ends it at 64 MiB,
	// and what is beyond the bounds of this package is left out.
	Cut bool
}

// Group is the goroutines that stand at the same place.
type Group struct {
	At         []profile.Place // leaf first, without the frames of the runtime
	Goroutines []Goroutine     // by their numbers
}

// Goroutine is what a dump tells of one goroutine.
type Goroutine struct {
	ID    uint64
	State string // what it waits for, or "running", "runnable", "syscall"
	// Waits is for how long, in whole minutes; 0 for less than one.
	Waits  time.Duration
	Locked bool // to its thread
	// Leaked says that the runtime found it to be blocked for ever, when it was
	// last asked for a goroutineleak profile.
	Leaked bool
	// By is where it was started; nil if that is not told.
	By *profile.Place
}

// State is what most goroutines of the group wait for, and how many do.
func (g Group) State() (state string, n int) {
	return most(g.Goroutines, func(r Goroutine) (string, bool) { return r.State, true })
}

// Creator is where most goroutines of the group were started, and how many
// were; n is 0 if none tells.
func (g Group) Creator() (at profile.Place, n int) {
	return most(g.Goroutines, func(r Goroutine) (profile.Place, bool) {
		if r.By == nil {
			return profile.Place{}, false
		}
		return *r.By, true
	})
}

// Waits is for how long the goroutines of the group wait, in whole minutes.
func (g Group) Waits() (median, longest time.Duration) {
	all := make([]time.Duration, len(g.Goroutines))
	for i, r := range g.Goroutines {
		all[i] = r.Waits
	}
	if len(all) == 0 {
		return 0, 0
	}
	slices.Sort(all)
	return all[(len(all)-1)/2], all[len(all)-1]
}

// Leaked is how many goroutines of the group the runtime found to be blocked
// for ever.
func (g Group) Leaked() int {
	n := 0
	for _, r := range g.Goroutines {
		if r.Leaked {
			n++
		}
	}
	return n
}

// most is the most frequent value, the first of several.
func most[T comparable](all []Goroutine, of func(Goroutine) (T, bool)) (T, int) {
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

// Stayed is how many of the goroutines before are among those after: the same
// ones, by their numbers, at the same place.
func Stayed(before, after Group) int {
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

// sorted puts the largest groups first.
func sorted(groups []Group) []Group {
	sort.SliceStable(groups, func(i, j int) bool { return len(groups[i].Goroutines) > len(groups[j].Goroutines) })
	for _, g := range groups {
		sort.Slice(g.Goroutines, func(i, j int) bool { return g.Goroutines[i].ID < g.Goroutines[j].ID })
	}
	return groups
}

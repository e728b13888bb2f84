package leak

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/quantity"
)

// BlindSpot is growth too slow to detect, or not detectable at all: what a verdict
// that is not a leak cannot exclude.
type BlindSpot struct {
	What Scope `json:"what"`
	// PerHour is the minimum growth per hour that would have been detected, in Unit;
	// 0 if none would have been, because nothing observes it.
	PerHour float64 `json:"perHour"`
	Unit    string  `json:"unit"` // "bytes" or "goroutines"
}

// Scope is the kind of memory or goroutines that a blind spot is about.
type Scope string

// The scopes.
const (
	ScopeFunction   Scope = "heap-function" // live bytes of one function
	ScopeTotal      Scope = "heap-total"    // live bytes in all
	ScopeGoroutines Scope = "goroutines"    // of one stack
	ScopeStacks     Scope = "stacks"        // memory of goroutine stacks
	ScopeOffHeap    Scope = "offheap"       // memory outside of Go
)

// blindSpots returns what could not have been detected so far.
func (in *Input) blindSpots() []BlindSpot {
	hours := in.watchedTime().Hours()
	if hours <= 0 {
		return []BlindSpot{}
	}
	least := func(v float64, seen bool) float64 {
		if !seen {
			return 0
		}
		return v / hours
	}
	heap := in.coverageOf(profile.Heap).Distinct >= params.polls.min || in.isCalm(in.coverageOf(profile.Heap))
	sampled := max(params.material.heap, params.material.samples*params.material.sampleRate)
	stacks := params.material.offHeap
	if in.Waiting != nil {
		stacks = params.material.recursion
	}
	return []BlindSpot{
		{ScopeFunction, least(sampled, heap), "bytes"},
		{ScopeTotal, least(minTotal, heap), "bytes"},
		{ScopeGoroutines, least(params.material.goroutines, in.coverageOf(profile.Goroutine).Distinct >= params.polls.min), "goroutines"},
		{ScopeStacks, least(stacks, in.seesStacks()), "bytes"},
		{ScopeOffHeap, least(params.material.offHeap, in.seesOutside()), "bytes"},
	}
}

// seesStacks reports whether the memory of goroutine stacks is known over time.
func (in *Input) seesStacks() bool {
	n := 0
	for _, r := range in.Memory {
		if r.StackInuse > 0 {
			n++
		}
	}
	return n >= params.polls.min
}

// seesOutside reports whether memory outside of Go is known over time.
func (in *Input) seesOutside() bool {
	n := 0
	for _, r := range in.Memory {
		if _, _, ok := outsideOfGo(r); ok {
			n++
		}
	}
	return n >= params.polls.min
}

// minTotal is how many bytes the live heap must grow by in total to stand out.
var minTotal = max(2*params.material.heap, params.material.samples*params.material.sampleRate)

// CombineBlindSpots returns what the verdicts on several processes together cannot exclude:
// of each scope the largest blind spot of one of them.
func CombineBlindSpots(of ...[]BlindSpot) (all []BlindSpot) {
	for _, spots := range of {
		for _, b := range spots {
			i := slices.IndexFunc(all, func(x BlindSpot) bool { return x.What == b.What })
			switch {
			case i < 0:
				all = append(all, b)
			case all[i].PerHour != 0 && (b.PerHour == 0 || b.PerHour > all[i].PerHour):
				all[i] = b
			}
		}
	}
	return all
}

// DescribeBlindSpots lists blind spots in one clause; empty if there are none.
func DescribeBlindSpots(all []BlindSpot) string {
	if text := listBlindSpots(all); text != "" {
		return text + " would not show yet"
	}
	return ""
}

// listBlindSpots names the blind spots.
func listBlindSpots(all []BlindSpot) string {
	var slower, unseen []string
	for _, b := range all {
		switch {
		case b.What == ScopeStacks:
		case b.PerHour == 0:
			unseen = append(unseen, map[Scope]string{
				ScopeFunction: "heap", ScopeGoroutines: "goroutines", ScopeOffHeap: "memory outside of Go",
			}[b.What])
		case b.What == ScopeFunction:
			slower = append(slower, quantity.BytesRough(b.PerHour)+"/h")
		case b.What == ScopeGoroutines:
			slower = append(slower, quantity.Count(b.PerHour)+" goroutines/h")
		case b.What == ScopeOffHeap:
			slower = append(slower, quantity.BytesRough(b.PerHour)+"/h outside of Go")
		}
	}
	text := ""
	if len(slower) > 0 {
		text = "leaks slower than " + joinOr(slower)
	}
	unseen = dropEmpty(unseen)
	if len(unseen) > 0 {
		if text != "" {
			text += ", and any of "
		} else {
			text = "a leak of "
		}
		text += joinOr(unseen)
	}
	return text
}

func dropEmpty(all []string) (out []string) {
	for _, s := range all {
		if s != "" {
			out = append(out, s)
		}
	}
	return out
}

// joinOr joins a list: "a, b or c".
func joinOr(all []string) string {
	if len(all) < 2 {
		return strings.Join(all, "")
	}
	return fmt.Sprintf("%s or %s", strings.Join(all[:len(all)-1], ", "), all[len(all)-1])
}

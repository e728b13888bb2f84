// Package blindspot describes what a verdict cannot exclude.
package blindspot

import (
	"fmt"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile/quantity"
)

// Spot is growth too slow to detect, or not detectable at all: what a verdict
// that is not a leak cannot exclude.
type Spot struct {
	What Scope `json:"what"`
	// PerHour is the minimum growth per hour that would have been detected, in Unit;
	// 0 if none would have been, because nothing observes it.
	PerHour float64 `json:"perHour"`
	Unit    string  `json:"unit"` // "bytes", "goroutines" or "child processes"
}

// Scope is the kind of memory or goroutines that a blind spot is about.
type Scope string

// The scopes.
const (
	Function   Scope = "heap-function" // live bytes of one function
	Total      Scope = "heap-total"    // live bytes in all
	Goroutines Scope = "goroutines"    // of one stack
	Stacks     Scope = "stacks"        // memory of goroutine stacks
	OffHeap    Scope = "offheap"       // memory outside of Go
	Children   Scope = "children"      // child processes that were not waited for
)

// Combine returns what the verdicts on several processes together cannot exclude: for
// each scope, the largest blind spot of any process.
func Combine(of ...[]Spot) (all []Spot) {
	for _, spots := range of {
		for _, b := range spots {
			i := slices.IndexFunc(all, func(x Spot) bool { return x.What == b.What })
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

// Describe lists blind spots in one clause; empty if there are none.
func Describe(all []Spot) string {
	if text := listSpots(all); text != "" {
		return text + " would not show yet"
	}
	return ""
}

// listSpots names the blind spots.
func listSpots(all []Spot) string {
	var slower, unseen []string
	for _, b := range all {
		switch {
		case b.What == Stacks, b.What == Children && b.PerHour > 0:
		case b.PerHour == 0:
			unseen = append(unseen, map[Scope]string{
				Function: "heap", Goroutines: "goroutines", OffHeap: "memory outside of Go", Children: "child processes",
			}[b.What])
		case b.What == Function:
			slower = append(slower, quantity.BytesRough(b.PerHour)+"/h")
		case b.What == Goroutines:
			slower = append(slower, quantity.Count(b.PerHour)+" goroutines/h")
		case b.What == OffHeap:
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

// Package callers sums up how much groups of the heap grew below each function of the
// service that is on their stacks.
package callers

import (
	"cmp"
	"slices"

	"github.com/leaktop/leaktop/profile"
)

// Sums are the sums of growth by function of the service. The zero value is empty.
type Sums struct {
	minShare float64 // minimum share of a group for it to belong to a caller
	// A large service has half a million frames on its stacks at each poll, so functions are
	// found by their IDs. Functions that are not interned may share an ID.
	byID   []int32 // 1 + the index in all; 0 for none
	byFunc map[*profile.Function]int32
	all    []sum

	stack, group int32   // how many stacks and groups have been added
	touched      []int32 // the indices of the functions that the last group may belong to
	shared       bool
}

// sum is the sum of one function.
type sum struct {
	fn           *profile.Function
	grown        float64
	stack, group int32 // the last ones that it was found on
	part         int64 // of what that group holds
	groups       []*profile.Group
}

// New returns empty sums. A group belongs to a caller if at least minShare of its memory is
// allocated below the caller.
func New(minShare float64) *Sums { return &Sums{minShare: minShare} }

// Assign finds the functions of the service that a group belongs to. A group that holds nothing
// belongs to the functions on most of its stacks, so that freed memory counts too.
func (s *Sums) Assign(g *profile.Group) {
	left := heldBy(g)
	weigh := func(int) int64 { return 1 }
	if left > 0 {
		weigh = func(i int) int64 { return nowOf(g, i) }
	} else {
		left = int64(len(g.Stacks))
	}
	enough := s.minShare * float64(left)
	s.group++
	s.touched = s.touched[:0]
	for i, st := range g.Stacks {
		now := weigh(i)
		if now == 0 {
			continue
		}
		s.weighStack(st, now, float64(left) >= enough) // functions that are on none of the heaviest stacks no longer matter
		if left -= now; float64(left) < enough {
			s.touched = slices.DeleteFunc(s.touched, func(at int32) bool { return float64(s.all[at].part+left) < enough })
			if !slices.ContainsFunc(s.touched, func(at int32) bool { return s.all[at].fn != g.Blame }) {
				break // the blamed function is on all of them
			}
		}
	}
	for _, at := range s.touched {
		x := &s.all[at]
		if x.groups = append(x.groups, g); len(x.groups) > 1 {
			s.shared = true
		}
	}
}

// weighStack adds the value of a stack of the last group to the functions on it: to all of
// them, or only to those that were on earlier stacks.
func (s *Sums) weighStack(st *profile.Stack, now int64, all bool) {
	s.stack++
	for _, fr := range st.Frames() {
		if fr.Func.Class != profile.ClassUser {
			continue
		}
		at, ok := s.find(fr.Func)
		if !ok && !all {
			continue
		}
		if !ok {
			at = s.place(fr.Func)
		}
		x := &s.all[at]
		switch {
		case x.stack == s.stack: // recursion
			continue
		case x.group != s.group && !all:
			continue
		case x.group != s.group:
			x.group, x.part = s.group, 0
			s.touched = append(s.touched, at)
		}
		x.stack = s.stack
		x.part += now
	}
}

// IsShared reports whether several groups belong to one function.
func (s *Sums) IsShared() bool { return s.shared }

// heldBy returns what a group holds now.
func heldBy(g *profile.Group) (held int64) {
	for _, v := range g.Now {
		held += v
	}
	return held
}

// nowOf returns what a stack of a group holds now.
func nowOf(g *profile.Group, i int) int64 {
	if i < len(g.Now) {
		return g.Now[i]
	}
	return 0
}

// Add adds the growth of a group to each of the service's functions on its stacks, weighted by
// the current values of the stacks.
func (s *Sums) Add(g *profile.Group, rise float64) {
	held := heldBy(g)
	for i, st := range g.Stacks {
		grown := rise
		if held > 0 && i < len(g.Now) {
			grown = rise * float64(g.Now[i]) / float64(held)
		}
		if grown != 0 {
			s.addStack(st, grown)
		}
	}
}

// addStack adds what grew on a stack.
func (s *Sums) addStack(st *profile.Stack, grown float64) {
	s.stack++
	for _, fr := range st.Frames() {
		if fr.Func.Class != profile.ClassUser {
			continue
		}
		if x := &s.all[s.place(fr.Func)]; x.stack != s.stack { // else it is recursion
			x.stack = s.stack
			x.grown += grown
		}
	}
}

// maxByID bounds the IDs by which functions are found.
const maxByID = 1 << 20

// place returns the place of a function in s.all, and makes one if it has none.
func (s *Sums) place(fn *profile.Function) int32 {
	at, ok := s.find(fn)
	if ok {
		return at
	}
	at = int32(len(s.all))
	s.all = append(s.all, sum{fn: fn})
	if id := int(fn.ID); id >= 0 && id < maxByID {
		if id >= len(s.byID) {
			s.byID = append(s.byID, make([]int32, id+1-len(s.byID))...)
		}
		if s.byID[id] == 0 {
			s.byID[id] = at + 1
			return at
		}
	}
	if s.byFunc == nil {
		s.byFunc = map[*profile.Function]int32{}
	}
	s.byFunc[fn] = at
	return at
}

// find returns the place of a function in s.all; ok is false if it has none.
func (s *Sums) find(fn *profile.Function) (at int32, ok bool) {
	if id := int(fn.ID); id >= 0 && id < len(s.byID) {
		if at := s.byID[id] - 1; at >= 0 && s.all[at].fn == fn {
			return at, true
		}
	}
	at, ok = s.byFunc[fn]
	return at, ok
}

// Of returns what grew below a function.
func (s *Sums) Of(fn *profile.Function) float64 {
	if at, ok := s.find(fn); ok {
		return s.all[at].grown
	}
	return 0
}

// Groups returns the groups that belong to a function, in the order in which they were added.
func (s *Sums) Groups(fn *profile.Function) []*profile.Group {
	if at, ok := s.find(fn); ok {
		return s.all[at].groups
	}
	return nil
}

// LargestShared returns the functions that several groups belong to and below which at
// least minSum grew, the largest sum first.
func (s *Sums) LargestShared(minSum float64) (out []*profile.Function) {
	var large []*sum
	for i := range s.all {
		if s.all[i].grown >= minSum && len(s.all[i].groups) > 1 {
			large = append(large, &s.all[i])
		}
	}
	slices.SortStableFunc(large, func(a, b *sum) int {
		if order := cmp.Compare(b.grown, a.grown); order != 0 {
			return order
		}
		return cmp.Compare(a.fn.Name, b.fn.Name)
	})
	for _, x := range large {
		out = append(out, x.fn)
	}
	return out
}

// Nearest returns the service's function nearest to the leaf of a group's heaviest stack below
// which at least minSum grew; nil if there is none.
func (s *Sums) Nearest(g *profile.Group, minSum float64) *profile.Function {
	if len(g.Stacks) == 0 || g.Stacks[0] == nil {
		return nil
	}
	for _, fr := range g.Stacks[0].Frames() {
		if fr.Func.Class == profile.ClassUser && s.Of(fr.Func) >= minSum {
			return fr.Func
		}
	}
	return nil
}

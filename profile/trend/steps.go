package trend

import (
	"cmp"
	"slices"
	"sync"
)

// Step is one rise of a series that is level before and after it.
type Step struct {
	T      float64 // when most of it came
	Height float64
}

// Staircase is a series that grows in steps.
type Staircase struct {
	Steps []Step // the oldest first
	// Rest is the share of the growth that is in no step.
	Rest float64
}

var floorRooms = sync.Pool{New: func() any { return new([]Point) }}

// Stairs finds the steps of the retained floor of p. Rises that follow each other at once
// are one step; those lower than minShare of the highest do not count. O(n).
func Stairs(p []Point, minShare float64) Staircase {
	room := floorRooms.Get().(*[]Point)
	defer floorRooms.Put(room)
	f := AppendFloor((*room)[:0], p)
	*room = f
	rise := NetRise(f)
	if len(f) < 3 || rise <= 0 {
		return Staircase{}
	}
	var all []Step
	flat, most := 2, 0.0
	for i := 1; i < len(f); i++ {
		d := f[i].V - f[i-1].V
		if d <= 0 {
			flat++
			continue
		}
		if flat >= 2 || len(all) == 0 {
			all = append(all, Step{})
			most = 0
		}
		flat = 0
		last := &all[len(all)-1]
		last.Height += d
		if d > most {
			most, last.T = d, f[i].T
		}
	}
	highest := slices.MaxFunc(all, func(a, b Step) int { return cmp.Compare(a.Height, b.Height) }).Height
	s := Staircase{Rest: 1}
	for _, x := range all {
		if x.Height >= minShare*highest {
			s.Steps = append(s.Steps, x)
			s.Rest -= x.Height / rise
		}
	}
	s.Rest = max(0, s.Rest)
	return s
}

// Period returns the mean time between two steps in seconds; 0 if there are fewer than two.
func (s Staircase) Period() float64 {
	n := len(s.Steps)
	if n < 2 {
		return 0
	}
	return (s.Steps[n-1].T - s.Steps[0].T) / float64(n-1)
}

// Regularity returns the spread of the times between two steps, (longest − shortest) /
// mean: 0 for a clock, and 1 if there are too few steps to tell.
func (s Staircase) Regularity() float64 {
	if len(s.Steps) < 3 {
		return 1
	}
	shortest, longest := s.Steps[1].T-s.Steps[0].T, 0.0
	for i := 1; i < len(s.Steps); i++ {
		d := s.Steps[i].T - s.Steps[i-1].T
		shortest, longest = min(shortest, d), max(longest, d)
	}
	return (longest - shortest) / s.Period()
}

// Heights returns the heights of the lowest and of the highest step.
func (s Staircase) Heights() (low, high float64) {
	for i, x := range s.Steps {
		if i == 0 || x.Height < low {
			low = x.Height
		}
		high = max(high, x.Height)
	}
	return low, high
}

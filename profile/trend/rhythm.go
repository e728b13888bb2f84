package trend

import (
	"math"
	"slices"
)

// Rhythm describes a series that grows in steps of about the same height at regular
// times, and is level between them.
type Rhythm struct {
	Steps  int     // how many were seen; 0 if there is no rhythm
	Period float64 // seconds from one step to the next
	Height float64 // of a step, in the unit of the series: the median
	First  float64 // time of the first point after the first step
	Last   float64 // and after the last
}

// Parameters of the method.
const (
	rhythmMinSteps  = 4    // steps
	rhythmNoise     = 6.0  // median deviations of neighbors, above which a rise is a step
	rhythmMinHeight = 0.4  // of the highest step
	rhythmRest      = 0.25 // share of the growth that may be in no step
	rhythmSpread    = 0.25 // of a period, that a step may be away from its time (with the time between points)
)

// FindRhythm finds the steps of a series that may have several segments. A step may be
// missing where points are missing. O(n log n).
func FindRhythm(segments [][]Point) Rhythm {
	var all []jump
	grown := 0.0
	for _, s := range segments {
		s = Clean(s)
		steps := findJumps(s)
		all, grown = append(all, steps...), grown+max(0, NetRise(Floor(s)))
	}
	highest := 0.0
	for _, j := range all {
		highest = max(highest, j.height)
	}
	all = slices.DeleteFunc(all, func(j jump) bool { return j.height < rhythmMinHeight*highest })
	if len(all) < rhythmMinSteps {
		return Rhythm{}
	}
	sum := 0.0
	heights := make([]float64, len(all))
	for i, j := range all {
		heights[i] = j.height
		sum += j.height
	}
	if sum < (1-rhythmRest)*grown || sum > (1+rhythmRest)*grown {
		return Rhythm{}
	}
	period, ok := commonPeriod(all)
	if !ok {
		return Rhythm{}
	}
	return Rhythm{Steps: len(all), Period: period, Height: MedianOf(heights), First: all[0].after, Last: all[len(all)-1].after}
}

// jump is a rise between two points, or several in a row.
type jump struct{ before, after, height float64 }

// findJumps returns the rises of a series that stand out from its noise.
func findJumps(p []Point) (out []jump) {
	if len(p) < 3 {
		return nil
	}
	moves := make([]float64, len(p)-1)
	for i := range moves {
		moves[i] = math.Abs(p[i+1].V - p[i].V)
	}
	least := max(rhythmNoise*MedianOf(moves), 1e-9)
	for i := 1; i < len(p); i++ {
		rise := p[i].V - p[i-1].V
		if rise < least {
			continue
		}
		if n := len(out); n > 0 && out[n-1].after >= p[i-1].T {
			out[n-1].after, out[n-1].height = p[i].T, out[n-1].height+rise
			continue
		}
		out = append(out, jump{p[i-1].T, p[i].T, rise})
	}
	return out
}

// commonPeriod returns the time between steps, all of which are near a multiple of it
// from the first; ok is false if there is none.
func commonPeriod(all []jump) (period float64, ok bool) {
	gaps := make([]float64, len(all)-1)
	middle := func(j jump) float64 { return (j.before + j.after) / 2 }
	for i := range gaps {
		gaps[i] = middle(all[i+1]) - middle(all[i])
	}
	period = MedianOf(gaps)
	if period <= 0 {
		return 0, false
	}
	// The line through the steps and their numbers, where numbers may be missing.
	for range 3 {
		var n, sk, st, skk, skt float64
		number := 0.0
		for i, j := range all {
			if i > 0 {
				number += max(1, math.Round((middle(j)-middle(all[i-1]))/period))
			}
			t := middle(j) - middle(all[0])
			n, sk, st, skk, skt = n+1, sk+number, st+t, skk+number*number, skt+number*t
		}
		if d := n*skk - sk*sk; d > 0 {
			period = (n*skt - sk*st) / d
		}
	}
	off, number, regular := 0, 0.0, 0
	for i := 1; i < len(all); i++ {
		gap := middle(all[i]) - middle(all[i-1])
		k := max(1, math.Round(gap/period))
		number += k
		slack := (all[i].after - all[i].before + all[i-1].after - all[i-1].before) / 2
		if math.Abs(gap-k*period) > rhythmSpread*period+slack {
			off++
		}
		if k == 1 {
			regular++
		}
	}
	return period, off*10 <= len(all) && 2*regular >= len(all)-1 && period > 0
}

package trend

import "math"

// Fill is the filling of one object that grows in steps: a slice that append
// copies to a larger array, a buffer that doubles. Its size is a staircase, and
// at the moment of each step its content was just the old size. These are exact
// points of the line by which it fills, however coarse the staircase is.
type Fill struct {
	Steps     int
	PerSecond float64 // of the content, by least squares through the points
	R2        float64 // how well the line explains them, 0 to 1
	Span      float64 // seconds from the first to the last step
	Rise      float64 // from the old size of the first step to the size now
	// Due is when the next step is expected: when the line reaches the size now.
	Due float64
	// Last is when the last step was, From when the object was first seen.
	Last, From float64
	// Points are the points of the line.
	Points []Point
}

// Filling finds the steps of p, which is the size of one object over time. A
// step is a rise by at least the share least of the old size. A fall starts
// anew: the object was given up. O(n).
func Filling(p []Point, least float64) Fill {
	p = Clean(p)
	var f Fill
	if len(p) > 0 {
		f.From = p[0].T
	}
	first := 0.0
	for i := 1; i < len(p); i++ {
		old, size := p[i-1].V, p[i].V
		switch {
		case size < old:
			f, first = Fill{From: p[i].T}, 0
		case old > 0 && size > old && size-old >= least*old:
			if f.Steps == 0 {
				first = old
			}
			f.Steps++
			f.Last = p[i].T
			f.Points = append(f.Points, Point{T: p[i].T, V: old})
		}
	}
	if f.Steps < 2 {
		return f
	}
	size := p[len(p)-1].V
	f.Span, f.Rise = Span(f.Points), size-first
	var at float64
	f.PerSecond, at, f.R2 = leastSquares(f.Points)
	f.Due = math.Inf(1)
	if f.PerSecond > 0 {
		f.Due = f.Points[0].T + (size-at)/f.PerSecond
	}
	return f
}

// Overdue tells whether at the time now the next step is late by more than the
// factor on its expected time since the last, and slack seconds.
func (f Fill) Overdue(now, factor, slack float64) bool {
	return now-f.Last > factor*max(0, f.Due-f.Last)+slack
}

// leastSquares fits a line: its slope, its value at the first point's time, and
// the share of the variance that it explains.
func leastSquares(p []Point) (slope, at, r2 float64) {
	n := float64(len(p))
	var mt, mv float64
	for _, q := range p {
		mt += (q.T - p[0].T) / n
		mv += q.V / n
	}
	var tt, tv, vv float64
	for _, q := range p {
		dt, dv := q.T-p[0].T-mt, q.V-mv
		tt, tv, vv = tt+dt*dt, tv+dt*dv, vv+dv*dv
	}
	if tt == 0 || vv == 0 {
		return 0, mv, 0
	}
	slope = tv / tt
	r := tv / (math.Sqrt(tt) * math.Sqrt(vv)) // roots first: products of the smallest numbers are 0
	return slope, mv - slope*mt, min(r*r, 1)
}

package trend

import "math"

// Fill describes how one object fills that grows in steps, such as a slice that append
// copies to a larger array, or a buffer that doubles. Its size is a staircase, but at
// each step its content was exactly the old size. These points lie on the line by
// which it fills, however coarse the staircase is.
type Fill struct {
	Steps     int
	PerSecond float64 // of the content, by least squares through the points
	R2        float64 // share of the variance that the line explains, 0 to 1
	Span      float64 // seconds from the first to the last step
	Rise      float64 // from the old size of the first step to the current size
	// Due is when the next step is expected: when the line reaches the current size.
	Due float64
	// Last is the time of the last step, From when the object was first seen.
	Last, From float64
	// Points are the points of the line.
	Points []Point
}

// FindFill finds the steps of p, the size of one object over time. A step is a rise by
// at least the share minStep of the old size. After a fall it starts again, because
// the object was dropped. O(n).
func FindFill(p []Point, minStep float64) Fill {
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
		case old > 0 && size > old && size-old >= minStep*old:
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

// IsOverdue reports whether at time now the next step is overdue: by more than factor
// times the expected time since the last step, plus slack seconds.
func (f Fill) IsOverdue(now, factor, slack float64) bool {
	return now-f.Last > factor*max(0, f.Due-f.Last)+slack
}

// leastSquares fits a line. It returns the slope, the value at the first point's time,
// and the share of the variance that the line explains.
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
	r := tv / (math.Sqrt(tt) * math.Sqrt(vv)) // roots first: products of tiny numbers underflow
	return slope, mv - slope*mt, min(r*r, 1)
}

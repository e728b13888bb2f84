package trend

import (
	"math"
	"slices"
)

// Median returns p with each value replaced by the median of the k values
// around it (k is made odd; at the ends the window is cut off evenly on both
// sides, so that the first and last values stand). It takes out single spikes
// and keeps steps (Tukey, Exploratory Data Analysis, 1977). O(n·k log k).
func Median(p []Point, k int) []Point {
	p = Clean(p)
	out := make([]Point, len(p))
	copy(out, p)
	half := min(max(k, 1)/2, len(p))
	buf := make([]float64, 0, 2*half+1)
	for i := range p {
		h := min(half, i, len(p)-1-i)
		buf = buf[:0]
		for _, q := range p[i-h : i+h+1] {
			buf = append(buf, q.V)
		}
		slices.Sort(buf)
		out[i].V = buf[h]
	}
	return out
}

// Hampel returns p with outliers replaced: a value further than 3 robust
// standard deviations (1.4826 times the median absolute deviation) from the
// median of the five around it (at the ends, the first or last five) becomes that
// median. Unlike [Median] it leaves
// all other values as they are (Hampel, JASA 69, 1974). O(n).
func Hampel(p []Point) []Point {
	const half, limit, toSigma = 2, 3, 1.4826
	p = Clean(p)
	out := make([]Point, len(p))
	copy(out, p)
	var v, d [2*half + 1]float64
	for i := 0; i < len(p) && len(p) >= len(v); i++ {
		from := min(max(i-half, 0), len(p)-len(v))
		for j := range v {
			v[j] = p[from+j].V
		}
		slices.Sort(v[:])
		m := v[half]
		for j := range v {
			d[j] = math.Abs(v[j] - m)
		}
		slices.Sort(d[:])
		// A deviation of 0 means that most of the five are equal; a step is
		// no outlier then, and a lone spike is.
		if math.Abs(p[i].V-m) > limit*toSigma*d[half] {
			out[i].V = m
		}
	}
	return out
}

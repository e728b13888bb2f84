package trend

import (
	"math"
	"slices"
)

// Median returns p with each value replaced by the median of the k values around it
// (at the ends, of the first or last k). It removes single spikes and keeps steps
// (Tukey, Exploratory Data Analysis, 1977). O(n·k).
func Median(p []Point, k int) []Point { return AppendMedian(make([]Point, 0, len(p)), p, k) }

// AppendMedian appends the [Median] of p to out, which is empty.
func AppendMedian(out, p []Point, k int) []Point {
	p = Clean(p)
	out = append(out, p...)
	if k = min(max(k, 1), len(p)); k == 0 {
		return out
	}
	var few [8]float64
	sorted := few[:]
	if k > len(few) {
		sorted = make([]float64, k)
	}
	sorted = sorted[:k]
	for i, q := range p[:k] {
		sorted[i] = q.V
	}
	slices.Sort(sorted)
	from := 0
	for i := range p {
		if next := startAround(p, i, k); next > from {
			replaceSorted(sorted, p[from].V, p[from+k].V)
			from = next
		}
		out[i].V = medianOfSorted(sorted)
	}
	return out
}

// replaceSorted replaces one of sorted values by another.
func replaceSorted(v []float64, old, value float64) {
	i := 0
	for v[i] < old {
		i++
	}
	for ; i+1 < len(v) && v[i+1] < value; i++ {
		v[i] = v[i+1]
	}
	for ; i > 0 && v[i-1] > value; i-- {
		v[i] = v[i-1]
	}
	v[i] = value
}

// pointsAround returns the k points around i, or at the ends the first or last k.
func pointsAround(p []Point, i, k int) []Point {
	from := startAround(p, i, k)
	return p[from : from+k]
}

func startAround(p []Point, i, k int) int { return min(max(i-k/2, 0), len(p)-k) }

// medianOfSorted returns the median of sorted values.
func medianOfSorted(v []float64) float64 {
	n := len(v)
	if n%2 == 1 {
		return v[n/2]
	}
	low, high := v[n/2-1], v[n/2]
	return low + (high-low)/2 // low/2 + high/2 would make 0 of the smallest numbers
}

// Hampel returns p with outliers replaced: a value further than 3 robust standard
// deviations (1.4826 times the median absolute deviation) from the median of the five
// values around it (at the ends, of the first or last five) becomes that median.
// Unlike [Median] it does not change other values (Hampel, JASA 69, 1974). O(n).
func Hampel(p []Point) []Point {
	const half, limit, toSigma = 2, 3, 1.4826
	p = Clean(p)
	out := make([]Point, len(p))
	copy(out, p)
	var v, d [2*half + 1]float64
	for i := 0; i < len(p) && len(p) >= len(v); i++ {
		for j, q := range pointsAround(p, i, len(v)) {
			v[j] = q.V
		}
		slices.Sort(v[:])
		m := v[half]
		for j := range v {
			d[j] = math.Abs(v[j] - m)
		}
		slices.Sort(d[:])
		// A deviation of 0 means that most of the five are equal. Then a step is not an
		// outlier, but a single spike is.
		if math.Abs(p[i].V-m) > limit*toSigma*d[half] {
			out[i].V = m
		}
	}
	return out
}

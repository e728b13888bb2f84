package trend

import (
	"math"
	"slices"
)

// theilSen returns the median of the slopes of all pairs of points, and the
// interval of Sen from the variance of Kendall's S, with the correction for
// ties: Sen, JASA 63 (1968), 1379–1389. confidence is 0.95 for 95%.
//
// Up to a quarter of the points may be outliers. But the interval assumes
// independent errors; if errors add up, as in leaks, it is several times too
// narrow.
func theilSen(p []Point, confidence float64) Slope {
	p = Clean(p)
	n := len(p)
	if n < 2 {
		return Slope{}
	}
	slopes := make([]float64, 0, n*(n-1)/2)
	for i := range p {
		for j := i + 1; j < n; j++ {
			slopes = append(slopes, (p[j].V-p[i].V)/(p[j].T-p[i].T))
		}
	}
	slices.Sort(slopes)
	m := len(slopes)
	sd := math.Sqrt(kendallVariance(p))
	c := normalQuantile((1+confidence)/2) * sd
	at := func(k float64) float64 { return slopes[int(min(max(k, 0), float64(m-1)))] }
	s := Slope{PerSecond: medianOfSorted(slopes), Low: at(math.Floor((float64(m) - c) / 2)), High: at(math.Ceil((float64(m) + c) / 2))}
	if sd > 0 {
		s.T = concordance(slopes) / sd
	}
	return s
}

// kendallVariance returns the variance of Kendall's S for n points with ties.
func kendallVariance(p []Point) float64 {
	v := make([]float64, len(p))
	for i, q := range p {
		v[i] = q.V
	}
	slices.Sort(v)
	count := func(n float64) float64 { return n * (n - 1) * (2*n + 5) }
	sum := count(float64(len(v)))
	for i := 0; i < len(v); {
		j := i
		for j < len(v) && v[j] == v[i] {
			j++
		}
		sum -= count(float64(j - i))
		i = j
	}
	return max(0, sum/18)
}

// concordance returns Kendall's S: the number of rising pairs minus that of
// falling ones.
func concordance(slopes []float64) float64 {
	s := 0.0
	for _, v := range slopes {
		switch {
		case v > 0:
			s++
		case v < 0:
			s--
		}
	}
	return s
}

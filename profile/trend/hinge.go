package trend

import (
	"math"
	"slices"
)

// hinge fits a level for each segment and a slope that changes once. Times are in seconds,
// scaled to the span for the fit.
type hinge struct {
	first, last float64
	n           int
	times       []float64 // of the points, in order
	starts      []float64 // of the segments
	index       []int     // of the segments among those that were given
	parts       []*hingePart
	swings      [][]float64 // columns of the daily swing, in the order of the points; none if there is no swing
	total       float64     // sum of squares around the levels
	tried       []hingeFit
	rhythm      Rhythm
}

// hingePart is one segment.
type hingePart struct {
	from, to int // of the points
	t, v, w  []float64
	sums     hingeSums
}

// newHinge prepares the fit; nil if there are too few points.
func newHinge(segments [][]Point) *hinge {
	h := &hinge{}
	total := 0
	for _, s := range segments {
		total += len(s)
	}
	for i, s := range segments {
		s = Clean(s)
		if total > onsetPoints {
			s = binMedians(s, max(4, onsetPoints*len(s)/total))
		}
		if len(s) < 2 {
			continue
		}
		p := &hingePart{from: h.n, to: h.n + len(s)}
		for _, q := range s {
			p.t, p.v, p.w = append(p.t, q.T), append(p.v, q.V), append(p.w, 1)
		}
		h.times = append(h.times, p.t...)
		h.n += len(s)
		h.parts, h.starts, h.index = append(h.parts, p), append(h.starts, p.t[0]), append(h.index, i)
	}
	if h.n < onsetMinPoints || !slices.IsSorted(h.times) {
		return nil
	}
	h.first, h.last = h.times[0], h.times[h.n-1]
	if h.last <= h.first {
		return nil
	}
	for _, p := range h.parts {
		mean := weightedMean(p.v, p.w)
		for _, v := range p.v {
			h.total += (v - mean) * (v - mean)
		}
	}
	h.sumUp()
	if h.last-h.first >= dailySpan*daySeconds {
		h.addSwing()
	}
	return h
}

// addSwing adds the daily swing to the fit if it explains more than its columns would by
// chance (Bayesian information criterion, for as many points as are independent).
func (h *hinge) addSwing() {
	without := h.search()
	harmonics := 1
	if h.last-h.first >= 2*daySeconds {
		harmonics = 2
	}
	for k := 1; k <= harmonics; k++ {
		sin, cos := make([]float64, h.n), make([]float64, h.n)
		for i, t := range h.times {
			sin[i], cos[i] = math.Sincos(2 * math.Pi * float64(k) * t / daySeconds)
		}
		h.swings = append(h.swings, sin, cos)
	}
	h.sumUp()
	with := h.search()
	n := h.independent(with)
	if n*math.Log(without.sse/max(with.sse, 1e-12*h.total)) < float64(2*harmonics)*math.Log(max(n, 2))*2 {
		h.swings = nil
		h.sumUp()
	}
}

// weighOutliers gives points that a fit misses by far less weight.
func (h *hinge) weighOutliers(f hingeFit) {
	residuals := h.residualsOf(f)
	sizes := make([]float64, h.n)
	for i, r := range residuals {
		sizes[i] = math.Abs(r)
	}
	bound := 1.345 * 1.4826 * MedianOf(sizes) // Huber's constant, and the deviation of the normal distribution
	if bound <= 0 {
		return
	}
	for _, p := range h.parts {
		for i := range p.w {
			p.w[i] = min(1, bound/max(bound, math.Abs(residuals[p.from+i])))
		}
	}
	h.sumUp()
}

// independent returns the effective number of independent points, from the correlation of
// neighboring residuals.
func (h *hinge) independent(f hingeFit) float64 {
	residuals := h.residualsOf(f)
	var product, square float64
	for _, p := range h.parts {
		for i := p.from; i < p.to; i++ {
			w := p.w[i-p.from]
			square += w * residuals[i] * residuals[i]
			if i > p.from {
				product += math.Sqrt(w*p.w[i-1-p.from]) * residuals[i] * residuals[i-1]
			}
		}
	}
	if square <= 0 {
		return float64(h.n)
	}
	r := min(max(product/square, 0), 0.98)
	return float64(h.n) * (1 - r) / (1 + r)
}

// daily returns the swing of a fit.
func (h *hinge) daily(f hingeFit) (d Daily) {
	if len(h.swings) == 0 {
		return d
	}
	low, high := math.Inf(1), math.Inf(-1)
	for t := 0.0; t < daySeconds; t += daySeconds / 288 {
		v := 0.0
		for j, x := range f.swing {
			sin, cos := math.Sincos(2 * math.Pi * float64(j/2+1) * t / daySeconds)
			v += x * [2]float64{sin, cos}[j%2]
		}
		low = min(low, v)
		if v > high {
			high, d.Peak = v, t
		}
	}
	d.Swing = high - low
	return d
}

// binMedians sums up points in n bins of the same length, by their median.
func binMedians(p []Point, n int) (out []Point) {
	if len(p) <= n {
		return p
	}
	width := Span(p) / float64(n)
	var values []float64
	for i, from := 0, 0; i < len(p); i++ {
		values = append(values, p[i].V)
		if i+1 < len(p) && p[i+1].T < p[0].T+float64(len(out)+1)*width {
			continue
		}
		out = append(out, Point{(p[from].T + p[i].T) / 2, MedianOf(values)})
		values, from = values[:0], i+1
	}
	return out
}

// ignoreBefore gives the points of each segment before a time no weight, and returns the
// segments as they were.
func (h *hinge) ignoreBefore(from func(*hingePart) float64) (before []hingePart) {
	for _, p := range h.parts {
		before = append(before, *p)
		t := from(p)
		p.w = slices.Clone(p.w)
		for i := range p.w {
			if p.t[i] < t {
				p.w[i] = 0
			}
		}
	}
	h.sumUp()
	return before
}

func (h *hinge) restore(before []hingePart) {
	for i, p := range h.parts {
		*p = before[i]
	}
}

// weightedMean returns the mean of v with weights w; 0 if all weights are 0.
func weightedMean(v, w []float64) float64 {
	sum, weight := 0.0, 0.0
	for i := range v {
		sum, weight = sum+w[i]*v[i], weight+w[i]
	}
	if weight == 0 {
		return 0
	}
	return sum / weight
}

// centerValues subtracts the weighted mean.
func centerValues(v, w []float64) {
	mean := weightedMean(v, w)
	for i := range v {
		v[i] -= mean
	}
}

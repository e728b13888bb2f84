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
	parts       []hingePart
	swings      [][]float64 // columns of the daily swing, in the order of the points; none if there is no swing
	total       float64     // sum of squares around the levels
	tried       []hingeFit
	rhythm      Rhythm
}

// hingePart is one segment.
type hingePart struct {
	from, to int // of the points
	t, v, w  []float64
}

// hingeFit is the fit for one onset time.
type hingeFit struct {
	at             float64
	rate, previous float64 // per second
	err            float64 // standard error of rate, for independent residuals
	sse            float64
	swing          []float64 // factors of the columns of swings
	residuals      []float64
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
		p := hingePart{from: h.n, to: h.n + len(s)}
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
	with := h.search()
	n := h.independent(with)
	if n*math.Log(without.sse/max(with.sse, 1e-12*h.total)) < float64(2*harmonics)*math.Log(max(n, 2))*2 {
		h.swings = nil
	}
}

// fit fits an onset. The rate before it is bounded by a share of the rate after it.
func (h *hinge) fit(at float64) hingeFit {
	f := h.solve(at, 0, true)
	if a := f.previous; math.Abs(a) > onsetFlat*math.Abs(f.rate) || f.rate <= 0 {
		f = h.solve(at, math.Copysign(onsetFlat, a), false)
	}
	return f
}

// solve fits an onset by least squares. The rate before it is free, or a share of the one
// after it.
func (h *hinge) solve(at, share float64, free bool) hingeFit {
	span := h.last - h.first
	k := 1 + len(h.swings)
	if free {
		k++
	}
	columns := make([][]float64, k+1) // the last are the values
	for j := range columns {
		columns[j] = make([]float64, h.n)
	}
	for _, p := range h.parts {
		for i, t := range p.t {
			after, before := max(0, t-at)/span, (min(t, at)-h.first)/span
			columns[0][p.from+i] = after
			if free {
				columns[k-1][p.from+i] = before
			} else {
				columns[0][p.from+i] += share * before
			}
			for j, s := range h.swings {
				columns[1+j][p.from+i] = s[p.from+i]
			}
			columns[k][p.from+i] = p.v[i]
		}
		for _, c := range columns {
			centerValues(c[p.from:p.to], p.w)
		}
	}
	x, inverse := h.leastSquares(columns)
	f := hingeFit{at: at, rate: x[0] / span, swing: x[1 : 1+len(h.swings)], residuals: make([]float64, h.n)}
	f.previous = f.rate * share
	if free {
		f.previous = x[k-1] / span
	}
	used := 0.0 // points, by weight
	for _, p := range h.parts {
		for i := range p.t {
			r := columns[k][p.from+i]
			for j := range k {
				r -= x[j] * columns[j][p.from+i]
			}
			f.residuals[p.from+i] = r
			f.sse += p.w[i] * r * r
			used += p.w[i]
		}
	}
	f.err = math.Sqrt(inverse*f.sse/max(1, used-float64(k+len(h.parts)))) / span
	return f
}

// leastSquares solves the normal equations of columns, the last of which are the values,
// and returns the factors and the variance of the first for residuals of variance 1.
func (h *hinge) leastSquares(columns [][]float64) (x []float64, variance float64) {
	k := len(columns) - 1
	m := make([][]float64, k) // the equations; their last two columns are the values and the first unit vector
	for i := range m {
		m[i] = make([]float64, k+2)
		for j := i; j <= k; j++ {
			for _, p := range h.parts {
				for l, w := range p.w {
					m[i][j] += w * columns[i][p.from+l] * columns[j][p.from+l]
				}
			}
		}
		for j := range i {
			m[i][j] = m[j][i]
		}
		m[i][i] += 1e-9 // a column may be empty
	}
	m[0][k+1] = 1
	for i := range m {
		for r := i + 1; r < k; r++ {
			factor := m[r][i] / m[i][i]
			for j := i; j < k+2; j++ {
				m[r][j] -= factor * m[i][j]
			}
		}
	}
	x, unit := make([]float64, k), make([]float64, k)
	for i := k - 1; i >= 0; i-- {
		x[i], unit[i] = m[i][k], m[i][k+1]
		for j := i + 1; j < k; j++ {
			x[i] -= m[i][j] * x[j]
			unit[i] -= m[i][j] * unit[j]
		}
		x[i], unit[i] = x[i]/m[i][i], unit[i]/m[i][i]
	}
	return x, max(0, unit[0])
}

// weighOutliers gives points that a fit misses by far less weight.
func (h *hinge) weighOutliers(f hingeFit) {
	sizes := make([]float64, h.n)
	for i, r := range f.residuals {
		sizes[i] = math.Abs(r)
	}
	bound := 1.345 * 1.4826 * MedianOf(sizes) // Huber's constant, and the deviation of the normal distribution
	if bound <= 0 {
		return
	}
	for _, p := range h.parts {
		for i := range p.w {
			p.w[i] = min(1, bound/max(bound, math.Abs(f.residuals[p.from+i])))
		}
	}
}

// independent returns the effective number of independent points, from the correlation of
// neighboring residuals.
func (h *hinge) independent(f hingeFit) float64 {
	var product, square float64
	for _, p := range h.parts {
		for i := p.from; i < p.to; i++ {
			w := p.w[i-p.from]
			square += w * f.residuals[i] * f.residuals[i]
			if i > p.from {
				product += math.Sqrt(w*p.w[i-1-p.from]) * f.residuals[i] * f.residuals[i-1]
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
// weights as they were.
func (h *hinge) ignoreBefore(from func(hingePart) float64) (before [][]float64) {
	for _, p := range h.parts {
		before = append(before, slices.Clone(p.w))
		t := from(p)
		for i := range p.w {
			if p.t[i] < t {
				p.w[i] = 0
			}
		}
	}
	return before
}

func (h *hinge) restore(weights [][]float64) {
	for i, p := range h.parts {
		copy(p.w, weights[i])
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

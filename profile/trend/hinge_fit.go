package trend

import (
	"math"
	"slices"
	"sort"
)

// hingeFit is the fit for one onset time.
type hingeFit struct {
	at             float64
	rate, previous float64   // per second
	err            float64   // standard error of rate, for independent residuals
	sse            float64   // sum of squared residuals
	swing          []float64 // factors of the swing columns
}

// hingeColumns is the maximum number of columns: the time after the onset and before it,
// two for each of two harmonics of the day, and the values.
const hingeColumns = 7

// hingeProducts are the products of all pairs of columns, each summed over the points. The
// columns are the time after the onset, the time before it, the swings and the values.
type hingeProducts [hingeColumns][hingeColumns]float64

// hingeSums are sums over the first points of a segment, by weight: element i is the sum
// over i points. With them, a fit takes no pass over the points.
type hingeSums struct {
	one, x, xx []float64   // x is the time, 0 for the first point of all and 1 for the last
	y, xy      [][]float64 // by column: the swings, then the values around their mean
	yy         hingeProducts
}

// sumUp makes the sums of all segments. It must be called when weights or swings change.
func (h *hinge) sumUp() {
	for _, p := range h.parts {
		columns := make([][]float64, 0, hingeColumns)
		for _, s := range h.swings {
			columns = append(columns, s[p.from:p.to])
		}
		values := slices.Clone(p.v)
		centerValues(values, p.w) // sums of large values would lose digits
		p.sums = sumPart(h.timesOf(p), p.w, append(columns, values))
	}
}

// timesOf returns the times of a segment, from 0 to 1.
func (h *hinge) timesOf(p *hingePart) []float64 {
	x := make([]float64, len(p.t))
	for i, t := range p.t {
		x[i] = (t - h.first) / (h.last - h.first)
	}
	return x
}

func sumPart(x, w []float64, columns [][]float64) hingeSums {
	s := hingeSums{one: cumulate(w), x: cumulate(w, x), xx: cumulate(w, x, x)}
	for i, y := range columns {
		s.y, s.xy = append(s.y, cumulate(w, y)), append(s.xy, cumulate(w, x, y))
		for j, z := range columns[:i+1] {
			sums := cumulate(w, y, z)
			s.yy[i][j] = sums[len(w)]
			s.yy[j][i] = sums[len(w)]
		}
	}
	return s
}

// cumulate returns the sums of the products of the factors, over the first points.
func cumulate(w []float64, factors ...[]float64) []float64 {
	out := make([]float64, len(w)+1)
	for i, product := range w {
		for _, f := range factors {
			product *= f[i]
		}
		out[i+1] = out[i] + product
	}
	return out
}

// multiply returns the products of the columns for an onset at a time, around the mean of
// each segment.
func (h *hinge) multiply(at float64) (g hingeProducts) {
	c := (at - h.first) / (h.last - h.first)
	for _, p := range h.parts {
		p.addProducts(&g, c, sort.SearchFloat64s(p.t, at))
	}
	return g
}

// addProducts adds the products of a segment for an onset at c, before which there are
// split points.
func (p *hingePart) addProducts(g *hingeProducts, c float64, split int) {
	s, n := &p.sums, len(p.t)
	weight := s.one[n]
	if weight == 0 {
		return
	}
	late, lateX := weight-s.one[split], s.x[n]-s.x[split]
	columns := 2 + len(s.y)
	var sums [hingeColumns]float64
	sums[0], sums[1] = lateX-c*late, s.x[split]+c*late
	var own hingeProducts
	own[0][0] = s.xx[n] - s.xx[split] - 2*c*lateX + c*c*late
	own[0][1] = c * sums[0]
	own[1][1] = s.xx[split] + c*c*late
	for j := range s.y {
		lateY := s.y[j][n] - s.y[j][split]
		sums[2+j] = s.y[j][n]
		own[0][2+j] = s.xy[j][n] - s.xy[j][split] - c*lateY
		own[1][2+j] = s.xy[j][split] + c*lateY
		for i := range j + 1 {
			own[2+i][2+j] = s.yy[i][j]
		}
	}
	for i := range columns {
		for j := i; j < columns; j++ {
			g[i][j] += own[i][j] - sums[i]*sums[j]/weight
			g[j][i] = g[i][j]
		}
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
	g := h.multiply(at)
	values := 2 + len(h.swings)
	unknown := append(make([]int, 0, hingeColumns), 0)
	for j := range h.swings {
		unknown = append(unknown, 2+j)
	}
	if free {
		unknown = append(unknown, 1)
	} else {
		g.addShare(share)
	}
	x, inverse := g.leastSquares(unknown, values)
	span := h.last - h.first
	f := hingeFit{at: at, rate: x[0] / span}
	f.previous = f.rate * share
	if free {
		f.previous = x[len(unknown)-1] / span
	}
	if len(h.swings) > 0 {
		f.swing = slices.Clone(x[1 : 1+len(h.swings)])
	}
	f.sse = g[values][values]
	for i, a := range unknown {
		f.sse -= 2 * x[i] * g[a][values]
		for j, b := range unknown {
			f.sse += x[i] * x[j] * g[a][b]
		}
	}
	f.sse = max(0, f.sse)
	weight := 0.0
	for _, p := range h.parts {
		weight += p.sums.one[len(p.t)]
	}
	f.err = math.Sqrt(inverse*f.sse/max(1, weight-float64(len(unknown)+len(h.parts)))) / span
	return f
}

// addShare adds a share of the column before the onset to the one after it.
func (g *hingeProducts) addShare(share float64) {
	for j := range g {
		g[0][j] += share * g[1][j]
	}
	for i := range g {
		g[i][0] += share * g[i][1]
	}
}

// leastSquares solves the normal equations of the unknown columns for the one of the values.
// It returns their factors, and the variance of the first for residuals of variance 1.
func (g *hingeProducts) leastSquares(unknown []int, values int) (x [hingeColumns]float64, variance float64) {
	k := len(unknown)
	var m [hingeColumns][hingeColumns + 1]float64 // the last two columns are the values and the first unit vector
	for i, a := range unknown {
		for j, b := range unknown {
			m[i][j] = g[a][b]
		}
		m[i][i] += 1e-9 // a column may be empty
		m[i][k] = g[a][values]
	}
	m[0][k+1] = 1
	for i := range k {
		for r := i + 1; r < k; r++ {
			factor := m[r][i] / m[i][i]
			for j := i; j < k+2; j++ {
				m[r][j] -= factor * m[i][j]
			}
		}
	}
	var unit [hingeColumns]float64
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

// residualsOf returns what a fit leaves of the values of the points.
func (h *hinge) residualsOf(f hingeFit) []float64 {
	out := make([]float64, h.n)
	for _, p := range h.parts {
		for i, t := range p.t {
			r := p.v[i] - f.rate*max(0, t-f.at) - f.previous*(min(t, f.at)-h.first)
			for j, x := range f.swing {
				r -= x * h.swings[j][p.from+i]
			}
			out[p.from+i] = r
		}
		centerValues(out[p.from:p.to], p.w)
	}
	return out
}

package trend

import "math"

// Accumulate returns the rate of a series that only adds up independent events of any
// size: the series never falls, and values have no error of their own. The best estimate
// is the line from the first to the last point. known is the variance per second that is
// known to be in the series at least, such as that of sampling; 0 if it is unknown.
// confidence is 0.95 for 95%.
//
// The interval is the score interval of a compound Poisson process, which reaches
// further up than down if few events were observed (Barker, A Comparison of Nine
// Confidence Intervals for a Poisson Parameter, The American Statistician 56, 2002). The
// size of an event is the variance in the long run relative to the rate. That variance
// is estimated from the slowest movements of the differences, their first cosine
// transforms, with the quantile of Student for as many (Lazarus, Lewis, Stock and Watson,
// HAR Inference: Recommendations for Practice, Journal of Business & Economic Statistics
// 36, 2018): events in irregular bursts vary more in the long run than from one
// difference to the next, and events at regular times, or points at inexact times, less.
// It is the known variance unless it is significantly more, by the test of dispersion.
// Waves of one period, such as those of a load, are fitted and removed first.
//
// [Drift] does not know that the errors accumulate and gives some weight to the
// opposite, which makes its interval too narrow here. O(n), for at most maxPoints points.
func Accumulate(p []Point, known, confidence float64) Slope {
	p = pickPoints(Clean(p))
	n := len(p) - 1
	slope := chordSlope(p)
	if n < 2 || slope <= 0 {
		return Drift(p, confidence)
	}
	span := Span(p)
	d := newIncrements(p, slope)
	count := max(1, math.Round(longRunShare*math.Pow(float64(n), 2.0/3)))
	variance, widens := d.longRunVariance(count), 1.0
	if variance > d.variance()*dispersionLimit(count) {
		if wave := d.removeWave(2 * count); wave.frequency > 0 && slope+wave.slope > 0 {
			slope += wave.slope
			variance, widens = d.longRunVariance(count), wave.widens
			if left := count - 2; wave.frequency*span <= math.Pi*count && left >= 1 { // two of them were fitted
				variance, count = variance*count/left, left
			}
		}
	}
	q := studentQuantile((1+confidence)/2, count)
	if variance < known*dispersionLimit(count) {
		variance, q = known, normalQuantile((1+confidence)/2)
	}
	size := variance * widens / slope
	rise := slope * span
	middle, half := rise+q*q*size/2, q*math.Sqrt(size*rise+q*q*size*size/4)
	s := Slope{PerSecond: slope, Low: (middle - half) / span, High: (middle + half) / span}
	if size > 0 {
		s.T = rise / math.Sqrt(size*rise)
	}
	return s
}

const (
	longRunShare   = 0.4  // of n^⅔: the number of cosine transforms that Lazarus et al. recommend
	dispersionTest = 0.95 // quantile below which a variance may be the known one
	waveTest       = 0.01 // chance of finding a wave where there is none
	slowestWave    = 1.5  // periods of a wave in the span: with fewer it is not distinguished from the rate
)

// dispersionLimit returns the quantile of a variance with df degrees of freedom,
// relative to the true one (Wilson and Hilferty, 1931).
func dispersionLimit(df float64) float64 {
	h := 2 / (9 * df)
	x := 1 - h + normalQuantile(dispersionTest)*math.Sqrt(h)
	return x * x * x
}

// increments are the differences of a series, less those of a line.
type increments struct {
	from, to, by []float64 // times since the first point
	span         float64
}

func newIncrements(p []Point, slope float64) *increments {
	d := &increments{span: Span(p)}
	for i := range len(p) - 1 {
		d.from, d.to = append(d.from, p[i].T-p[0].T), append(d.to, p[i+1].T-p[0].T)
		d.by = append(d.by, p[i+1].V-p[i].V-slope*(p[i+1].T-p[i].T))
	}
	return d
}

// variance returns the variance per second as if increments were independent.
func (d *increments) variance() float64 {
	sum := 0.0
	for i, v := range d.by {
		sum += v * v / (d.to[i] - d.from[i])
	}
	return sum / float64(max(1, len(d.by)-1))
}

// longRunVariance returns the variance per second in the long run, from the first
// cosine transforms.
func (d *increments) longRunVariance(count float64) float64 {
	transforms := make([]float64, int(count))
	for i, v := range d.by {
		before, cos := 1.0, math.Cos(math.Pi*(d.from[i]+d.to[i])/2/d.span)
		for j, twice := 0, 2*cos; j < len(transforms); j++ { // cos (j+1)x = 2 cos x cos jx − cos (j−1)x
			transforms[j] += v * cos
			before, cos = cos, twice*cos-before
		}
	}
	sum := 0.0
	for _, c := range transforms {
		sum += 2 * c * c / d.span
	}
	return sum / count
}

// removeWave subtracts the strongest wave of at most maxPeriods in the span, and the
// slope that is fitted with it, if it is significant by the test of Fisher (Tests of
// significance in harmonic analysis, Proceedings of the Royal Society A 125, 1929). The
// frequency is 0 if there is none.
func (d *increments) removeWave(maxPeriods float64) waveFit {
	all, n := d.variance()*float64(max(1, len(d.by)-1)), float64(len(d.by))
	best, w := waveFit{rest: all}, d.newWaves(slowestWave)
	for periods := slowestWave; periods <= maxPeriods; periods += halfPeriod {
		if f := d.fitWave(2*math.Pi*periods/d.span, w); f.rest < best.rest {
			best = f
		}
		w.addHalfPeriod()
	}
	if best.frequency == 0 || maxPeriods*math.Pow(best.rest/all, (n-3)/2) > waveTest {
		return waveFit{}
	}
	w = d.newWaves(best.frequency * d.span / (2 * math.Pi))
	for i := range d.by {
		s, c := w.between(i, best.frequency)
		d.by[i] -= best.slope*(d.to[i]-d.from[i]) + best.sine*s + best.cosine*c
	}
	return best
}

// waveFit is a slope and a wave, fitted to increments.
type waveFit struct {
	frequency, slope, sine, cosine float64
	rest                           float64 // weighted squares that are left
	widens                         float64 // variance of the slope, relative to that without a wave
}

// waves are the sine and the cosine of a wave at the points of a series.
type waves struct {
	sin, cos         []float64
	sinHalf, cosHalf []float64 // of half a period in the span
}

const halfPeriod = 0.5

func (d *increments) newWaves(periods float64) *waves {
	n := len(d.by) + 1
	all := make([]float64, 4*n)
	w := &waves{all[:n], all[n : 2*n], all[2*n : 3*n], all[3*n:]}
	for i := range n {
		t := 0.0
		if i > 0 {
			t = d.to[i-1]
		}
		w.sin[i], w.cos[i] = math.Sincos(2 * math.Pi * periods * t / d.span)
		w.sinHalf[i], w.cosHalf[i] = math.Sincos(2 * math.Pi * halfPeriod * t / d.span)
	}
	return w
}

// addHalfPeriod turns the wave into one of half a period more.
func (w *waves) addHalfPeriod() {
	for i, s := range w.sin {
		c := w.cos[i]
		w.sin[i], w.cos[i] = s*w.cosHalf[i]+c*w.sinHalf[i], c*w.cosHalf[i]-s*w.sinHalf[i]
	}
}

// between returns what a sine and a cosine of the rate add in an increment.
func (w *waves) between(i int, frequency float64) (sine, cosine float64) {
	return (w.cos[i] - w.cos[i+1]) / frequency, (w.sin[i+1] - w.sin[i]) / frequency
}

// fitWave fits by least squares, weighted by the lengths of the increments.
func (d *increments) fitWave(frequency float64, w *waves) waveFit {
	f := waveFit{frequency: frequency, rest: math.Inf(1)}
	var xx [3][3]float64
	var xy [3]float64
	total := 0.0
	for i, v := range d.by {
		dt := d.to[i] - d.from[i]
		s, c := w.between(i, frequency)
		x := [3]float64{dt, s, c}
		for j := range x {
			for k := range x {
				xx[j][k] += x[j] * x[k] / dt
			}
			xy[j] += x[j] * v / dt
		}
		total += v * v / dt
	}
	// The inverse of the symmetric matrix, by cofactors.
	cofactor := func(j, k int) float64 {
		a, b, c, e := (j+1)%3, (j+2)%3, (k+1)%3, (k+2)%3
		return xx[a][c]*xx[b][e] - xx[a][e]*xx[b][c]
	}
	det := xx[0][0]*cofactor(0, 0) + xx[0][1]*cofactor(0, 1) + xx[0][2]*cofactor(0, 2)
	if det <= 1e-9*xx[0][0]*xx[1][1]*xx[2][2] {
		return f
	}
	var b [3]float64
	for j := range b {
		for k := range b {
			b[j] += cofactor(j, k) * xy[k] / det
		}
	}
	f.slope, f.sine, f.cosine = b[0], b[1], b[2]
	f.rest = total - b[0]*xy[0] - b[1]*xy[1] - b[2]*xy[2]
	f.widens = cofactor(0, 0) / det * xx[0][0]
	return f
}

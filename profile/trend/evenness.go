package trend

import "math"

// Evenness describes how the growth of a series is distributed over time. Shares are
// shares of the total growth.
type Evenness struct {
	// KSDistance is the largest distance between the cumulative share of the
	// growth and the share of the elapsed time, as Kolmogorov and Smirnov
	// measure it: 0 for a straight line, near 1 for a single step.
	KSDistance float64
	// FrontLoading is the largest distance at which growth is ahead of time, as it is if
	// growth slows down.
	FrontLoading float64
	// KSStatistic is FrontLoading in units of its random variation at a constant rate, sup|B|·σ√n
	// for the σ of the steps: the statistic of the CUSUM test. It exceeds x by chance
	// with probability exp(−2x²) (Brown, Durbin, Evans, JRSS B 37, 1975). σ is von
	// Neumann's, from the differences of successive steps.
	KSStatistic float64
	// FirstThird and LastQuarter are the shares of growth in the first third and the
	// last quarter of the time.
	FirstThird, LastQuarter float64
	// Steps is the number of equal steps that would be as uneven: (Σδ)² / Σδ²,
	// the effective sample size of Kish (Survey Sampling, 1965).
	Steps float64
	// TimeSteps is the same for the times between points: what Steps would be if each step
	// were proportional to its time.
	TimeSteps float64
	// TopThree is the share of the three largest steps.
	TopThree float64
}

// MeasureEvenness measures how evenly the retained floor of p grows. The result is zero if
// nothing grows. O(n).
func MeasureEvenness(p []Point) Evenness {
	f := Floor(p)
	rise, span := NetRise(f), Span(f)
	if len(f) < 2 || rise <= 0 {
		return Evenness{}
	}
	var e Evenness
	var top [3]float64
	squares, gaps, behind := 0.0, 0.0, 0.0
	for i := 1; i < len(f); i++ {
		share := (f[i].V - f[i-1].V) / rise
		squares += share * share
		gap := (f[i].T - f[i-1].T) / span
		gaps += gap * gap
		keepLargest(&top, share)
		// The share jumps at this point: consider both its old and its new value.
		x := (f[i].T - f[0].T) / span
		e.FrontLoading = max(e.FrontLoading, (f[i].V-f[0].V)/rise-x)
		behind = max(behind, x-(f[i].V-f[0].V)/rise)
	}
	e.KSDistance = max(e.FrontLoading, behind)
	e.Steps, e.TimeSteps = 1/squares, 1/gaps
	e.TopThree = top[0] + top[1] + top[2]
	e.FirstThird = (valueAt(f, f[0].T+span/3) - f[0].V) / rise
	e.LastQuarter = (f[len(f)-1].V - valueAt(f, f[0].T+span*3/4)) / rise
	e.KSStatistic = ksStatistic(f, e.FrontLoading*rise)
	return e
}

// ksStatistic returns the excess in units of σ√n.
func ksStatistic(f []Point, excess float64) float64 {
	n := len(f) - 1
	if n < 3 || excess <= 0 {
		return 0
	}
	sum := 0.0
	for i := 2; i <= n; i++ {
		d := (f[i].V - f[i-1].V) - (f[i-1].V - f[i-2].V)
		sum += d * d
	}
	sd := math.Sqrt(sum / (2 * float64(n-1)))
	if sd == 0 {
		return math.Inf(1)
	}
	return excess / (sd * math.Sqrt(float64(n)))
}

func keepLargest(top *[3]float64, v float64) {
	for i, t := range top {
		if v > t {
			copy(top[i+1:], top[i:2])
			top[i] = v
			return
		}
	}
}

// valueAt returns the linearly interpolated value at t.
func valueAt(p []Point, t float64) float64 {
	for i := 1; i < len(p); i++ {
		if a, b := p[i-1], p[i]; t <= b.T {
			v := a.V + (b.V-a.V)*max(0, t-a.T)/(b.T-a.T)
			return min(max(v, min(a.V, b.V)), max(a.V, b.V)) // rounding may leave the range
		}
	}
	return p[len(p)-1].V
}

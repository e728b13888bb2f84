package trend

import (
	"cmp"
	"math"
	"slices"
)

// Onset says when the growth of a series that still grows began.
type Onset struct {
	// T is when it began, in seconds. Low and High bound its 95% interval; the time
	// between two points is within it.
	T, Low, High float64
	// IsBefore means that the series may have grown all the time: it began before High,
	// perhaps before the first point.
	IsBefore bool
	// Segment is the index of the segment with whose start growth began, -1 if it began
	// within one. T is that start then.
	Segment int
	// PerSecond is the rate since then, and Previous the one before.
	PerSecond, Previous float64
	// Daily is the swing by the time of day; zero if there is none, or if the points
	// span too little to tell.
	Daily Daily
	// Rhythm is the rhythm of the steps in which the series grew; zero if it did not grow
	// in steps.
	Rhythm Rhythm
}

// Daily is a swing that repeats every 24 hours.
type Daily struct {
	Swing float64 // from the lowest to the highest value of a day
	Peak  float64 // time of the highest, seconds after a multiple of 86,400
}

// Parameters of the method, found on series simulated with other seeds than those of the
// test, which checks how often the truth is within the interval.
const (
	onsetPoints    = 300   // more points than these are summed up in bins
	onsetMinPoints = 8     // points for an onset
	onsetGrid      = 60    // times that are tried first
	onsetLast      = 0.95  // share of the span: growth that began later is not sustained
	onsetFlat      = 0.25  // of the rate of growth, that the rate before it may have
	onsetT         = 4.0   // standard errors of the growth, below which there is none
	onsetFit       = 8.0   // of F with one degree of freedom: 95% are 3.9, and as much for the kink and the bins
	onsetFullSpan  = 0.05  // share of the span: growth from this early on covers the whole
	onsetGoesOnOf  = 4     // points, of fewer than which nothing can be said
	onsetGoesOn    = 0.2   // of the rate, that the last quarter of the growth must have
	daySeconds     = 86400 // of a day
	dailySpan      = 1.25  // days that show a daily swing
)

// FindOnset finds when growth began that continues to the end of a series. Each segment is
// the series of one process, in order of time: values fall at a restart, so each segment
// has its own level. ok is false if the series does not grow or has stopped growing.
//
// It fits a level for each segment, a slope that changes once, and a daily swing, if there
// is one: the hinge of segmented regression, by its profile likelihood (Seber and Wild,
// Nonlinear Regression, 1989, ch. 9). Outliers count less (Huber). The residuals are
// correlated, so there are fewer independent points than points. O(n): each onset time is
// tried with sums over the first points rather than the points.
func FindOnset(segments [][]Point) (o Onset, ok bool) {
	h := newHinge(segments)
	if h == nil {
		return o, false
	}
	h.rhythm = FindRhythm(segments)
	best := h.search()
	h.weighOutliers(best)
	best = h.search()
	if !h.isGrowing(best) {
		return o, false
	}
	o = h.newOnset(best)
	h.alignWithSteps(&o)
	return o, true
}

// search tries times, and finer around the best.
func (h *hinge) search() hingeFit {
	h.tried = h.tried[:0]
	first, last := h.first, h.first+onsetLast*(h.last-h.first)
	step := (last - first) / onsetGrid
	for i := range onsetGrid + 1 {
		h.try(first + float64(i)*step)
	}
	for _, t := range h.starts[1:] {
		if t <= last {
			h.try(t)
		}
	}
	for range 2 {
		around := h.best().at
		for i := -6; i <= 6; i++ {
			if t := around + float64(i)*step/6; t >= first && t <= last {
				h.try(t)
			}
		}
		step /= 6
	}
	return h.best()
}

func (h *hinge) try(at float64) { h.tried = append(h.tried, h.fit(at)) }

func (h *hinge) best() hingeFit {
	return slices.MinFunc(h.tried, func(a, b hingeFit) int { return cmp.Compare(a.sse, b.sse) })
}

// isGrowing reports whether a fit grows, by more than chance, and until the end.
func (h *hinge) isGrowing(f hingeFit) bool {
	if f.rate <= 0 || f.rate/f.err*math.Sqrt(h.independent(f)/float64(h.n)) < onsetT {
		return false
	}
	if r := h.rhythm; r.Steps > 0 {
		return h.last-r.Last <= 1.5*r.Period
	}
	// The end of the growth, and the later halves of the segments: a rise only at the
	// start of processes is a warm-up.
	late := h.last - (h.last-f.at)/4
	return h.goesOn(f, func(p *hingePart) float64 { return late }) &&
		h.goesOn(f, func(p *hingePart) float64 { return (max(p.t[0], f.at) + p.t[len(p.t)-1]) / 2 })
}

// goesOn reports whether the points of each segment from a time on may grow like a fit.
func (h *hinge) goesOn(f hingeFit, from func(*hingePart) float64) bool {
	before := h.ignoreBefore(from)
	defer h.restore(before)
	left := 0
	for _, p := range h.parts {
		for _, w := range p.w {
			if w > 0 {
				left++
			}
		}
	}
	if left < onsetGoesOnOf {
		return true
	}
	rest := h.solve(h.first, 0, false)
	return rest.rate+2*rest.err*math.Sqrt(float64(h.n)/h.independent(rest)) >= onsetGoesOn*f.rate
}

// newOnset returns the onset of the best fit.
func (h *hinge) newOnset(best hingeFit) Onset {
	o := Onset{T: best.at, Low: best.at, High: best.at, Segment: -1, PerSecond: best.rate, Previous: best.previous}
	limit := h.limitOf(best, onsetFit)
	for _, f := range h.tried {
		if f.sse <= limit {
			o.Low, o.High = min(o.Low, f.at), max(o.High, f.at)
		}
	}
	o.Low, o.High = min(o.Low, h.pointBefore(best.at)), max(o.High, h.pointAfter(best.at))
	span := h.last - h.first
	o.IsBefore = o.Low <= h.first+onsetFullSpan*span/5
	if o.IsBefore {
		o.Low = h.first
		if o.High <= h.first+onsetFullSpan*span {
			o.T = h.first
		}
	}
	o.Daily = h.daily(best)
	if i := h.restartOf(best); i >= 0 && !o.IsBefore {
		o.T, o.Segment = h.starts[i], h.index[i]
		o.Low, o.High = min(o.Low, o.T), max(o.High, o.T)
	}
	return o
}

// limitOf returns the sum of squares up to which onset times are not excluded, for a value
// of F.
func (h *hinge) limitOf(best hingeFit, f float64) float64 {
	return best.sse*(1+f/max(1, h.independent(best)-3)) + 1e-12*h.total
}

// restartOf returns the only segment whose start is not excluded, or -1 if there are none
// or several. Growth begins at a restart more often than by chance, so excluding one takes
// more evidence than any other time.
func (h *hinge) restartOf(best hingeFit) int {
	found := -1
	for i, t := range h.starts {
		if i == 0 || h.fit(t).sse > h.limitOf(best, 2*onsetFit) {
			continue
		}
		if found >= 0 {
			return -1
		}
		found = i
	}
	return found
}

// alignWithSteps moves the onset of growth in steps to the first of them.
func (h *hinge) alignWithSteps(o *Onset) {
	r := h.rhythm
	if r.Steps == 0 {
		return
	}
	o.Rhythm = r
	if r.First-h.first < 1.5*r.Period {
		o.T, o.Low, o.High, o.IsBefore, o.Segment = h.first, h.first, h.pointAfter(h.first), true, -1
		return
	}
	o.T, o.Low, o.High, o.IsBefore = r.First, h.pointBefore(r.First), r.First, false
	o.Segment = -1
	for i, t := range h.starts {
		if i > 0 && t <= r.First && r.First-t < 1.5*r.Period {
			o.T, o.Low, o.Segment = t, min(t, o.Low), h.index[i]
		}
	}
}

// pointBefore and pointAfter return the times of the points around a time.
func (h *hinge) pointBefore(t float64) float64 {
	i, _ := slices.BinarySearch(h.times, t)
	return h.times[max(0, i-1)]
}

func (h *hinge) pointAfter(t float64) float64 {
	i, _ := slices.BinarySearch(h.times, math.Nextafter(t, math.Inf(1)))
	return h.times[min(i, len(h.times)-1)]
}

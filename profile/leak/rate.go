package leak

import (
	"fmt"
	"math"
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/profile/trend"
)

// Rate is how fast something grows. This is the only definition of a rate: every
// view that shows one uses it.
type Rate struct {
	PerHour float64 // in units of the series
	// Low and High bound the 90% interval of PerHour.
	Low, High float64
	Over      time.Duration // of the series that it was measured on; 0 if unknown
}

// IsKnown reports whether the rate was measured.
func (r Rate) IsKnown() bool { return r.Over > 0 }

// IsCertain reports whether the interval of the rate excludes 0.
func (r Rate) IsCertain() bool { return r.IsKnown() && (r.Low > 0 || r.High < 0) }

// RateOfLine returns the rate of a total since a time; unknown while that is too
// short.
func RateOfLine(line []profile.Value, since time.Time) Rate {
	var pts []trend.Point
	for _, p := range line {
		if !p.Time.Before(since) {
			pts = addDated(pts, p.EffectiveTime().Sub(line[0].EffectiveTime()), p.V)
		}
	}
	return rateOf(pts)
}

// RateOfGroup returns the rate of a group by some of its points, given by ascending
// indices.
func RateOfGroup(points []profile.GroupPoint, which []int) Rate {
	pts := make([]trend.Point, 0, profile.Anchors) // stays on the stack: a table measures all of its rows at each poll
	for _, i := range which {
		pts = addDated(pts, points[i].EffectiveTime().Sub(points[which[0]].EffectiveTime()), float64(points[i].Value))
	}
	return rateOf(pts)
}

// addDated appends a value at a time since the first. Of two at the same time, or
// out of order, the newer replaces the older: the age of the first heap profile is
// unknown.
func addDated(pts []trend.Point, at time.Duration, v float64) []trend.Point {
	p := trend.Point{T: at.Seconds(), V: v}
	if n := len(pts); n > 0 && p.T <= pts[n-1].T {
		pts[n-1].V = v
		return pts
	}
	return append(pts, p)
}

// rateOf returns the slope of a series. If its second half grows differently from the
// whole, the first half was a startup or preceded a change, and is ignored.
func rateOf(pts []trend.Point) Rate {
	over := trend.Span(pts)
	if over < params.rate.needs.Seconds() {
		return Rate{}
	}
	slope := trend.Drift(pts, params.rate.confidence)
	if late := trend.Drift(pts[secondHalf(pts):], params.rate.confidence); slope.PerSecond < late.Low || slope.PerSecond > late.High {
		slope = late
	}
	return perHourRate(slope, over)
}

// lateRate returns the rate of the second half of s: if growth slows down, that of the
// start no longer applies.
func lateRate(s *series) Rate {
	late := s.atEffectiveTimes(s.value)[secondHalf(s.value):]
	if trend.Span(late) < params.rate.needs.Seconds() {
		return Rate{}
	}
	return perHourRate(trend.Drift(late, params.rate.confidence), trend.Span(late))
}

// secondHalf returns the index of the first point in the second half of the time.
func secondHalf(pts []trend.Point) int {
	middle := (pts[0].T + pts[len(pts)-1].T) / 2
	return sort.Search(len(pts), func(i int) bool { return pts[i].T >= middle })
}

func perHourRate(s trend.Slope, seconds float64) Rate {
	r := Rate{PerHour: trend.FiniteOrZero(s.PerSecond * 3600), Low: s.Low * 3600, High: s.High * 3600, Over: time.Duration(seconds * float64(time.Second))}
	if math.IsNaN(r.Low) || math.IsNaN(r.High) {
		r.Low, r.High = math.Inf(-1), math.Inf(1)
	}
	return r
}

// IsLevel reports whether values at evenly spaced times may belong to something that
// does not grow: their end is level, or the interval of their rate includes 0.
func IsLevel(course []float64) bool {
	n := len(course) - 1
	if n < 3 {
		return false
	}
	mean := (course[n] - course[0]) / float64(n)
	if late := (course[n] - course[n-2]) / float64(n); late*mean <= 0 || math.Abs(late) < params.rate.levelShare*math.Abs(mean) {
		return true
	}
	pts := make([]trend.Point, len(course))
	for i, v := range course {
		pts[i] = trend.Point{T: float64(i), V: v}
	}
	s := trend.Drift(pts, params.rate.confidence)
	return s.Low <= 0 && s.High >= 0
}

// StepOf returns the rise or fall of a series that happened at once; 0 if there is none.
func StepOf(course []float64) float64 {
	if len(course) == 0 {
		return 0
	}
	all, way, largest := course[len(course)-1]-course[0], 0.0, 0.0
	for i := range course[1:] {
		d := math.Abs(course[i+1] - course[i])
		way, largest = way+d, max(largest, d)
	}
	if largest < params.rate.stepShare*way || largest > math.Abs(all)/params.rate.stepShare {
		return 0
	}
	return all
}

// growthRate returns how fast s grows. Its interval is that of the points, but no
// narrower than their known errors allow: the heap is sampled, each sampled object
// representing many, and goroutines are whole numbers.
func (s *series) growthRate(g growth) trend.Slope {
	value, span := s.atEffectiveTimes(s.value), s.span()
	if s.accumulates() && len(g.saw.Troughs) < params.saw.minTroughs {
		known := 0.0
		if s.isHeap() && span > 0 {
			err := samplingError(s.at[0], s.at[len(s.at)-1])
			known = err * err / span
		}
		return widenByEnds(s, trend.Accumulate(value, known, params.rate.confidence), span)
	}
	r := trend.Slope{}
	switch {
	case len(g.saw.Troughs) >= params.saw.minTroughs:
		r = trend.Drift(g.saw.Troughs, params.rate.confidence)
	case s.isHeap() && !s.isOffHeap:
		r = trend.DriftOfTurnover(value, s.turnover(), params.rate.confidence)
	default:
		r = trend.Drift(value, params.rate.confidence)
	}
	if math.IsInf(r.Low, 0) || math.IsInf(r.High, 0) {
		r.Low, r.High = r.PerSecond, r.PerSecond
	}
	if s.isOffHeap || span <= 0 {
		return r
	}
	known := trend.Slope{PerSecond: r.PerSecond, Low: r.PerSecond, High: r.PerSecond}
	if s.isHeap() {
		below, above := samplingInterval(s.at[0], s.at[len(s.at)-1])
		known.Low, known.High = known.Low-below/span, known.High+above/span
	}
	known = widenByEnds(s, known, span)
	r.Low, r.High = min(r.Low, known.Low), max(r.High, known.High)
	return r
}

// widenByEnds widens the interval of a rate by the error of its first and last point:
// goroutines are whole numbers, and the times of heap profiles are inexact (the variance
// of a uniform error is a twelfth of its square).
func widenByEnds(s *series, r trend.Slope, span float64) trend.Slope {
	if span <= 0 || math.IsInf(r.Low, 0) || math.IsInf(r.High, 0) {
		return r
	}
	err := params.rate.toInterval * math.Sqrt(2.0/12) / span
	if s.isHeap() {
		err = s.timingError(r.PerSecond) / span
	}
	return trend.Slope{PerSecond: r.PerSecond, Low: r.PerSecond - math.Hypot(r.PerSecond-r.Low, err), High: r.PerSecond + math.Hypot(r.High-r.PerSecond, err), T: r.T}
}

// turnover returns what a heap freed again, in sampled objects.
func (s *series) turnover() trend.Turnover {
	first, last := s.at[0], s.at[len(s.at)-1]
	t := trend.Turnover{Gone: s.atEffectiveTimes(s.value), Kept: last.Raw - first.Raw}
	for i, p := range s.at {
		t.Gone[i].V = (p.RawAlloc - first.RawAlloc) - (p.Raw - first.Raw)
	}
	if n := trend.NetRise(t.Gone); n > 0 {
		t.Size = float64((last.AllocSpace-first.AllocSpace)-(last.Value-first.Value)) / n
	}
	return t
}

// accumulates reports whether s only ever adds up: goroutines of which none ended, or a
// heap of which hardly anything was freed.
func (s *series) accumulates() bool {
	switch {
	case s.isOffHeap:
		return false
	case s.isHeap():
		return s.keptShare() >= params.floor.certainlyAll
	}
	return trend.Drawdown(s.value) == 0
}

// timingError returns by how much the growth of s at a rate may be wrong because the
// first and the last time are known only up to the interval between two profiles
// (the variance of a uniform error is a twelfth of its square).
func (s *series) timingError(perSecond float64) float64 {
	gap := s.span() / float64(max(1, len(s.value)-1))
	return math.Abs(perSecond) * params.rate.toInterval * gap * math.Sqrt(2.0/12)
}

// perHour formats a growth and its interval: "+36.2 MiB/h (33–39)".
func perHour(v, low, high float64, kind Kind) string {
	low = max(0, low)
	if kind == Goroutine {
		return fmt.Sprintf("+%s goroutines/h%s", quantity.Count(v), formatInterval(quantity.Count(low), quantity.Count(high)))
	}
	if kind == Children {
		return fmt.Sprintf("+%s child processes/h%s", quantity.Count(v), formatInterval(quantity.Count(low), quantity.Count(high)))
	}
	if kind == Files {
		return fmt.Sprintf("+%s open files/h%s", quantity.Count(v), formatInterval(quantity.Count(low), quantity.Count(high)))
	}
	n, unit := quantity.BytesUnit(v)
	by := n / v
	return fmt.Sprintf("+%s %s/h%s", quantity.ThreeDigits(n), unit, formatInterval(quantity.TwoDigits(low*by), quantity.TwoDigits(high*by)))
}

// formatAmount formats an amount of what leaks, for a sentence: "14 MiB", "720 goroutines",
// "600 open files".
func (k Kind) formatAmount(v float64) string {
	switch k {
	case Goroutine:
		return quantity.Count(v) + " goroutines"
	case Files:
		return quantity.Count(v) + " open files"
	case Children:
		return quantity.Count(v) + " child processes"
	}
	return quantity.BytesRough(v)
}

func formatInterval(low, high string) string {
	if low == high {
		return ""
	}
	return " (" + low + "–" + high + ")"
}

// AgeOf returns the mean age of the live objects of a group of the heap: the bytes
// in use divided by the rate at which they are allocated (Little, A Proof for the
// Queuing Formula L = λW, Operations Research 9, 1961). The objects of a cache have
// a constant mean age; that of a leak grows with the clock. ok is false if too
// little was allocated to tell.
func AgeOf(g *profile.Group) (age time.Duration, ok bool) {
	return ageAt(g.Points, len(g.Points)-1)
}

// ageAt returns the mean age at a point, from what was allocated in the window
// before it.
func ageAt(points []profile.GroupPoint, i int) (age time.Duration, ok bool) {
	if i < 1 {
		return 0, false
	}
	to := points[i]
	j := i - 1
	for j > 0 && to.Time.Sub(points[j].Time) < params.window.min {
		j--
	}
	from := points[j]
	made, over := to.AllocSpace-from.AllocSpace, to.Time.Sub(from.Time)
	if made <= 0 || over < MinRateSpan || to.RawAlloc-from.RawAlloc < params.material.samples {
		return 0, false
	}
	seconds := float64(to.Value) / float64(made) * over.Seconds()
	return secondsOf(min(seconds, maxAge.Seconds())), true
}

// maxAge bounds an age: for a function that hardly allocates any more, it is
// meaningless.
const maxAge = 30 * 24 * time.Hour

// describeAge says how the mean age of a finding has changed; empty if unknown.
func (f *finding) describeAge() string {
	if f.kind != Heap || f.spread != nil {
		return ""
	}
	points := f.series.at
	now, ok := ageAt(points, len(points)-1)
	if !ok {
		return ""
	}
	text := "mean age of what it holds: " + quantity.Seconds(now.Seconds())
	for i := range points {
		if points[len(points)-1].Time.Sub(points[i].Time) > params.window.min {
			continue
		}
		if before, ok := ageAt(points, i); ok && before < now {
			text += fmt.Sprintf("; %s earlier it was %s, and a cache's contents would not age", quantity.Seconds(points[len(points)-1].Time.Sub(points[i].Time).Seconds()), quantity.Seconds(before.Seconds()))
		}
		break
	}
	return text
}

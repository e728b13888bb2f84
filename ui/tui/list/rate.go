package list

import (
	"math"
	"strings"

	"github.com/leaktop/leaktop/ui/format"
)

// Rate is how fast a row grows an hour, for the ranking: none where it is level.
func (e *Entry) Rate() float64 {
	if e.Level() {
		return 0
	}
	return e.Growth
}

// Level tells whether a row does not grow, by the judge and by its course. The
// slope over the window would be that of a start, of one step, or of how far a
// saw has come: no rate at all.
func (e *Entry) Level() bool {
	switch e.Look.Word {
	case "saw":
		return true
	case "steady", "warm-up", "step":
		return couldBeNone(e.Spark)
	}
	return false
}

// onceShare is the share of all ups and downs of a course that one has which is
// called a step; lateShare that which the end has, if it still rises.
const (
	onceShare = 0.8
	lateShare = 0.1
)

// couldBeNone tells whether the course of a row could as well be that of one that
// does not grow: it stands still at its end, or its rises differ by so much that
// their mean could be 0 with a chance of 5% (Student, 6 degrees of freedom).
func couldBeNone(course []float64) bool {
	n := len(course) - 1
	if n < 3 {
		return false
	}
	mean := (course[n] - course[0]) / float64(n)
	if late := (course[n] - course[n-2]) / float64(n); late*mean <= 0 || math.Abs(late) < lateShare*math.Abs(mean) {
		return true
	}
	squares := 0.0
	for i := range n {
		d := course[i+1] - course[i] - mean
		squares += d * d
	}
	return math.Abs(mean) < 1.943*math.Sqrt(squares/float64(n-1)/float64(n))
}

// step is the rise or fall of a course that came at once, 0 if it did not.
func step(course []float64) float64 {
	all, way, most := course[len(course)-1]-course[0], 0.0, 0.0
	for i := range course[1:] {
		d := math.Abs(course[i+1] - course[i])
		way, most = way+d, max(most, d)
	}
	if most < onceShare*way || most > math.Abs(all)/onceShare {
		return 0
	}
	return all
}

// GrowthText is the growth of a row as it is written, "" while none is known.
func GrowthText(e *Entry) string {
	switch {
	case len(e.Spark) < 2:
		return ""
	case e.Growth == 0 || !e.Level():
		return strings.TrimSuffix(format.PerHour(e.Growth, e.Unit), "/h")
	}
	if d := step(e.Spark); d != 0 && e.Look.Word != "saw" {
		return strings.TrimSuffix(format.PerHourShort(d, e.Unit), "/h") + " once"
	}
	return "~0"
}

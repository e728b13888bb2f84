package export

import (
	"time"

	"github.com/leaktop/leaktop/ui/chart"
)

// axisEnd returns the time at which a chart's time axis ends.
func axisEnd(c Chart) time.Time {
	if !c.Data.Now.IsZero() {
		return c.Data.Now
	}
	var last time.Time
	for _, p := range joinSegments(c.Data.Line) {
		if p.T.After(last) {
			last = p.T
		}
	}
	return last
}

// axisLength returns the time that a chart's axis spans.
func axisLength(c Chart) time.Duration {
	ps := joinSegments(c.Data.Line)
	if len(ps) == 0 {
		return c.Window
	}
	all := axisEnd(c).Sub(ps[0].T)
	if c.Window > 0 && c.Window < all {
		return c.Window
	}
	return max(all, time.Second)
}

// joinSegments joins the segments of a series.
func joinSegments(segments [][]chart.Point) []chart.Point {
	var out []chart.Point
	for _, s := range segments {
		out = append(out, s...)
	}
	return out
}

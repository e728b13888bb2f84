package export

import (
	"time"

	"github.com/leaktop/leaktop/ui/chart"
)

// end returns the time at which a chart's time axis ends.
func end(c Chart) time.Time {
	if !c.Data.Now.IsZero() {
		return c.Data.Now
	}
	var last time.Time
	for _, p := range points(c.Data.Line) {
		if p.T.After(last) {
			last = p.T
		}
	}
	return last
}

// length returns the time that a chart's axis spans.
func length(c Chart) time.Duration {
	ps := points(c.Data.Line)
	if len(ps) == 0 {
		return c.Window
	}
	all := end(c).Sub(ps[0].T)
	if c.Window > 0 && c.Window < all {
		return c.Window
	}
	return max(all, time.Second)
}

// points joins the segments of a series.
func points(segments [][]chart.Point) []chart.Point {
	var out []chart.Point
	for _, s := range segments {
		out = append(out, s...)
	}
	return out
}

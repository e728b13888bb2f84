package overview

import (
	"math"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// growth is the slope of the present process's line over the window, an hour; not
// ok where it could as well be none, as that of a saw.
func (o *Model) growth(l profile.Line) (perHour float64, ok bool) {
	if len(l) == 0 || o.vc.State.Start.IsZero() {
		return 0, false
	}
	seg := l[len(l)-1]
	last := seg[len(seg)-1].Time
	var pts []trend.Point
	for _, p := range seg {
		if last.Sub(p.Time) <= o.vc.Span() {
			pts = list.Dated(pts, p.Of().Sub(seg[0].Of()), p.V)
		}
	}
	if trend.Span(pts) < list.GrowthNeeds.Seconds() {
		return 0, false
	}
	slope := trend.Drift(pts, list.Surely)
	if late := trend.Drift(pts[list.SecondHalf(pts):], list.Surely); slope.PerSecond < late.Low || slope.PerSecond > late.High {
		slope = late // the first half was that of a start, or before a change
	}
	if math.Abs(slope.PerSecond)*trend.Span(pts) < 1 {
		return 0, false // not one goroutine
	}
	return list.Hourly(slope), slope.Low >= 0 || slope.High <= 0
}

package overview

import (
	"math"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// growthPerHour returns the rate of the present process's line over the window, an hour; not ok
// where it could as well be none, as that of a saw.
func (o *Model) growthPerHour(l profile.Line) (perHour float64, ok bool) {
	if len(l) == 0 || o.vc.State.Start.IsZero() {
		return 0, false
	}
	seg := l[len(l)-1]
	r := leak.RateOfLine(seg, seg[len(seg)-1].Time.Add(-o.vc.Span()))
	if math.Abs(r.PerHour)*r.Over.Hours() < 1 {
		return 0, false // not one goroutine
	}
	return r.PerHour, r.IsCertain()
}

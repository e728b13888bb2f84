package overview

import (
	"math"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// growthPerHour returns the hourly rate of the current process's line over the
// window. ok is false if its interval includes 0, as for a saw.
func (o *Model) growthPerHour(l profile.Line) (perHour float64, ok bool) {
	if len(l) == 0 || o.vc.State.Start.IsZero() {
		return 0, false
	}
	seg := l[len(l)-1]
	r := leak.RateOfLine(seg, seg[len(seg)-1].Time.Add(-o.vc.Span()))
	if math.Abs(r.PerHour)*r.Over.Hours() < 1 {
		return 0, false // less than one goroutine
	}
	return r.PerHour, r.IsCertain()
}

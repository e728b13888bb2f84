package overview

import "github.com/leaktop/leaktop/profile"

// growthPerHour returns the hourly rate of the current process's line over the
// window.
func (o *Model) growthPerHour(l profile.Line) (perHour float64, ok bool) {
	return o.vc.State.GrowthPerHour(l, o.vc.Span())
}

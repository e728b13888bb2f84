package overview

import "github.com/leaktop/leaktop/profile"

// growthPerHour returns the hourly rate of the current process's line, the total of
// a kind of profile, over the window.
func (o *Model) growthPerHour(l profile.Line, of profile.Kind) (perHour float64, ok bool) {
	return o.vc.State.GrowthPerHour(l, of, o.vc.Span())
}

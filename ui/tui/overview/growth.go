package overview

import (
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui"
)

// growthPerHour returns the hourly rate of the current process's line over the
// window.
func (o *Model) growthPerHour(l profile.Line) (perHour float64, ok bool) {
	return tui.GrowthPerHour(o.vc.State, l, o.vc.Span())
}

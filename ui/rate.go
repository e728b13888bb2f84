package ui

import (
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// rate is how fast a row grows an hour, for the ranking: none where it is level.
func (e *entry) rate() float64 {
	if e.level() {
		return 0
	}
	return e.growth
}

// level tells whether a row does not grow, by the judge and by its course. The
// slope over the window would be that of a start, of one step, or of how far a
// saw has come: no rate at all.
func (e *entry) level() bool {
	switch e.look.Shape {
	case leak.ShapeSaw:
		return true
	case leak.ShapeSteady, leak.ShapeWarmUp, leak.ShapeStep:
		return leak.IsLevel(e.spark)
	}
	return false
}

// growthText is the growth of a row as it is written, "" while none is known.
func growthText(e *entry) string {
	switch {
	case len(e.spark) < 2:
		return ""
	case e.growth == 0 || !e.level():
		return strings.TrimSuffix(format.PerHour(e.growth, e.unit), "/h")
	}
	if d := leak.StepOf(e.spark); d != 0 && e.look.Shape != leak.ShapeSaw {
		return strings.TrimSuffix(format.PerHourShort(d, e.unit), "/h") + " once"
	}
	return "~0"
}

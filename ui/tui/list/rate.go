package list

import (
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// Rate is how fast a row grows an hour, for the ranking: none where it is level.
func (e *Entry) Rate() float64 {
	if e.Level() {
		return 0
	}
	return e.Growth
}

// Level reports whether a row does not grow, by the judge and by its course. The
// slope over the window would be that of a start, of one step, or of how far a
// saw has come: no rate at all.
func (e *Entry) Level() bool {
	switch e.Look.Shape {
	case leak.ShapeSaw:
		return true
	case leak.ShapeSteady, leak.ShapeWarmUp, leak.ShapeStep:
		return leak.IsLevel(e.Spark)
	}
	return false
}

// GrowthText is the growth of a row as it is written, "" while none is known.
func GrowthText(e *Entry) string {
	switch {
	case len(e.Spark) < 2:
		return ""
	case e.Growth == 0 || !e.Level():
		return strings.TrimSuffix(format.PerHour(e.Growth, e.Unit), "/h")
	}
	if d := leak.StepOf(e.Spark); d != 0 && e.Look.Shape != leak.ShapeSaw {
		return strings.TrimSuffix(format.PerHourShort(d, e.Unit), "/h") + " once"
	}
	return "~0"
}

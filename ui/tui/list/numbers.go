package list

import (
	"strings"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// Numbers are what a row counts, and how it grows.
type Numbers struct {
	Unit   string
	Flat   int64
	Cum    int64
	Total  int64           // what percentages refer to
	Growth float64         // of Cum, units an hour
	Spark  []float64       // its values over the window, evenly spread
	Look   leak.Evaluation // by the judge
}

// Measured returns the numbers of a row that has them.
func (n *Numbers) Measured() *Numbers { return n }

// Rate returns how fast a row grows an hour, for the ranking: none where it is level.
func (n *Numbers) Rate() float64 {
	if n.IsLevel() {
		return 0
	}
	return n.Growth
}

// Weight makes values comparable whose units differ: bytes and goroutines.
func (n *Numbers) Weight(v float64) float64 {
	if n.Unit == "goroutines" {
		return v * leak.GoroutineBytes
	}
	return v
}

// IsLevel reports whether a row does not grow, by the judge and by its values. The
// slope over the window would be that of a start, of one step, or of how far a saw
// has come: no rate at all.
func (n *Numbers) IsLevel() bool {
	switch n.Look.Shape {
	case leak.ShapeSaw:
		return true
	case leak.ShapeSteady, leak.ShapeWarmUp, leak.ShapeStep:
		return leak.IsLevel(n.Spark)
	}
	return false
}

// GrowthText returns the growth of a row as it is written, "" while none is known.
func (n *Numbers) GrowthText() string {
	switch {
	case len(n.Spark) < 2:
		return ""
	case n.Growth == 0 || !n.IsLevel():
		return strings.TrimSuffix(format.PerHour(n.Growth, n.Unit), "/h")
	}
	if d := leak.StepOf(n.Spark); d != 0 && n.Look.Shape != leak.ShapeSaw {
		return strings.TrimSuffix(format.PerHourShort(d, n.Unit), "/h") + " once"
	}
	return "~0"
}

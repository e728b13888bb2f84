package list

import (
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/format"
)

// Numbers are the values of a row, and their growth.
type Numbers struct {
	Unit       string
	Flat       int64
	Cum        int64
	Total      int64           // what percentages refer to
	Growth     float64         // of Cum, units per hour
	Spark      []float64       // values over the window, evenly spaced
	IsDelta    bool            // values are differences over a span that the user chose, such as since a baseline
	Evaluation leak.Evaluation // by the judge
	Card       int             // number of the letter of the suspect that the row is part of; 0 for none
	Age        time.Duration   // mean age of the live objects; 0 if unknown
}

// Measured returns n, see [MeasuredRow].
func (n *Numbers) Measured() *Numbers { return n }

// Rate returns the growth of a row per hour, for ranking: 0 if it is level.
func (n *Numbers) Rate() float64 {
	if n.IsLevel() {
		return 0
	}
	return n.Growth
}

// Weight makes values with different units comparable: bytes and goroutines.
func (n *Numbers) Weight(v float64) float64 {
	if n.Unit == "goroutines" {
		return v * leak.GoroutineBytes
	}
	return v
}

// IsLevel reports whether the judge found no growth in a row: a steady row has no rate.
// Its slope over the window would be that of a startup, a single step, or part of a
// sawtooth. Over a span that the user chose, the values decide.
func (n *Numbers) IsLevel() bool {
	if n.IsDelta && n.Evaluation.Shape != leak.ShapeSaw {
		return n.Evaluation.Shape.IsHarmless() && leak.IsLevel(n.Spark)
	}
	return n.Evaluation.Shape.IsHarmless()
}

// Format formats a value of a row, with a sign if it is a difference.
func (n *Numbers) Format(v int64) string {
	if n.IsDelta {
		return format.Delta(v, n.Unit)
	}
	return format.Value(v, n.Unit)
}

// HeldText formats what a row holds, with its unit.
func (n *Numbers) HeldText() string {
	s := n.Format(n.Cum)
	switch {
	case n.Unit != "goroutines":
		return s
	case n.Cum == 1, n.Cum == -1:
		return s + " goroutine"
	}
	return s + " goroutines"
}

// hasGrowth reports whether the growth is known: that takes two values, and more for a row
// that is too young to judge.
func (n *Numbers) hasGrowth() bool {
	return len(n.Spark) >= 2 && (n.IsDelta || n.Evaluation.Shape != leak.ShapeTooShort)
}

// GrowthText formats the growth of a row, "" if unknown. A row without a rate is level, or
// shows the size of its single step.
func (n *Numbers) GrowthText() string {
	if !n.hasGrowth() {
		return ""
	}
	if rate := format.Growth(n.Growth, n.Unit); !n.IsLevel() && rate != format.Growth(0, n.Unit) {
		return rate
	}
	if d := leak.StepOf(n.Spark); d != 0 && n.Evaluation.Shape != leak.ShapeSaw {
		return format.SignedRough(d, n.Unit) + " once"
	}
	return levelText
}

// levelText means no growth, whether or not the row was judged.
const levelText = "level"

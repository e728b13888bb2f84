package list

import (
	"strings"
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
	IsOfSpan   bool            // growth is over a span that the user chose, such as since a baseline
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

// IsLevel reports whether a row does not grow, by the judge: a row that is called
// steady has no rate. Its slope over the window would be that of a startup, of one
// step, or of part of a saw. Over a span that the user chose, its values decide.
func (n *Numbers) IsLevel() bool {
	if n.IsOfSpan && n.Evaluation.Shape != leak.ShapeSaw {
		return n.Evaluation.Shape.IsHarmless() && leak.IsLevel(n.Spark)
	}
	return n.Evaluation.Shape.IsHarmless()
}

// HeldText formats what a row holds, with its unit.
func (n *Numbers) HeldText() string {
	s := format.Value(n.Cum, n.Unit)
	switch {
	case n.Unit != "goroutines":
		return s
	case n.Cum == 1:
		return s + " goroutine"
	}
	return s + " goroutines"
}

// hasGrowth reports whether the growth is known: it takes two values, and more of them for
// what the judge calls too early.
func (n *Numbers) hasGrowth() bool {
	return len(n.Spark) >= 2 && (n.IsOfSpan || n.Evaluation.Shape != leak.ShapeTooShort)
}

// GrowthText formats the growth of a row, "" if unknown. A rate of nothing is none, whatever
// the row looks like: then what came at once is said.
func (n *Numbers) GrowthText() string {
	if !n.hasGrowth() {
		return ""
	}
	if rate := format.PerHour(n.Growth, n.Unit); !n.IsLevel() && rate != format.PerHour(0, n.Unit) {
		return strings.TrimSuffix(rate, "/h")
	}
	if d := leak.StepOf(n.Spark); d != 0 && n.Evaluation.Shape != leak.ShapeSaw {
		return format.SignedRough(d, n.Unit) + " once"
	}
	return levelText
}

// levelText stands for a growth of nothing, whether or not the row was judged.
const levelText = "level"

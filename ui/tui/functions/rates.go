package functions

import (
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// rates are series with the rate that the judge measured. The callers of a blamed function
// often hold exactly what it holds: that is the same series, and has the same rate
// wherever it is shown.
type rates []ratedSeries

type ratedSeries struct {
	spark   []float64
	perHour float64
}

// maxDifference is the relative difference up to which two series are the same: their
// first three digits agree.
const maxDifference = 0.005

// isSame reports whether a series is the rated one.
func (r ratedSeries) isSame(spark []float64) bool {
	return slices.EqualFunc(r.spark, spark, func(a, b float64) bool { return math.Abs(a-b) <= maxDifference*math.Abs(a) })
}

// add records the rate of a row, if the judge measured one.
func (r *rates) add(n *list.Numbers, e leak.Evaluation) {
	if e.Rate.IsKnown() && len(n.Spark) > 1 {
		*r = append(*r, ratedSeries{n.Spark, e.Rate.PerHour})
	}
}

// applyTo gives a row the rate of its series.
func (r rates) applyTo(n *list.Numbers) {
	if i := slices.IndexFunc(r, func(s ratedSeries) bool { return s.isSame(n.Spark) }); i >= 0 {
		n.Growth = r[i].perHour
	}
}

// addRates gives rows the judge's rates: those that hold all that their function is
// blamed for, and those that are the same series. rowAt returns the row at an index, and
// what its function is blamed for.
func addRates(q tui.ViewContext, n int, rowAt func(i int) (*list.Numbers, tui.Blame)) {
	if !q.IsJudged() {
		return
	}
	var known rates
	for i := range n {
		if row, b := rowAt(i); b.IsWhole(row.Cum) {
			known.add(row, b.Evaluation)
		}
	}
	for i := range n {
		row, _ := rowAt(i)
		known.applyTo(row)
	}
}

// addStackRates gives stacks the judge's rates. A stack of goroutines has its own rate;
// a stack of the heap has the rate of its function, if it holds all that the function is
// blamed for.
func addStackRates(q tui.ViewContext, rows []StackRow) {
	if !q.IsJudged() {
		return
	}
	blamed := tui.BlameFunctions(profile.Heap, q.State)
	var known rates
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Unit == "goroutines" && r.Evaluation.Rate.IsKnown() && len(r.Spark) > 1:
			r.Growth = r.Evaluation.Rate.PerHour
		case r.Unit != "goroutines" && blamed[r.Stack.Blame].IsWhole(r.Cum):
			known.add(&r.Numbers, r.Evaluation)
		}
	}
	for i := range rows {
		if rows[i].Unit != "goroutines" {
			known.applyTo(&rows[i].Numbers)
		}
	}
}

package functions

import (
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// rates are the judge's, by the value that grows. The callers of a function that is
// blamed often hold exactly what it holds: that is one series, and has one rate
// wherever it is shown.
type rates map[int64]ratedSeries

// ratedSeries is a series with the rate that the judge measured.
type ratedSeries struct {
	spark   []float64
	perHour float64
}

// isJudged reports whether what is shown is what the judge measures: live values, over
// the standard window.
func isJudged(q tui.ViewContext) bool {
	return q.IsStandardSpan() && (q.Sample == "inuse_space" || q.Sample == "goroutine")
}

// add remembers the rate of a row, if the judge measured one.
func (k rates) add(n *list.Numbers, look leak.Evaluation) {
	if look.Rate.IsKnown() && len(n.Spark) > 1 {
		k[n.Cum] = ratedSeries{n.Spark, look.Rate.PerHour}
	}
}

// applyTo gives a row the rate of its series.
func (k rates) applyTo(n *list.Numbers) {
	if r, ok := k[n.Cum]; ok && slices.Equal(r.spark, n.Spark) {
		n.Growth = r.perHour
	}
}

// addStackRates gives stacks the judge's rates: those of goroutines have their own, one
// of the heap has that of its function if it holds all that the function is blamed for.
func addStackRates(q tui.ViewContext, rows []StackRow) {
	if !isJudged(q) {
		return
	}
	held := map[*profile.Function]int64{}
	for i := range q.State.Groups {
		if g := &q.State.Groups[i]; g.Kind == profile.Heap && g.Blame != nil && len(g.Points) > 0 {
			held[g.Blame] = g.Points[len(g.Points)-1].Value
		}
	}
	known := rates{}
	for i := range rows {
		r := &rows[i]
		switch {
		case r.Unit == "goroutines" && r.Look.Rate.IsKnown() && len(r.Spark) > 1:
			r.Growth = r.Look.Rate.PerHour
		case r.Unit != "goroutines" && r.Stack.Blame != nil && held[r.Stack.Blame] == r.Cum:
			known.add(&r.Numbers, r.Look)
		}
	}
	for i := range rows {
		if rows[i].Unit != "goroutines" {
			known.applyTo(&rows[i].Numbers)
		}
	}
}

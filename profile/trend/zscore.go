package trend

import "math"

// ZScore returns the growth of a count of independent things, from before to after,
// in standard errors. turnover is the number that came or went in between. Things
// counted both times contribute no error, so the variance is the turnover, but at most
// that of two independent counts, their sum (Poisson: the variance is the mean). The
// added 1 keeps single things from being significant:
//
//	z = (after − before) / √(min(turnover, before + after) + 1)
//
// For the heap, counts are the sampled objects, not the scaled ones. If nothing is
// freed, turnover is the growth itself, and 9 sampled objects give z = 2.8. An unknown
// turnover is +Inf.
func ZScore(before, after, turnover float64) float64 {
	if !isFinite(before) || !isFinite(after) || math.IsNaN(turnover) {
		return 0
	}
	return (after - before) / math.Sqrt(max(0, min(turnover, before+after))+1)
}

func isFinite(v float64) bool { return math.Abs(v) <= maxValue }

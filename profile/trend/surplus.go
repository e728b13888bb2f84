package trend

import "math"

// Surplus is how many standard errors a count of independent things grew by,
// from before to after, if what came and went in between is turnover: what is
// counted twice differs only by what changed, and two independent counts would
// differ by no more than their sum. Both are Poisson, whose variance is
// its mean; 1 keeps single ones from counting:
//
//	z = (after − before) / √(min(turnover, before + after) + 1)
//
// For the heap the counts are the objects that the sampler really saw, not
// the scaled ones. Where nothing is freed, turnover is the growth itself, and 9
// sampled objects make z = 2.8. A turnover that is not known is +Inf.
func Surplus(before, after, turnover float64) float64 {
	if !finite(before) || !finite(after) || math.IsNaN(turnover) {
		return 0
	}
	return (after - before) / math.Sqrt(max(0, min(turnover, before+after))+1)
}

func finite(v float64) bool { return math.Abs(v) <= maxValue }

package trend

import "math"

// PoissonCDF returns the probability of at most k events if mean are expected. It is
// interpolated between whole numbers. O(k).
func PoissonCDF(k, mean float64) float64 {
	if k < 0 || mean < 0 {
		return 0
	}
	if mean == 0 {
		return 1
	}
	if mean > maxPoissonMean { // normal, with the continuity correction
		return math.Erfc((mean-k-0.5)/math.Sqrt(2*mean)) / 2
	}
	whole := math.Floor(k)
	term := math.Exp(-mean)
	sum := term
	for i := 1.0; i <= whole; i++ {
		term *= mean / i
		sum += term
	}
	return min(sum+(k-whole)*term*mean/(whole+1), 1)
}

// maxPoissonMean is the mean above which the normal distribution is close enough.
const maxPoissonMean = 200

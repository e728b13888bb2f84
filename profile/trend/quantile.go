package trend

import "math"

// normalQuantile returns the inverse of the standard normal distribution function.
func normalQuantile(p float64) float64 {
	return math.Sqrt2 * math.Erfinv(2*min(max(p, 1e-12), 1-1e-12)-1)
}

// studentQuantile returns the inverse of Student's distribution function, by the
// expansion of Abramowitz & Stegun 26.7.5. Its error is below 1% for 3 or more
// degrees of freedom.
func studentQuantile(p, df float64) float64 {
	x := normalQuantile(p)
	df = max(df, 1)
	x2 := x * x
	g1 := (x2 + 1) * x / 4
	g2 := ((5*x2+16)*x2 + 3) * x / 96
	g3 := (((3*x2+19)*x2+17)*x2 - 15) * x / 384
	return x + g1/df + g2/(df*df) + g3/(df*df*df)
}

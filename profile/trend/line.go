package trend

import "math"

// FitLine returns the slope of the straight line through p by least squares, with the
// interval for independent errors (Draper and Smith, Applied Regression Analysis,
// section 1.4). It returns zero for fewer than three points, or points at a single
// time.
func FitLine(p []Point, confidence float64) Slope {
	df := float64(len(p) - 2)
	unknown := Slope{Low: math.Inf(-1), High: math.Inf(1)}
	if df < 1 {
		return unknown
	}
	slope, at, _ := leastSquares(p)
	meanTime := 0.0
	for _, q := range p {
		meanTime += (q.T - p[0].T) / float64(len(p))
	}
	var rest, spread float64
	for _, q := range p {
		dt := q.T - p[0].T
		rest += math.Pow(q.V-at-slope*dt, 2)
		spread += math.Pow(dt-meanTime, 2)
	}
	if spread == 0 {
		return unknown
	}
	s := math.Sqrt(rest / df / spread)
	reach := studentQuantile((1+confidence)/2, df) * s
	out := Slope{PerSecond: slope, Low: slope - reach, High: slope + reach}
	if s > 0 {
		out.T = slope / s
	}
	return out
}

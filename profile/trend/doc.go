// Package trend analyzes time series: which part of a series was never given back,
// how fast it grows and with what certainty, since when, and whether it grows evenly, in
// saw teeth or in steps.
//
// It is independent of profiles: a point is a time and a value. Every function
// accepts points in any order, with any values, and works on the result of [Clean].
// None keeps or changes its arguments.
package trend

// Point is one observation of a series.
type Point struct {
	T float64 // seconds, from any origin
	V float64 // the value, in the unit of the series
}

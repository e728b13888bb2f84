// Package trend turns points into a trend: what of a series never went down
// again, how fast it grows and how surely, whether it grows evenly, in saw
// teeth or in steps.
//
// It knows nothing of profiles: a point is a time and a value. Every function
// takes points in any order, with any values, and works on what [Clean] leaves
// of them; none keeps or changes the points it is given.
package trend

// Point is one observation of a series.
type Point struct {
	T float64 // seconds, from any origin
	V float64 // the value, in the unit of the series
}

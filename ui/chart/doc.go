// Package chart draws values over time, sparklines and stacked bars.
//
// The dots and blocks come from ntcharts (its braille grid, line and block
// runes). Its charts aren't used whole: they panic on sizes near zero and on
// NaN, keep all points for ever, and move every cell at each point. Here
// everything is drawn anew from the caller's points when they change, any size
// and any value will do, and the picture is kept until then.
//
// A chart stands as still as it can, for the eye and for a slow line: the time
// axis advances in steps of several columns and the value axis changes only
// when values leave it, so that a new point changes a few cells at the right.
package chart

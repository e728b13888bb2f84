// Package chart draws values over time, sparklines and stacked bars.
//
// It builds on ntcharts' braille grid, lines and block runes, but not on its
// charts: those panic on sizes near zero and on NaN, keep all points forever, and
// move every cell at each new point. This package accepts any size and value,
// draws from the caller's points, and caches the picture until they change.
//
// A chart changes as little as possible, for the reader and for slow connections:
// the time axis advances in steps of several columns and the value axis changes
// only when values leave it, so a new point changes a few cells at the right.
package chart

// Package ui is the live view: a first screen that shows whether the target leaks, and
// pages that show why.
//
// [Run] shows it on a terminal. Its [Model] is a Bubble Tea model that only
// routes: the first screen is made of the header, the overview (three charts),
// the suspects and the tabs, each in a file of its own, and under them stands a
// page. Pages are the rows of the table in panes.go, and the steps of the way
// down that enter opens from them. All are given the same [session.State]; what
// takes time (making rows, asking the target) happens in commands.
//
// Keys stand in keys.go alone, and the help is made from them.
package ui

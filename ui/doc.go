// Package ui is the live view: a first screen that shows whether the target leaks, and
// pages that show why.
//
// [Run] shows it on a terminal. Its [Model] is a Bubble Tea model that routes
// messages: to the overlays, to the actions that keys have (bindings.go), and to the
// page on screen. Pages are the rows of the table in panes.go, and those that enter
// opens from them; what is above the tabs is package overview. All share one
// [tui.ViewContext], and what takes time (making rows, asking the target) happens in
// commands.
package ui

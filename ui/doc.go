// Package ui is the live view: a first screen that shows whether the target leaks,
// and pages that show why.
//
// [Run] shows it on a terminal. Its [Model] is a Bubble Tea model that routes
// messages: to the overlays, to the actions of keys (bindings.go), and to the page
// on screen. Pages are the rows of the table in panes.go, and those that enter
// opens from them; package overview draws what is above the tabs. All share one
// [tui.ViewContext], and slow work (making rows, requests to the target) happens in
// commands.
package ui

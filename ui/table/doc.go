// Package table is a scrolling table for very many rows.
//
// Rows come through a small interface, [Rows]; only cells on screen are
// requested. The cursor stays at the top until the user moves it. Then it follows
// its row, identified by key, when rows are sorted or replaced.
//
// It is a Bubble Tea component in the style of charm.land/bubbles: [New],
// [Model.Update], [Model.View].
package table

// Package table is a table that shows a window of very many rows.
//
// The rows come through a small interface, [Rows], and are asked for their
// cells only while they can be seen. The cursor stays on the row it is on, by
// the row's key, when the rows are sorted or come anew; until somebody moves
// it, it stays at the top.
//
// It is a Bubble Tea component in the manner of charm.land/bubbles: [New],
// [Model.Update], [Model.View].
package table

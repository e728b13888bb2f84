package session

import (
	"slices"
)

// The bounds of warnings: a target that sends another damaged profile at each
// poll could give each its own, of any length.
const (
	mostTroubles   = 20
	longestTrouble = 400 // columns
)

// trouble notes a warning, each once.
func (w *Session) trouble(text string) {
	text = clip(text, longestTrouble)
	if all := w.state.Trouble; len(all) < mostTroubles && !slices.Contains(all, text) {
		w.state.Trouble = append(all[:len(all):len(all)], text)
	}
}

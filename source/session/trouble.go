package session

import "github.com/leaktop/leaktop/profile"

// The bounds of diagnostics: a target that sends another damaged profile at each
// poll could give each its own, of any length.
const (
	mostTroubles   = 20
	longestTrouble = 400 // columns
)

// trouble notes what is wrong with the data, each thing once.
func (w *Session) trouble(d profile.Diagnostic) {
	d.What, d.Next = clip(d.What, longestTrouble), clip(d.Next, longestTrouble)
	w.state.Trouble = profile.AddDiagnostic(w.state.Trouble, d, mostTroubles)
}

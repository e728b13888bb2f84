package session

import "testing"

// TestFileThatBreaksTheReader is left out, and ends nothing.
func TestFileThatBreaksTheReader(t *testing.T) {
	p := &Player{} // has no step to read: the index is out of range
	if r := p.readStep(t.Context(), 3); r.message == nil || r.snapshot != nil {
		t.Errorf("%+v", r)
	}
}

package session

import "testing"

// TestFileThatBreaksTheReader checks that a file which makes the reader panic is left out and does not end the replay.
func TestFileThatBreaksTheReader(t *testing.T) {
	p := &Player{} // has no steps, so the index is out of range
	if r := p.readStep(t.Context(), 3); r.message == nil || r.snapshot != nil {
		t.Errorf("got %+v", r)
	}
}

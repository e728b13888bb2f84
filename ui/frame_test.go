package ui

import (
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
)

// Rows are built after a state arrives. The screen is drawn once for both, not also in
// between with the rows of the previous state.
func TestStateIsDrawnWithItsRows(t *testing.T) {
	s := newScreen(t, files{names: []string{"typ_heap_060.pb.gz"}}, 120, 40)
	before := s.m.View().Content
	st := s.m.vc.State
	st.Revision++
	st.Now = st.Now.Add(time.Hour)
	_, cmd := s.m.Update(stateMsg{s.m, st, true})
	if s.m.View().Content != before {
		t.Error("the screen was drawn before the rows were made")
	}
	s.do(cmd)
	if s.m.View().Content == before {
		t.Error("the screen was not drawn with the rows")
	}
	_, cmd = s.m.Update(stateMsg{s.m, st, true})
	s.send(tea.KeyPressMsg{Code: '2', Text: "2"})
	if got := s.m.View().Content; got == before || s.m.awaitsRows {
		t.Error("a key waits for the rows of a state")
	}
	s.do(cmd)
}

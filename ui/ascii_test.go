package ui

import (
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile"
)

// Without Unicode and color, the two lines of the memory chart can still be told apart, whatever background the
// terminal reports.
func TestMemoryLinesDifferWithoutUnicode(t *testing.T) {
	s := newColorScreen(t, typical, colorprofile.NoTTY, 100, 30)
	s.m.appearance.ascii = true
	s.m.appearance.setBackground(false)
	now := s.m.now()
	level := func(v float64) profile.Line {
		return profile.Line{{{Time: now.Add(-time.Minute), V: v}, {Time: now, V: v}}}
	}
	st := s.m.vc.State
	st.Revision++
	st.RSS, st.Sys = level(200*mib), level(100*mib)
	s.showState(st)
	if text := s.text(); !strings.Contains(text, "++++++++") {
		t.Errorf("the second line is drawn with the same strokes as the first:\n%s", text)
	}
	if s := onScreen(t, s.m.session, colorprofile.NoTTY); newModel(s.m.session, colorprofile.NoTTY, true).vc.Theme.ASCII == s.m.vc.Theme.ASCII {
		t.Error("the theme does not report whether Unicode is available")
	}
}

package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// The titles of two rows that wait for the same thing in the same function are told apart
// by a caller.
func TestNoTwoRowsAreCalledTheSame(t *testing.T) {
	s := replayScreen(t, 200, 60, "typ_goroutine_300.pb.gz")
	for _, pane := range []int{0, 3} {
		s.m.nav.panes[pane] = paneTable[pane].make(s.m.vc)
	}
	s.send(tea.WindowSizeMsg{Width: 200, Height: 60})
	s.do(s.m.currentPage().Refresh(true))
	s.wants("(*controlBuffer).get · select ‹ ")
	seen := map[string]bool{}
	for _, r := range s.list().All() {
		if name := r.RowLabel().Title(); seen[name] {
			t.Errorf("two rows are called %s", name)
		} else {
			seen[name] = true
		}
	}
	s.press("Goroutines")
	s.wants("(*controlBuffer).get ‹ transport.NewHTTP2Client", "(*controlBuffer).get ‹ transport.NewServerTransport")
	if strings.Contains(s.text(), "STARTED BY") {
		t.Errorf("a column stays empty:\n%s", s.text())
	}
}

// A row's share is relative to the total in the header, not to the sum of the important
// rows.
func TestSharesAreOfTheHeadersTotal(t *testing.T) {
	s := replayScreen(t, 120, 40, "typ_goroutine_300.pb.gz")
	s.m.nav.panes[0] = paneTable[0].make(s.m.vc)
	s.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	s.do(s.m.currentPage().Refresh(true))
	total, _ := s.m.vc.State.Newest(s.m.vc.State.Goroutines)
	x, ok := s.list().All()[0].(list.MeasuredRow)
	if !ok || x.Measured().Total != int64(total) || total == 0 {
		t.Errorf("got a share of %v, of %g %ss", x.Measured(), total, profile.Goroutine)
	}
}

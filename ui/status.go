package ui

import (
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

const (
	maxStatusLines = 4               // how many lines a status may cover
	statusTime     = 5 * time.Second // how long a status is shown
)

// status is the message at the bottom. It disappears with the next key, after a few
// seconds, or once it is no longer true.
type status struct {
	text  string
	bad   bool
	holds func() bool // reports whether it is still true; nil if that cannot change
	count int         // messages so far
	// later sends a message after a time; nil leaves messages until the next key.
	later func(time.Duration, tea.Msg) tea.Cmd
}

// statusOverMsg ends the status with a number.
type statusOverMsg struct {
	status *status
	count  int
}

func (s *status) set(bad bool, text string) {
	s.text, s.bad, s.holds = format.Clean(text), bad, nil
	s.count++
}

// setWhile sets a message that is shown only while holds returns true.
func (s *status) setWhile(holds func() bool, text string) {
	s.set(false, text)
	s.holds = holds
}

func (s *status) clear() { s.text, s.bad, s.holds = "", false, nil }

// dropIfWrong clears a message that is no longer true.
func (s *status) dropIfWrong() {
	if s.holds != nil && !s.holds() {
		s.clear()
	}
}

// expireSoon returns a command that ends the current message after statusTime.
func (s *status) expireSoon() tea.Cmd {
	if s.later == nil || s.text == "" {
		return nil
	}
	return s.later(statusTime, statusOverMsg{s, s.count})
}

// expire clears the message that msg is about, unless a newer one is shown.
func (s *status) expire(msg statusOverMsg) {
	if msg.status == s && msg.count == s.count {
		s.clear()
	}
}

// drawLines draws the status in at most h lines of w columns; it returns none if
// there is no status.
func (s *status) drawLines(t theme.Theme, w, h int) []string {
	if s.text == "" {
		return nil
	}
	tone := theme.Accent
	if s.bad {
		tone = theme.Bad
	}
	return tui.MessageLines(t, tone, s.text, w, max(1, min(maxStatusLines, h)))
}

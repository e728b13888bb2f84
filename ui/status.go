package ui

import (
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// maxStatusLines is how many lines a status may cover.
const maxStatusLines = 4

// status is the message at the bottom, shown until the next key.
type status struct {
	text string
	bad  bool
}

func (s *status) set(bad bool, text string) { s.text, s.bad = format.Clean(text), bad }

func (s *status) clear() { s.text, s.bad = "", false }

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

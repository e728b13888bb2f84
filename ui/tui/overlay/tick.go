package overlay

import (
	"time"

	tea "charm.land/bubbletea/v2"
)

// tickUntil returns a command that sends a message after a time. It sends nothing if what
// the message is about ends before.
func tickUntil(ended <-chan struct{}, after time.Duration, msg tea.Msg) tea.Cmd {
	return func() tea.Msg {
		timer := time.NewTimer(after)
		defer timer.Stop()
		select {
		case <-timer.C:
			return msg
		case <-ended:
			return nil
		}
	}
}

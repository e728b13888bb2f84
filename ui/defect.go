package ui

import (
	"runtime/debug"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/source/session"
)

// guardCommand makes a panic of a command a message: Bubble Tea would print its
// stack onto a screen that is about to be left, so that nobody could read it.
func guardCommand(cmd tea.Cmd) tea.Cmd {
	if cmd == nil {
		return nil
	}
	return func() (msg tea.Msg) {
		defer func() {
			if v := recover(); v != nil {
				msg = &session.Panic{Value: v, Stack: debug.Stack()}
			}
		}()
		msg = cmd()
		if batch, ok := msg.(tea.BatchMsg); ok {
			for i := range batch {
				batch[i] = guardCommand(batch[i])
			}
		}
		return msg
	}
}

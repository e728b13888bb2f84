//go:build unix

package e2e

import (
	"reflect"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
)

// Ctrl+z returns to the shell, and fg brings the view back.
func TestSuspend(t *testing.T) {
	t.Parallel()
	exe := findProgram(t, panicProgram)
	tm := start(t, 80, 24, "sh", "-mc", `"$1" nowhere; echo stopped; read go; fg >/dev/null; echo over`, "sh", exe)
	tm.shows("panicking", "quit")
	tm.press(keyCtrlZ)
	tm.shows("stopped")
	tm.mu.Lock()
	if tm.screen.IsAltScreen() || !tm.modes[ansi.ModeTextCursorEnable] || tm.modes[ansi.ModeMouseButtonEvent] {
		t.Error("the terminal is not the shell's")
	}
	if now, err := term.GetState(tm.pty.Slave().Fd()); err != nil || !reflect.DeepEqual(now, tm.before) {
		t.Errorf("the line discipline is %v, was %v (%v)", now, tm.before, err)
	}
	tm.mu.Unlock()
	tm.press(keyEnter)
	tm.shows("panicking", "quit")
	tm.press("?")
	tm.shows("any other key closes")
	tm.press("x", "q")
	if err := tm.waitForExit(); err != nil {
		t.Error(err)
	}
	tm.shows("over")
	tm.checkRestored()
}

// If no shell can continue the view, as after "ssh -t HOST leaktop", it must
// not stop, because it would hang forever.
func TestNoShellToSuspendTo(t *testing.T) {
	t.Parallel()
	tm := start(t, 80, 24, panicProgram, "nowhere")
	tm.shows("panicking", "quit")
	tm.press(keyCtrlZ)
	tm.shows("There is no shell to go back to.")
	tm.press("q")
	if err := tm.waitForExit(); err != nil {
		t.Error(err)
	}
	tm.checkRestored()
}

//go:build unix

package e2e

import (
	"context"
	"io"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/charmbracelet/x/vt"
	"github.com/charmbracelet/x/xpty"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// patience is how long a test waits for something that must happen.
const patience = eventually.Patience

// keepRaw is the number of bytes of a program's output that are kept.
const keepRaw = 64 << 10

// terminal is a program on a pseudo-terminal, seen through a terminal emulator: it has
// the text that a user would see, and the state in which the program leaves the
// terminal.
type terminal struct {
	t      testing.TB
	pty    *xpty.UnixPty
	cmd    *exec.Cmd
	before *term.State   // state of the terminal before the program
	after  *term.State   // once it has ended
	ended  chan error    // says how the program ended
	silent chan struct{} // closed once all output has been read

	mu      sync.Mutex // guards the rest
	screen  *vt.Emulator
	modes   map[ansi.Mode]bool
	written int64     // bytes
	last    time.Time // time of the last output
	raw     []byte    // the first of them
	changed chan struct{}
}

// start runs a program, by name or path, on a terminal of w columns and h lines.
func start(t testing.TB, w, h int, name string, args ...string) *terminal {
	t.Helper()
	exe := findProgram(t, name)
	pty, err := xpty.NewUnixPty(w, h)
	if err != nil {
		t.Fatal(err)
	}
	tm := &terminal{
		t: t, pty: pty, cmd: exec.Command(exe, args...), screen: vt.NewEmulator(w, h), modes: map[ansi.Mode]bool{},
		ended: make(chan error, 1), silent: make(chan struct{}), changed: make(chan struct{}),
	}
	tm.modes[ansi.ModeTextCursorEnable] = true
	tm.screen.SetCallbacks(vt.Callbacks{
		EnableMode:  func(m ansi.Mode) { tm.modes[m] = true },
		DisableMode: func(m ansi.Mode) { tm.modes[m] = false },
	})
	tm.cmd.Env = append(os.Environ(), "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8", "NO_COLOR=")
	tm.cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if tm.before, err = term.GetState(pty.Slave().Fd()); err != nil {
		t.Fatal(err)
	}
	if err := pty.Start(tm.cmd); err != nil {
		t.Fatal(err)
	}
	answers := tm.screen.InputPipe().(io.Closer)
	var answering sync.WaitGroup
	answering.Go(func() { _, _ = io.Copy(pty.Master(), tm.screen) })
	go tm.readOutput()
	go tm.awaitExit()
	t.Cleanup(func() {
		_ = tm.cmd.Process.Kill()
		<-tm.silent
		_ = answers.Close()
		answering.Wait()
		_ = pty.Master().Close()
	})
	return tm
}

// awaitExit waits for the end of the program, and closes our end of the terminal, which
// ends readOutput.
func (tm *terminal) awaitExit() {
	err := tm.cmd.Wait()
	tm.mu.Lock() // a test may read the screen concurrently
	tm.after, _ = term.GetState(tm.pty.Slave().Fd())
	_ = tm.pty.Slave().Close()
	tm.mu.Unlock()
	tm.ended <- err
}

// readOutput feeds the program's output to the emulator.
func (tm *terminal) readOutput() {
	defer close(tm.silent)
	buf := make([]byte, 64<<10)
	for {
		n, err := tm.pty.Read(buf)
		if err != nil {
			return // Linux returns EIO when the program has ended
		}
		tm.mu.Lock()
		_, _ = tm.screen.Write(buf[:n])
		tm.written += int64(n)
		tm.last = time.Now()
		tm.raw = append(tm.raw, buf[:min(n, keepRaw-len(tm.raw))]...)
		close(tm.changed)
		tm.changed = make(chan struct{})
		tm.mu.Unlock()
	}
}

// readScreen returns the text of the screen, and a channel that closes when it changes.
func (tm *terminal) readScreen() (string, <-chan struct{}) {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return tm.screen.String(), tm.changed
}

// countBytes returns the number of bytes that the program has written.
func (tm *terminal) countBytes() int64 {
	tm.mu.Lock()
	defer tm.mu.Unlock()
	return tm.written
}

// awaitStillness waits until nothing has been written for a while, and returns the time
// of the last byte.
func (tm *terminal) awaitStillness(quiet time.Duration) time.Time {
	tm.t.Helper()
	deadline := time.After(patience)
	for {
		tm.mu.Lock()
		last, changed := tm.last, tm.changed
		tm.mu.Unlock()
		select {
		case <-changed:
		case <-time.After(quiet):
			return last
		case <-deadline:
			tm.t.Fatalf("the screen was never still for %v", quiet)
		}
	}
}

// checkOutput checks that a program that has ended wrote some texts, ignoring line
// breaks.
func (tm *terminal) checkOutput(texts ...string) {
	tm.t.Helper()
	all := strings.Join(strings.Fields(string(tm.raw)), " ")
	for _, t := range texts {
		if !strings.Contains(all, t) {
			tm.t.Errorf("%q was not written, but:\n%s", t, all)
		}
	}
}

// waitFor waits until ok accepts the screen, and returns it.
func (tm *terminal) waitFor(what string, ok func(screen string) bool) string {
	tm.t.Helper()
	return tm.waitWithin(patience, what, ok)
}

// waitWithin is like waitFor, with another patience.
func (tm *terminal) waitWithin(patience time.Duration, what string, ok func(screen string) bool) string {
	tm.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	for {
		s, changed := tm.readScreen()
		if ok(s) {
			return s
		}
		select {
		case <-changed:
		case <-tm.silent: // the last output may have arrived since
			if s, _ = tm.readScreen(); ok(s) {
				return s
			}
			tm.t.Fatalf("the program ended before %s:\n%s", what, s)
		case <-ctx.Done():
			tm.t.Fatalf("no %s within %v:\n%s", what, patience, s)
		}
	}
}

// shows waits until all of some texts are on the screen.
func (tm *terminal) shows(texts ...string) string {
	tm.t.Helper()
	return tm.waitFor(strings.Join(texts, ", "), func(s string) bool {
		for _, t := range texts {
			if !strings.Contains(s, t) {
				return false
			}
		}
		return true
	})
}

// waitForAbsence waits until a text is not on the screen.
func (tm *terminal) waitForAbsence(text string) {
	tm.t.Helper()
	tm.waitFor("end of "+text, func(s string) bool { return !strings.Contains(s, text) })
}

// The sequences that keys send.
const (
	keyEnter    = "\r"
	keyEsc      = "\x1b"
	keyRight    = "\x1b[C"
	keyDown     = "\x1b[B"
	keyCtrlC    = "\x03"
	keyCtrlZ    = "\x1a"
	keyPageDown = "\x1b[6~"
	keyTab      = "\t"
	keyShiftTab = "\x1b[Z"
	keyLeft     = "\x1b[D"
)

// press sends keys.
func (tm *terminal) press(keys ...string) {
	tm.t.Helper()
	for _, k := range keys {
		if _, err := io.WriteString(tm.pty.Master(), k); err != nil {
			tm.t.Fatal(err)
		}
	}
}

// resize changes the size of the terminal.
func (tm *terminal) resize(w, h int) {
	tm.t.Helper()
	tm.mu.Lock()
	tm.screen.Resize(w, h)
	tm.mu.Unlock()
	if err := tm.pty.Resize(w, h); err != nil {
		tm.t.Fatal(err)
	}
}

// waitForExit waits until the program has ended and all of its output has been read.
func (tm *terminal) waitForExit() error {
	tm.t.Helper()
	select {
	case err := <-tm.ended:
		<-tm.silent
		return err
	case <-time.After(patience):
		s, _ := tm.readScreen()
		tm.t.Fatalf("the program did not end within %v:\n%s", patience, s)
		return nil
	}
}

// checkRestored checks that the terminal is as a shell expects it.
func (tm *terminal) checkRestored() {
	tm.t.Helper()
	tm.mu.Lock()
	defer tm.mu.Unlock()
	if tm.screen.IsAltScreen() {
		tm.t.Error("the alternate screen was not left")
	}
	if !tm.modes[ansi.ModeTextCursorEnable] {
		tm.t.Error("the cursor is still hidden")
	}
	if !reflect.DeepEqual(tm.before, tm.after) {
		tm.t.Errorf("the line discipline is %v, was %v", tm.after, tm.before)
	}
	for mode, name := range map[ansi.Mode]string{
		ansi.ModeMouseNormal: "mouse clicks", ansi.ModeMouseButtonEvent: "mouse movements", ansi.ModeMouseAnyEvent: "all of the mouse",
		ansi.ModeMouseExtSgr: "mouse coordinates", ansi.ModeBracketedPaste: "bracketed paste", ansi.ModeFocusEvent: "focus",
		ansi.ModeSynchronizedOutput: "synchronized output",
	} {
		if tm.modes[mode] {
			tm.t.Errorf("%s: still on", name)
		}
	}
}

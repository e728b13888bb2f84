package e2e

import (
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"

	"github.com/charmbracelet/x/term"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/source/recording"
)

// exitsWith checks that the program has ended with an exit code.
func (tm *terminal) exitsWith(want int) {
	tm.t.Helper()
	code := 0
	if err := tm.waitForExit(); err != nil {
		ended, ok := errors.AsType[*exec.ExitError](err)
		if !ok {
			tm.t.Fatal(err)
		}
		code = ended.ExitCode()
	}
	if code != want {
		tm.t.Errorf("exit code %d, want %d", code, want)
	}
}

// TestTerminalIsRestoredAfterAKill kills the view, as the kernel does when memory
// runs out.
func TestTerminalIsRestoredAfterAKill(t *testing.T) {
	t.Parallel()
	tm := demoOn(t, 80, 24)
	gone := childGone(tm)
	sendSignal(t, viewOf(tm, tm.cmd.Process.Pid), syscall.SIGKILL)
	tm.exitsWith(128 + int(syscall.SIGKILL))
	tm.checkRestored()
	tm.shows("leaktop: the live view was killed", "memory")
	gone()
}

func TestTerminalIsRestoredAfterACrash(t *testing.T) {
	for _, test := range []struct {
		where string
		limit string // of ulimit
		want  []string
	}{
		{"crash", "", []string{"ended because of a bug in leaktop: panic: provoked in crash", "report this", "panics_test.go"}},
		{"map", "", []string{"ended because of a bug in leaktop: fatal error: concurrent map writes", "panics_test.go"}},
		{"memory", "ulimit -v 2000000; ", []string{"the live view ran out of memory", "GOMEMLIMIT"}},
	} {
		t.Run(test.where, func(t *testing.T) {
			t.Parallel()
			if test.limit != "" && hasRaceDetector() {
				t.Skip("the race detector needs more address space than the limit")
			}
			tm := start(t, 120, 40, "sh", "-c", test.limit+`exec env "$@"`, "sh", withoutRaces(t), panicProgram, test.where)
			tm.shows("panicking", "help")
			tm.press("p")
			tm.exitsWith(2)
			tm.checkRestored()
			tm.checkOutput(test.want...)
			if s, _ := tm.readScreen(); !strings.Contains(s, test.want[0]) {
				t.Errorf("it can't be read on the screen:\n%s", s)
			}
		})
	}
}

// If its parent is killed, the view restores the terminal itself. In this test, stty
// restores the line discipline, as an interactive shell would.
func TestTerminalIsRestoredAfterAKillOfTheParent(t *testing.T) {
	t.Parallel()
	tm := start(t, 80, 24, "sh", "-mc", `before=$(stty -g); leaktop demo growing-slice; code=$?; stty "$before"; read go; echo "ended with $code"`)
	tm.shows("live ", "FUNCTION", "quit")
	gone := childGone(tm)
	parent := childrenOf(t, tm.cmd.Process.Pid)[0]
	view := viewOf(tm, parent)
	sendSignal(t, parent, syscall.SIGKILL)
	gone()
	waitForEnd(t, view)
	tm.waitForLineDiscipline() // a key before the shell's stty is still read in raw mode
	tm.press(keyEnter)
	if s := tm.shows("ended with 137"); strings.Contains(s, "leaktop:") {
		t.Errorf("the view complains to the shell:\n%s", s)
	}
	tm.exitsWith(0)
	tm.checkRestored()
}

// A stopped view can be resumed.
func TestViewGoesOnAfterAStop(t *testing.T) {
	t.Parallel()
	tm := demoOn(t, 80, 24)
	view := viewOf(tm, tm.cmd.Process.Pid)
	sendSignal(t, view, syscall.SIGSTOP)
	sendSignal(t, view, syscall.SIGCONT)
	tm.press("?")
	tm.shows("any other key closes")
	tm.press("x", "q")
	tm.exitsWith(0)
	tm.checkRestored()
}

// A recording survives the kill, and its file is reported.
func TestRecordingOutlivesAKill(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "night.tar")
	service := demoOn(t, 80, 24)
	address := childAddress.FindString(service.shows("127.0.0.1:"))
	tm := start(t, 120, 40, "leaktop", address, "--record", file)
	tm.shows("live ", "FUNCTION", "rec ")
	waitForProfile(t, file)
	sendSignal(t, viewOf(tm, tm.cmd.Process.Pid), syscall.SIGKILL)
	tm.exitsWith(128 + int(syscall.SIGKILL))
	tm.checkRestored()
	tm.checkOutput("The recording is complete up to then: leaktop", filepath.Base(file))
	replay := start(t, 80, 24, "leaktop", file)
	replay.shows("watched for", "live heap")
}

func sendSignal(t *testing.T, pid int, s syscall.Signal) {
	t.Helper()
	if err := syscall.Kill(pid, s); err != nil {
		t.Fatal(err)
	}
}

// waitForEnd waits until a process is gone.
func waitForEnd(t *testing.T, pid int) {
	t.Helper()
	eventually.Holds(t, fmt.Sprintf("process %d has ended", pid), func() bool { return nameOf(pid) == "" })
}

// waitForLineDiscipline waits until the line discipline is the same as before the program
// started.
func (tm *terminal) waitForLineDiscipline() {
	tm.t.Helper()
	eventually.Holds(tm.t, "the line discipline is restored", func() bool {
		now, err := term.GetState(tm.pty.Slave().Fd())
		return err == nil && reflect.DeepEqual(now, tm.before)
	})
}

// waitForProfile waits until a recording has its first profile.
func waitForProfile(t *testing.T, file string) {
	t.Helper()
	eventually.Holds(t, "a profile in "+file, func() bool {
		rec, err := recording.Open(t.Context(), []string{file}, nil)
		if err != nil {
			return false
		}
		return rec.Close() == nil
	})
}

// If a target fills leaktop's memory, leaktop drops detail instead of ending.
func TestFloodIsOutlived(t *testing.T) {
	t.Parallel()
	tm := start(t, 160, 40, "env", "GOMEMLIMIT=30MiB", "leaktop", "--interval", "200ms", "--cost", "100%", serveFlood(t, 20_000))
	tm.shows("live ", "quit")
	view := viewOf(tm, tm.cmd.Process.Pid)
	tm.shows("memory is short on this machine", "GOMEMLIMIT")
	if rss := residentOf(view); rss > 400<<20 && !hasRaceDetector() {
		t.Errorf("the view takes %d MB", rss>>20)
	}
	tm.press("?")
	tm.shows("any other key closes")
	tm.press("x", "q")
	tm.exitsWith(0)
	tm.checkRestored()
}

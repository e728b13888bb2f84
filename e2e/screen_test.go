//go:build unix

package e2e

import (
	"fmt"
	"net"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// demoOn starts "leaktop demo" with one cheap leak, and waits for the first
// answer.
func demoOn(t *testing.T, w, h int) *terminal {
	t.Helper()
	tm := start(t, w, h, "leaktop", "demo", "growing-slice")
	tm.shows("live ", "cost ", "FUNCTION", "quit")
	return tm
}

var childAddress = regexp.MustCompile(`127\.0\.0\.1:\d+`)

// childGone returns a check that the sample service on the screen has ended.
func childGone(tm *terminal) func() {
	tm.t.Helper()
	address := childAddress.FindString(tm.shows("127.0.0.1:"))
	return func() {
		tm.t.Helper()
		eventually.Holds(tm.t, "the sample service has ended", func() bool { return !isListening(address) })
	}
}

// isListening reports whether something accepts connections at an address.
func isListening(address string) bool {
	conn, err := net.Dial("tcp", address)
	if err == nil {
		_ = conn.Close()
	}
	return err == nil
}

func TestDemoShowsTheFirstScreen(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			tm := start(t, size[0], size[1], "leaktop", "demo")
			tm.shows("leaktop", "live ", "cost ", // header
				"live heap", "goroutines", "memory", "now", // charts
				"watching",                 // verdict
				"1 Grow", " Mem", " Event", // tabs
				"FUNCTION", "GROWTH/H", "demo.", // table
				"help", "quit")
			lines := strings.Split(tm.waitFor("a line drawn in a chart", func(s string) bool {
				return strings.ContainsFunc(s, func(r rune) bool { return r > 0x2800 && r <= 0x28ff })
			}), "\n")
			if len(lines) != size[1] {
				t.Errorf("%d lines on a screen of %d", len(lines), size[1])
			}
		})
	}
}

func TestResizeWhileRunning(t *testing.T) {
	t.Parallel()
	tm := demoOn(t, 80, 24)
	for _, size := range [][2]int{{200, 60}, {40, 10}, {120, 40}, {30, 5}, {100, 30}} {
		tm.resize(size[0], size[1])
		if size[0] < 40 {
			tm.shows("leaktop needs")
			continue
		}
		tm.waitFor(fmt.Sprintf("a screen of %v", size), func(s string) bool {
			lines := strings.Split(s, "\n")
			return len(lines) == size[1] && strings.Contains(lines[size[1]-1], "quit")
		})
	}
}

// TestTerminalIsRestored ends the view in every way that lets it clean up.
func TestTerminalIsRestored(t *testing.T) {
	t.Parallel()
	signal := func(s syscall.Signal) func(*terminal) {
		return func(tm *terminal) {
			if err := tm.cmd.Process.Signal(s); err != nil {
				tm.t.Error(err)
			}
		}
	}
	for name, end := range map[string]func(*terminal){
		"q":       func(tm *terminal) { tm.press("q") },
		"ctrl+c":  func(tm *terminal) { tm.press(keyCtrlC) },
		"SIGTERM": signal(syscall.SIGTERM),
		"SIGINT":  signal(syscall.SIGINT),
		"SIGHUP":  signal(syscall.SIGHUP),
		"SIGQUIT": signal(syscall.SIGQUIT),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tm := demoOn(t, 80, 24)
			gone := childGone(tm)
			end(tm)
			if err := tm.waitForExit(); err != nil {
				t.Errorf("it ended with %v", err)
			}
			tm.checkRestored()
			gone()
		})
	}
}

// TestNothingIsLeftBehind closes the terminal or kills the view.
func TestNothingIsLeftBehind(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*terminal){
		"terminal closed": func(tm *terminal) { _ = tm.pty.Master().Close() },
		"SIGKILL":         func(tm *terminal) { _ = tm.cmd.Process.Kill() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tm := demoOn(t, 80, 24)
			gone := childGone(tm)
			end(tm)
			_ = tm.waitForExit()
			gone()
		})
	}
}

func TestTerminalIsRestoredAfterAPanic(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		where string
		keys  []string
	}{
		{"offers", []string{"p"}},     // while a key is handled
		{"fetch", []string{"C", "y"}}, // in a command
		{"watch", []string{"q"}},      // outside the view
	} {
		t.Run(test.where, func(t *testing.T) {
			t.Parallel()
			tm := start(t, 80, 24, "env", withoutRaces(t), panicProgram, test.where)
			tm.shows("panicking", "help")
			if test.where == "watch" {
				tm.shows("ended", "provoked in watch") // the screen remains
			}
			tm.press(test.keys...)
			if err := tm.waitForExit(); err == nil {
				t.Error("it ended as if nothing had happened")
			}
			tm.checkRestored()
			if s, _ := tm.readScreen(); !strings.Contains(s, "panics_test.go") {
				t.Errorf("the place of the panic is missing:\n%s", s)
			}
		})
	}
}

// The sample service ends when the view panics, whether or not it recovers.
func TestPanicEndsTheSampleService(t *testing.T) {
	t.Parallel()
	for _, where := range []string{"offers", "crash"} {
		t.Run(where, func(t *testing.T) {
			t.Parallel()
			tm := start(t, 80, 24, "env", withoutRaces(t), panicProgram, where, "growing-slice")
			tm.shows("live ", "FUNCTION", "quit")
			gone := childGone(tm)
			tm.press("p")
			if err := tm.waitForExit(); err == nil {
				t.Error("it ended as if nothing had happened")
			}
			tm.checkOutput("provoked in " + where)
			gone()
		})
	}
}

// TestKeys walks through the view as a user would.
func TestKeys(t *testing.T) {
	t.Parallel()
	tm := demoOn(t, 120, 40)
	tm.shows("›") // wait for a row to select

	tm.press(tabOf(tm, "Functions"))
	tm.shows("FLAT", "CUM", "heap inuse_space")
	tm.press(tabOf(tm, "Stacks"))
	tm.shows("STACK, leaf first")
	tm.press(tabOf(tm, "Goroutines"))
	tm.shows("WAITS")
	tm.press(tabOf(tm, "Memory"))
	tm.shows("live heap", "Go has")
	tm.press(tabOf(tm, "Events"))
	tm.shows("TIME", "WHAT")
	tm.press("1")
	tm.shows("HOLDS")
	tm.press(keyTab)
	tm.shows("FLAT")
	tm.press(keyShiftTab)
	tm.shows("HOLDS")

	tm.press("?")
	tm.shows("any other key closes", "HOLDS is what the function")
	tm.press(keyEsc)
	tm.waitForAbsence("any other key closes")

	tm.press("2", "/", "l", "o", "a", "d", "C", "a", "t")
	tm.shows("regexp, or ~fuzzy", "loadCatalog", "1–1 of 1")
	tm.press(keyEnter)
	tm.shows("/loadCat")
	tm.press(keyEsc)
	tm.waitForAbsence("/loadCat")

	tm.press("s")
	tm.waitFor("another sorted column", func(s string) bool { return !strings.Contains(s, "▼CUM ") })
	tm.press("t")
	tm.shows("inuse_objects")
	tm.press("b")
	tm.shows("since baseline", "Baseline set")
	tm.press("B")
	tm.waitForAbsence("since baseline")
	tm.press(" ")
	tm.shows("paused at")
	tm.press(" ")
	tm.waitForAbsence("paused at")
	tm.press("q")
	if err := tm.waitForExit(); err != nil {
		t.Error(err)
	}
}

func TestWayDownToTheLine(t *testing.T) {
	t.Parallel()
	tm := demoOn(t, 120, 40)
	tm.press("2", "/", "l", "o", "a", "d", "C", "a", "t", keyEnter)
	tm.shows("1–1 of 1")
	tm.press(keyEnter)
	tm.shows("Functions › demo.loadCatalog", "Callers", "STACK, leaf first")
	tm.press(keyRight)
	tm.shows("CALLER")
	tm.press(keyLeft)
	tm.shows("STACK, leaf first")
	tm.press(keyEnter)
	tm.shows("stack in demo.loadCatalog", "traffic.go:")
	tm.press(keyEnter)
	tm.shows("› traffic.go:", "SOURCE") // the last step
	tm.press(keyEsc)
	tm.waitForAbsence("SOURCE")
	tm.press(keyEsc)
	tm.waitForAbsence("stack in ")
	tm.press(keyEsc)
	tm.shows("1 Growing", "/loadCat")
}

func TestOtherProfiles(t *testing.T) {
	t.Parallel()
	tm := demoOn(t, 120, 40)
	tm.press("p")
	tm.shows("Profiles that this service offers", "CPU, 10s")
	for range 3 {
		tm.press(keyDown)
	}
	tm.press(keyLeft, keyLeft)
	tm.shows("CPU, 1s")
	tm.press(keyEnter)
	tm.shows("of 1s", "esc stops it")
	tm.shows("CPU · at ", "FLAT") // the pane of functions, of the CPU profile
	tm.press(keyEsc)
	tm.shows("heap inuse_space")
	tm.press("p")
	tm.shows("Profiles that this service offers")
	for range 2 {
		tm.press(keyDown)
	}
	tm.press(keyEnter)
	tm.shows("allocs alloc_space")
}

// tabOf returns the key of a pane whose name begins with name.
func tabOf(tm *terminal, name string) string {
	tm.t.Helper()
	at := regexp.MustCompile(`(\d) ` + name)
	return at.FindStringSubmatch(tm.waitFor(name, at.MatchString))[1]
}

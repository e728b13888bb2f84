package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/source/process"
)

// Without arguments, leaktop on a terminal lists the Go processes of this machine. The
// test finds one that serves pprof by its process ID, opens its view, and returns to
// the list.
func TestMachineList(t *testing.T) {
	t.Parallel()
	child, err := demo.Start(t.Context(), findProgram(t, "leaktop"), []string{"growing-slice"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Stop() })
	port := child.URL[strings.LastIndexByte(child.URL, ':'):]
	tm := start(t, 120, 40, "leaktop")
	tm.shows("Go processes", "MEMORY", "PPROF")
	tm.press("/", port)
	tm.waitFor("the sample service", func(s string) bool {
		return strings.Contains(s, "1–1 of 1") && strings.Contains(s, "watched at 127.0.0.1"+port)
	})
	tm.press(keyEnter)
	tm.waitForAbsence("enter keeps it")
	tm.press(keyEnter)
	tm.shows("processes › ", "live heap", "live every")
	tm.press(keyEsc)
	tm.shows("Go processes", "1–1 of 1", "VERDICT", "watching")
	tm.press("q")
	tm.exitsWith(0)
	tm.checkRestored()
}

// A process can be watched by its process ID.
func TestProcessByNumber(t *testing.T) {
	t.Parallel()
	child, err := demo.Start(t.Context(), findProgram(t, "leaktop"), []string{"growing-slice"})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = child.Stop() })
	port, err := strconv.Atoi(child.URL[strings.LastIndexByte(child.URL, ':')+1:])
	number, ok := process.Listening(port)
	if err != nil || !ok {
		t.Fatalf("nothing listens at %s, %v", child.URL, err)
	}
	pid := fmt.Sprintf("pid:%d", number)
	tm := start(t, 120, 40, "leaktop", pid)
	tm.shows("leaktop "+pid+" :", "go1.", "live every")
	tm.press("q")
	tm.exitsWith(0)
}

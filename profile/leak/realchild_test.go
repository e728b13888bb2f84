package leak

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
)

// childEnv makes the test binary act as the process whose frames are captured: one with every leak in the table. It
// ends itself, so that nothing is left running.
const childEnv = "LEAK_TEST_CHILD"

func TestMain(m *testing.M) {
	if os.Getenv(childEnv) != "" {
		child()
		os.Exit(0)
	}
	eventually.CollectLess()
	os.Exit(m.Run())
}

// childProfiles are the profiles that the child writes.
type childProfiles struct {
	Goroutine, Heap []byte
	Dump            string // the full goroutine dump
}

// child starts every leak, waits until all of them block, and writes its own profiles.
func child() {
	for _, start := range realLeaks {
		start()
	}
	var c childProfiles
	eventually.Wait(func() bool {
		var dump strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&dump, 2)
		c.Dump = dump.String()
		return isSettled(c.Dump)
	})
	var g, h strings.Builder
	_ = pprof.Lookup("goroutine").WriteTo(&g, 0)
	_ = pprof.Lookup("heap").WriteTo(&h, 0)
	c.Goroutine, c.Heap = []byte(g.String()), []byte(h.String())
	_ = json.NewEncoder(os.Stdout).Encode(c)
}

// isSettled reports whether the goroutines that take longest to block, those that wait for the network, have blocked.
func isSettled(dump string) bool {
	for _, want := range []string{"awaitDone", "persistConn).writeLoop", "tickForever", "readQuiet", "sync.(*Cond).Wait", "sync.(*WaitGroup).Wait", "watchCtx", "syscall.Flock", "readPipe", "waitForCommand", "acceptFrom", "backgroundRead"} {
		if !strings.Contains(dump, want) {
			return false
		}
	}
	return strings.Count(dump, "persistConn).readLoop") >= 2 && strings.Count(dump, "net/http.(*conn).serve(") >= 3
}

// realProfiles are the decoded profiles of a process.
type realProfiles struct {
	goroutine, heap *profile.Snapshot
	dump            string
}

func captureChild(t *testing.T) realProfiles {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self)
	cmd.Env = append(os.Environ(), childEnv+"=1", "GODEBUG=memprofilerate=1")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var c childProfiles
	if err := json.Unmarshal(out, &c); err != nil {
		t.Fatal(fmt.Errorf("read the child's profiles: %w", err))
	}
	history := profile.NewHistoryBuilder()
	parse := func(k profile.Kind, b []byte) *profile.Snapshot {
		s, err := history.ParseCapture(profile.Capture{Kind: k, Time: began, Data: b})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	return realProfiles{parse(profile.Goroutine, c.Goroutine), parse(profile.Heap, c.Heap), c.Dump}
}

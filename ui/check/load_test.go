//go:build unix

package check

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/ui/report"
)

func TestRunLoad(t *testing.T) {
	if err := runCommand(t.Context(), "exit 0", time.Minute); err != nil {
		t.Errorf("a load that works: %v", err)
	}
	err := runCommand(t.Context(), `echo one; printf 'no such \033[31mhost\n' >&2; exit 3`, time.Minute)
	if err == nil || !strings.Contains(err.Error(), "exit status 3; its output:\n  one\n  no such host") {
		t.Errorf("a load that fails: %v, want how and what it said", err)
	}
	if strings.Contains(err.Error(), "echo") {
		t.Errorf("the command, which may hold secrets, is in %v", err)
	}
	if err := runCommand(t.Context(), "while :; do sleep 1; done", 200*time.Millisecond); err != nil {
		t.Errorf("a load without an end: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(100*time.Millisecond, cancel)
	if err := runCommand(ctx, "sleep 100", time.Minute); !errors.Is(err, context.Canceled) {
		t.Errorf("a load that was called off: %v", err)
	}
}

func TestTheEndOfALongStory(t *testing.T) {
	err := runCommand(t.Context(), "i=0; while [ $i -lt 3000 ]; do echo line $i; i=$((i+1)); done; exit 1", time.Minute)
	if err == nil || strings.Count(err.Error(), "\n") != maxTailLines || !strings.HasSuffix(err.Error(), "line 2999") {
		t.Errorf("%v, want its last %d lines", err, maxTailLines)
	}
}

// Processes that a load command has started end with it.
func TestLoadLeavesNothingBehind(t *testing.T) {
	file := filepath.Join(t.TempDir(), "pid")
	if err := runCommand(t.Context(), fmt.Sprintf("sleep 100 & echo $! > '%s'", file), time.Minute); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	eventually.Holds(t, "the background process has ended", func() bool {
		stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
		ended := err == nil && strings.Contains(string(stat), ") Z ") // a zombie
		return ended || syscall.Kill(pid, 0) != nil
	})
}

// underLoad checks a service of this process under a load that asks for /load.
func underLoad(t *testing.T, work http.HandlerFunc) (int, report.Document, string) {
	t.Helper()
	routes := realPprof()
	routes["/load"] = work
	return runLoadCheck(t, routes, 0.01)
}

func runLoadCheck(t *testing.T, routes map[string]http.HandlerFunc, cost float64) (int, report.Document, string) {
	t.Helper()
	src := openService(t, routes)
	command := fmt.Sprintf("%s=http://%s/load '%s'", loadEnv, src.Name(), os.Args[0])
	code, out, errs := runCheck(t, src, Options{For: time.Minute, Format: "json", Load: command, Cost: cost, idle: 10 * time.Millisecond, sampleGap: 10 * time.Millisecond})
	var d report.Document
	if err := json.Unmarshal([]byte(out), &d); err != nil {
		t.Fatalf("%v; it said %s%s", err, out, errs)
	}
	return code, d, out
}

func TestUnderLoadThatLeaks(t *testing.T) {
	s := newShelf(t)
	code, d, out := underLoad(t, func(http.ResponseWriter, *http.Request) {
		for i := range 20 {
			s.leak(i)
		}
	})
	if code != ExitLeak || d.Verdict != "leak" || len(d.Stays) < 2 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	for _, want := range []string{"(*shelf).put", "(*shelf).read"} {
		found := false
		for _, x := range d.Suspects {
			found = found || strings.HasSuffix(x.Function, want)
		}
		if !found {
			t.Errorf("%s is not among the suspects of %s", want, out)
		}
	}
}

func TestUnderLoadThatFillsACache(t *testing.T) {
	s := newShelf(t)
	code, d, out := underLoad(t, func(http.ResponseWriter, *http.Request) {
		if len(s.books) > 0 {
			return
		}
		for i := range 20 {
			s.leak(i)
		}
	})
	if code != ExitSteady || d.Verdict != "steady" || len(d.Suspects) > 0 {
		t.Fatalf("exit code %d: %s", code, out)
	}
	for _, st := range d.Stays {
		if st.When != "first load only" {
			t.Errorf("%s stayed %q, want only what the first load filled", st.Function, st.When)
		}
	}
}

// If the user cancels the loads, the report says so, not that the watch was too
// short.
func TestLoadThatIsCalledOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	routes := realPprof()
	routes["/load"] = func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}
	src := openService(t, routes)
	var out, errs strings.Builder
	code, err := Run(ctx, src, Options{
		For: time.Hour, Format: "text", Load: fmt.Sprintf("%s=http://%s/load '%s'", loadEnv, src.Name(), os.Args[0]), idle: time.Millisecond, sampleGap: time.Millisecond,
	}, &out, &errs)
	said := strings.Join(strings.Fields(out.String()), " ")
	if err != nil || code != ExitUndecided || !strings.Contains(said, "the loads did not finish") || !strings.Contains(said, "ended early") {
		t.Errorf("exit code %d, it said %s%s", code, &out, &errs)
	}
}

func TestLoadThatFails(t *testing.T) {
	code, out, errs := runCheck(t, openService(t, realPprof()), Options{
		For: time.Minute, Format: "text", Load: "echo 'hey: not found' >&2; exit 127", idle: time.Millisecond, sampleGap: time.Millisecond,
	})
	if code != ExitUnobserved || out != "" || !strings.Contains(errs, "hey: not found") {
		t.Errorf("exit code %d, stdout %q, stderr %q; want %d and what the load said", code, out, errs, ExitUnobserved)
	}
}

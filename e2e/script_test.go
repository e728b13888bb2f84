package e2e

import (
	"context"
	"errors"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/leaktop/leaktop/source/demo"
)

func TestScripts(t *testing.T) {
	t.Parallel()
	findProgram(t, "leaktop")
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script", UpdateScripts: *update, RequireExplicitExec: true,
		Setup: func(e *testscript.Env) error {
			recordings, err := filepath.Abs(filepath.Join(repository, "testdata", "check"))
			e.Setenv("RECORDINGS", recordings)
			e.Values[storeKey{}] = &storeHolder{}
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"exits": scriptExits, "serve": scriptServe, "store": scriptStore, "prometheus": scriptPrometheus},
	})
}

// scriptExits is the script command "exits CODE PROGRAM ARGS…": the program must
// end with exactly that exit code.
func scriptExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM [ARGS]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		var ended *exec.ExitError
		if !errors.As(err, &ended) {
			ts.Fatalf("run %s: %v", args[1], err)
		}
		got = ended.ExitCode()
	}
	if got != want {
		ts.Fatalf("exit code %d, want %d", got, want)
	}
}

// scriptServe is the script command "serve VARIABLE LEAK…": it runs the sample
// service until the end of the script, and sets the variable to its URL.
func scriptServe(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: serve VARIABLE [LEAK]")
	}
	exe, err := exec.LookPath("leaktop")
	ts.Check(err)
	child, err := demo.Start(context.Background(), exe, args[1:])
	ts.Check(err)
	ts.Defer(func() { _ = child.Stop() })
	ts.Setenv(args[0], child.URL)
}

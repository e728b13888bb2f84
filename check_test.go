package main

import (
	"context"
	"errors"
	"os/exec"
	"strconv"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/leaktop/leaktop/source/demo"
)

// exits is the script command "exits CODE PROGRAM ARGS…": the program must end
// with that very exit code.
func exits(ts *testscript.TestScript, neg bool, args []string) {
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

// serve is the script command "serve VARIABLE LEAK…": the sample service runs
// until the script has ended, and the variable holds its URL.
func serve(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 {
		ts.Fatalf("usage: serve VARIABLE [LEAK]")
	}
	exe, err := exec.LookPath("leaktop")
	ts.Check(err)
	child, err := demo.Start(context.Background(), exe, args[1:])
	ts.Check(err)
	ts.Defer(child.Stop)
	ts.Setenv(args[0], child.URL)
}

package e2e

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

// TestMain puts the program on the PATH, as it is built for this run, and runs
// the tests against it.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == panicProgram {
		os.Exit(runPanicProgram(os.Args[1], os.Args[2:]...))
	}
	flag.Parse()
	os.Exit(runTests(m))
}

func runTests(m *testing.M) int {
	programs, err := installPrograms()
	if err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	defer func() { _ = os.RemoveAll(programs) }()
	if err := os.Setenv("PATH", programs+string(os.PathListSeparator)+os.Getenv("PATH")); err != nil {
		fmt.Fprintln(os.Stderr, "e2e:", err)
		return 1
	}
	return m.Run()
}

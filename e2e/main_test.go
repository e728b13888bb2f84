package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"testing"

	"github.com/leaktop/leaktop/e2e/eventually"
)

var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

// TestMain runs the program of panics_test.go if the test binary is called by
// that name.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == panicProgram+executableSuffix() {
		os.Exit(runPanicProgram(os.Args[1], os.Args[2:]...))
	}
	eventually.RunMoreInParallel(4)
	code := m.Run()
	if programs != "" {
		_ = os.RemoveAll(programs)
	}
	os.Exit(code)
}

package e2e

import (
	"flag"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
)

var update = flag.Bool("update", false, "rewrite the golden parts of the scripts")

// TestMain is also the program of panics_test.go, under that name.
func TestMain(m *testing.M) {
	if filepath.Base(os.Args[0]) == panicProgram+executableSuffix() {
		os.Exit(runPanicProgram(os.Args[1], os.Args[2:]...))
	}
	flag.Parse()
	runMoreInParallel()
	code := m.Run()
	if programs != "" {
		_ = os.RemoveAll(programs)
	}
	os.Exit(code)
}

// runMoreInParallel lets more tests run at once than there are processors, unless
// the command line says how many: they mostly wait for programs that wait.
func runMoreInParallel() {
	said := false
	flag.Visit(func(f *flag.Flag) { said = said || f.Name == "test.parallel" })
	if !said {
		_ = flag.Set("test.parallel", strconv.Itoa(4*runtime.GOMAXPROCS(0)))
	}
}

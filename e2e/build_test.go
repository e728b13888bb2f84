package e2e

import (
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"testing"
)

// repository is the root of the repository, seen from this package's folder.
const repository = ".."

// installPrograms builds leaktop and puts it on the PATH under all of its names,
// together with the program of panics_test.go. The first test that needs it calls
// it, not TestMain: go test records the files that a test reads, but not those
// that TestMain reads, so it would reuse results of older sources.
var installPrograms = sync.OnceValue(func() error {
	built, err := buildLeaktop()
	if err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	if programs, err = os.MkdirTemp("", "leaktop-e2e-"); err != nil {
		return err
	}
	for name, program := range map[string]string{"leaktop": built, "kubectl-leaktop": built, panicProgram: self} {
		if err := linkOrCopy(program, filepath.Join(programs, name+executableSuffix())); err != nil {
			return err
		}
	}
	return os.Setenv("PATH", programs+string(os.PathListSeparator)+os.Getenv("PATH"))
})

// programs is the folder of [installPrograms], removed by TestMain.
var programs string

// findProgram returns the path of a program, which may be one of those under test.
func findProgram(t testing.TB, name string) string {
	t.Helper()
	if err := installPrograms(); err != nil {
		t.Fatal(err)
	}
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// environment is the environment at the start. A test may change it later, for
// example HOME, below which the build cache is.
var environment = os.Environ()

// buildLeaktop builds the whole program, with the race detector if this test
// has it. The result stays in build/, so that it is linked again only when it
// has changed.
func buildLeaktop() (string, error) {
	if err := touchSources(); err != nil {
		return "", err
	}
	args, folder := []string{"build", "-buildvcs=false", "-ldflags=-s -w"}, "e2e"
	if hasRaceDetector() {
		args, folder = append(args, "-race"), "e2e-race"
	}
	out, err := filepath.Abs(filepath.Join(repository, "build", folder, "leaktop"+executableSuffix()))
	if err != nil {
		return "", err
	}
	cmd := exec.Command("go", append(args, "-o", out, ".")...)
	cmd.Dir, cmd.Env = repository, environment
	if said, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build leaktop: %w\n%s", err, said)
	}
	return out, nil
}

// touchSources stats every source file, so that go test does not reuse a result of
// this package once one of them has changed.
func touchSources() error {
	return filepath.WalkDir(repository, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == ".git" || d.Name() == "build" || d.Name() == "tools" || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if strings.HasSuffix(path, ".go") || d.Name() == "go.mod" {
			_, err = os.Stat(path)
		}
		return err
	})
}

func hasRaceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

func executableSuffix() string {
	if runtime.GOOS == "windows" {
		return ".exe"
	}
	return ""
}

// linkOrCopy makes a file available under another name, unaffected by a later
// build that replaces the file.
func linkOrCopy(from, to string) error {
	if os.Link(from, to) == nil {
		return nil
	}
	data, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, data, 0o700)
}

package e2e

import (
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/demo"
)

// TestDemoListsAll checks that every leak and look-alike has a line.
func TestDemoListsAll(t *testing.T) {
	t.Parallel()
	var got, want []string
	for line := range strings.Lines(runLeaktop(t, "demo", "--list")) {
		got = append(got, strings.Join(strings.Fields(line), " "))
	}
	for _, s := range demo.Scenarios() {
		want = append(want, strings.Join([]string{s.Name, string(s.Kind), s.About}, " "))
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed are\n%s\nthere are\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestVersionIsKnown(t *testing.T) {
	t.Parallel()
	if out := runLeaktop(t, "version"); !strings.HasPrefix(out, "leaktop ") || !strings.Contains(out, "go1.") {
		t.Errorf("version says %q", out)
	}
}

// runLeaktop runs the program and returns its standard output.
func runLeaktop(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command(findProgram(t, "leaktop"), args...).Output()
	if err != nil {
		t.Fatalf("leaktop %s: %v", strings.Join(args, " "), err)
	}
	return string(out)
}

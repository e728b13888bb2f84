package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// Releases are built exactly as by .ci/build, whose result .ci/run measures, and
// for the same targets.
func TestReleaseIsBuiltAsInCI(t *testing.T) {
	t.Parallel()
	var config struct {
		Builds []struct{ Env, Flags, Gcflags, Ldflags, Goos, Goarch []string }
	}
	if err := yaml.Unmarshal([]byte(readFile(t, ".goreleaser.yaml")), &config); err != nil {
		t.Fatal(err)
	}
	if len(config.Builds) != 1 {
		t.Fatalf("%d builds, want 1", len(config.Builds))
	}
	b := config.Builds[0]
	all := func(s []string) string { return strings.Join(s, " ") }
	build := all(b.Env) + " exec go build " + all(b.Flags) + " -gcflags=" + all(b.Gcflags) + " -ldflags '" + all(b.Ldflags) + `' -o "$1" .`
	if !strings.Contains(readFile(t, ".ci/build"), "\n"+build+"\n") {
		t.Errorf(".ci/build lacks the command that .goreleaser.yaml describes:\n%s", build)
	}
	for _, loop := range []string{"for os in " + all(b.Goos) + "; do", "for arch in " + all(b.Goarch) + "; do"} {
		if !strings.Contains(readFile(t, ".ci/run"), loop) {
			t.Errorf(".ci/run does not build every released target: no %q", loop)
		}
	}
}

// readFile returns the text of a file of the repository.
func readFile(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(repository, name))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

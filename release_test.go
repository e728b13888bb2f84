package main

import (
	"os"
	"strings"
	"testing"

	"sigs.k8s.io/yaml"
)

// What is released is built as .ci/build builds it, which .ci/run measures and
// compiles for the same targets.
func TestReleaseIsBuiltAsInCI(t *testing.T) {
	var config struct {
		Builds []struct{ Env, Flags, Gcflags, Ldflags, Goos, Goarch []string }
	}
	if err := yaml.Unmarshal([]byte(text(t, ".goreleaser.yaml")), &config); err != nil {
		t.Fatal(err)
	}
	if len(config.Builds) != 1 {
		t.Fatalf("%d builds, want 1", len(config.Builds))
	}
	b := config.Builds[0]
	all := func(s []string) string { return strings.Join(s, " ") }
	build := all(b.Env) + " exec go build " + all(b.Flags) + " -gcflags=" + all(b.Gcflags) + " -ldflags '" + all(b.Ldflags) + `' -o "$1" .`
	if !strings.Contains(text(t, ".ci/build"), "\n"+build+"\n") {
		t.Errorf(".ci/build has not the line that .goreleaser.yaml amounts to:\n%s", build)
	}
	for _, loop := range []string{"for os in " + all(b.Goos) + "; do", "for arch in " + all(b.Goarch) + "; do"} {
		if !strings.Contains(text(t, ".ci/run"), loop) {
			t.Errorf(".ci/run does not build for all that is released: %s", loop)
		}
	}
}

func text(t *testing.T, path string) string {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// Package sourcetest opens sources for tests. Only tests import it.
package sourcetest

import (
	"testing"

	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/target"
)

// Parse returns the target that a user would name so on the command line.
func Parse(t testing.TB, name string) target.Target {
	t.Helper()
	parsed, err := target.Parse(name)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// Open opens the target that a user would name so on the command line. It is closed at
// the end of the test, which fails if that fails.
func Open(t testing.TB, name string, o source.Options) source.Source {
	t.Helper()
	src, err := source.Open(t.Context(), Parse(t, name), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := src.Close(); err != nil {
			t.Errorf("close %s: %v", name, err)
		}
	})
	return src
}

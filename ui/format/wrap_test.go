package format

import (
	"slices"
	"testing"
)

// A path is not broken across lines if one line has room for it.
func TestWrapIndentedKeepsPathsWhole(t *testing.T) {
	got := WrapIndented("Recorded 4 profiles: /tmp/leaktop-shop-20261128.tar, a warm-up included", 36, " ")
	want := []string{" Recorded 4 profiles:", " /tmp/leaktop-shop-20261128.tar, a", " warm-up included"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := WrapIndented("/a/path-that/has-no/room", 12, ""); !slices.Equal(got, []string{"/a/path-that", "/has-no/room"}) {
		t.Errorf("of a path without room: %q", got)
	}
}

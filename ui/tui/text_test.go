package tui

import (
	"slices"
	"testing"
)

// A path stands whole on a line where one has room for it.
func TestWrapKeepsPathsWhole(t *testing.T) {
	got := Wrap("Recorded 4 profiles: /tmp/leaktop-shop-20261128.tar, a warm-up included", 36, " ")
	want := []string{" Recorded 4 profiles:", " /tmp/leaktop-shop-20261128.tar, a", " warm-up included"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if got := Wrap("/a/path-that/has-no/room", 12, ""); !slices.Equal(got, []string{"/a/path-that", "/has-no/room"}) {
		t.Errorf("of a path without room: %q", got)
	}
}

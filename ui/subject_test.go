package ui

import (
	"strings"
	"testing"
)

// A page's label and its numbers belong to the same profile, whichever pane opened it.
func TestPagesOnTheWayDownSayWhatTheyAreOf(t *testing.T) {
	for _, tt := range []struct {
		name           string
		pane           string
		before, after  string // the label, before and after t
		valuesMustDiff bool
	}{
		{"a function follows the chosen sample type", "Functions", "inuse_space", "inuse_objects", true},
		{"a stack follows the chosen sample type", "Stacks", "inuse_space", "inuse_objects", true},
		{"goroutines stay goroutines", "Goroutines", "goroutine · last 4m", "goroutine · last 4m", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := newScreen(t, files{names: []string{"small_heap_060.pb.gz", "typ_goroutine_300.pb.gz"}}, 120, 30)
			s.press(tt.pane, "enter")
			s.wants(tt.before)
			before := strings.Join(s.m.drawBody(), "\n")
			s.press("t")
			s.wants(tt.after)
			if after := strings.Join(s.m.drawBody(), "\n"); (after != before) != tt.valuesMustDiff {
				t.Errorf("before t:\n%s\nafter:\n%s", before, after)
			}
		})
	}
}

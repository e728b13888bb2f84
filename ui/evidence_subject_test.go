package ui

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile/leak"
)

// The heading of evidence is of the suspect, not of the pane that led there.
func TestEvidenceSaysWhatItIsOf(t *testing.T) {
	for kind, want := range map[leak.Kind]string{leak.Heap: "heap inuse_space", leak.Goroutine: "goroutine", leak.OffHeap: "memory"} {
		s := newScreen(t, typical, 100, 30)
		s.press("Functions", "t")
		s.do(s.m.actions.evidence.openSuspect(leak.Suspect{Kind: kind, Sentence: "grows"}))
		s.press("left")
		if got := s.m.describeValues(60); !strings.HasPrefix(got, want+" ") {
			t.Errorf("of %s: %q, want %q", kind, got, want)
		}
	}
}

package ui

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile/leak"
)

// The heading of the evidence names the suspect's kind of profile, not that of the pane that opened it.
func TestEvidenceSaysWhatItIsOf(t *testing.T) {
	for kind, want := range map[leak.Kind]string{leak.Heap: "heap inuse_space", leak.Goroutine: "goroutine", leak.OffHeap: "memory"} {
		s := newScreen(t, typical, 100, 30)
		s.press("Functions", "t")
		s.do(s.m.actions.evidence.openSuspect(leak.Suspect{Kind: kind, Sentence: "grows"}))
		s.press("left")
		if got := s.m.describeValues(60); !strings.HasPrefix(got, want+" ") {
			t.Errorf("evidence of %s: got heading %q, want %q", kind, got, want)
		}
	}
}

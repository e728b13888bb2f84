package session

import (
	"slices"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// TestDifferenceIsSaid opens a difference written by go tool pprof -base. It cannot be
// judged, and the error says which files to give instead.
func TestDifferenceIsSaid(t *testing.T) {
	isSaid := func(d profile.Diagnostic) bool {
		return d.Code == profile.CodeAcross && d.Severity == profile.SeverityBlocking && d.Next != ""
	}
	for name, want := range map[string]bool{"typ_heap_060_to_150.pb.gz": true, "typ_heap_150.pb.gz": false} {
		st := nextState(openReplay(t, fileTarget(name)), func(st State) bool { return st.Replay != nil && st.Replay.Loaded == 1 })
		if got := slices.ContainsFunc(st.Diagnostics, isSaid); got != want {
			t.Errorf("%s: said %v, want %v: %q", name, got, want, st.Diagnostics)
		}
		if st.Report.Verdict != leak.Undecided {
			t.Errorf("%s: %s", name, st.Report.Verdict)
		}
	}
}

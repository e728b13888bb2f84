package session

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// TestTwoProcessesAreComparedAtOnce opens a profile from before a change and one of the process that was started with
// the change, whose counters are lower.
func TestTwoProcessesAreComparedAtOnce(t *testing.T) {
	before := readHeap(t, "typ_heap_150.pb.gz")
	h := profile.NewHistoryBuilder()
	added, err := h.Add(profile.Capture{Kind: profile.Heap, Data: before})
	if err != nil {
		t.Fatal(err)
	}
	x, _ := h.History().Extract(profile.Selection{Kind: profile.Heap})
	p := x.Proto()
	p.Scale(0.5)
	p.TimeNanos = added.Snapshot.Time.Add(time.Hour).UnixNano()
	path := filepath.Join(t.TempDir(), "after.pb.gz")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Write(f); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	target := fileTarget("typ_heap_150.pb.gz")
	target.Paths = append(target.Paths, path)
	st := nextState(openReplay(t, target), func(st State) bool { return st.Replay != nil && st.Replay.Loaded == 1 })
	if !st.Replay.Pair || st.History.Baseline().IsZero() || st.Restarts != 0 {
		t.Fatalf("got pair %v, baseline %v, %d restarts", st.Replay.Pair, st.History.Baseline(), st.Restarts)
	}
	tab, _ := st.History.Rows(profile.Selection{Kind: profile.Heap, Baseline: true})
	plain, _ := st.History.Rows(profile.Selection{Kind: profile.Heap})
	if tab.Total >= 0 || tab.Total < -plain.Total-1000 || tab.Total > -plain.Total+1000 {
		t.Errorf("half as much memory is shown as a difference of %d to %d", tab.Total, plain.Total)
	}
	if !slices.ContainsFunc(st.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeAcross }) {
		t.Errorf("no diagnostic says that the profiles are of two processes: %q", st.Diagnostics)
	}
	if st.Report.Verdict == leak.Leaks {
		t.Errorf("two profiles were judged: %+v", st.Report)
	}
}

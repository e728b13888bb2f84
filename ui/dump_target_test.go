package ui

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui"
)

// TestDumpIsATarget opens the text of a full goroutine dump, as people attach it to
// issues, in the live view: its goroutines are in the pane.
func TestDumpIsATarget(t *testing.T) {
	s := replayOf(t, 100, 30, filepath.Join("..", "source", "session", "testdata", "prove", "dump.txt"))
	s.press("Goroutines")
	if latest, _ := s.m.vc.History.Latest(profile.Goroutine); latest == nil || latest.Len() == 0 {
		t.Fatal("no goroutines were read from the dump")
	}
	if shown := s.text(); !strings.Contains(shown, "main.main") || !strings.Contains(shown, "sleep") {
		t.Errorf("the goroutines are not shown:\n%s", shown)
	}
}

// TestReproduceNamesEveryFile: the command in an export reads all the files again.
func TestReproduceNamesEveryFile(t *testing.T) {
	s := replayScreen(t, 100, 30, "typ_heap_060.pb.gz", "typ_heap_150.pb.gz")
	got := reproduceCommand(s.m.vc.State.Facts, s.m.session.Source)
	want := "leaktop check ../profile/testdata/typ_heap_060.pb.gz ../profile/testdata/typ_heap_150.pb.gz"
	if filepath.ToSlash(got) != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A pod is reproduced in its own cluster.
func TestReproduceNamesTheCluster(t *testing.T) {
	f := profile.Facts{Context: "prod eu", Namespace: "shop", Pod: "checkout-1", ContainerName: "app"}
	if got, want := reproduceCommand(f, openTarget(t, "127.0.0.1:1")), "leaktop check --context 'prod eu' -n shop -c app pod/checkout-1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The time to the limit is reproduced only with the limit that the user gave.
func TestReproduceNamesTheLimit(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	f := s.m.vc.State.Facts
	for limit, want := range map[int64]string{4 << 30: "4GiB", 1536 << 20: "1536MiB", 512e6: "512000000"} {
		f.Limit, f.LimitFrom = limit, "--limit"
		if got := reproduceCommand(f, s.m.session.Source); !strings.HasSuffix(got, " --limit "+want) {
			t.Errorf("the command is %q, want the limit %s", got, want)
		}
	}
	f.LimitFrom = "pod"
	if got := reproduceCommand(f, s.m.session.Source); strings.Contains(got, "--limit") {
		t.Errorf("the command is %q", got)
	}
}

// TestDumpIsShownEverywhere checks that a file of goroutines is on the panes of any kind of profile, which otherwise
// begin with the heap, and that there is no advice to take another dump.
func TestDumpIsShownEverywhere(t *testing.T) {
	s := replayOf(t, 100, 30, filepath.Join("..", "source", "session", "testdata", "prove", "dump.txt"))
	for _, pane := range []string{"Functions", "Stacks", "Flame"} {
		s.press(pane)
		s.wants("goroutine")
		if text := s.text(); strings.Contains(text, tui.Waiting) || strings.Contains(text, "inuse_space") {
			t.Errorf("%s waits for a heap profile:\n%s", pane, text)
		}
	}
	s.press("Goroutines", "D")
	s.wants("goroutines at")
	if strings.Contains(s.text(), "D again") {
		t.Errorf("a dump asks for a dump:\n%s", s.text())
	}
}

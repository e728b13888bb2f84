package ui

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
)

// A single profile shows values and each function's share, but no columns of growth, no
// verdict, and no promise of either.
func TestOneProfileShowsShares(t *testing.T) {
	s := replayScreen(t, 120, 40, "typ_heap_300.pb.gz")
	s.m.nav.panes[0] = paneTable[0].make(s.m.vc) // the previous one waits for rows whose command was dropped
	s.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	s.do(s.m.currentPage().Refresh(true))
	s.wants("○ held", "SHARE", "%", "not what grows", "not in the profile")
	for _, no := range []string{"GROWTH/H", "VERDICT", "waiting for", "watched for", "not suspected", "there is only one heap profile"} {
		if strings.Contains(s.text(), no) {
			t.Errorf("one profile shows %q:\n%s", no, s.text())
		}
	}
	s.press("v")
	s.wants("not judged ", "Give a second one")
}

// A dump shows what goroutines wait for, although it leaves out the frames of the
// runtime.
func TestDumpFileShowsWhatGoroutinesWaitFor(t *testing.T) {
	path := filepath.Join(t.TempDir(), "dump.txt")
	const text = "goroutine 1 [chan receive]:\nmain.consume()\n\t/src/main.go:10 +0x1\n\n" +
		"goroutine 2 [select, 3 minutes]:\nmain.pick()\n\t/src/main.go:20 +0x1\n\ngoroutine 3 [running]:\nmain.work()\n\t/src/main.go:30 +0x1\n"
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := replayOf(t, 120, 40, path)
	if len(s.m.vc.State.Known) == 0 {
		s.waitUntil(func(st session.State) bool { return len(st.Known) > 0 })
	}
	s.press("4")
	for in, want := range map[string]string{"main.consume": "channel receive", "main.pick": "select, 3m", "main.work": "running"} {
		if got := s.waitsOf(in); got != want {
			t.Errorf("%s waits for %q, want %q", in, got, want)
		}
	}
}

// A function and a stack that hold the same memory as a suspect have its rate.
func TestSameSeriesHasOneRate(t *testing.T) {
	s := replayOf(t, 200, 60, "../testdata/check/leaking.tar")
	x := s.m.vc.State.Report.Suspects[0]
	rate := strings.TrimSuffix(format.PerHour(x.GrowthPerHour, x.Unit), "/h")
	held := format.Value(x.Group.Points[len(x.Group.Points)-1].Value, x.Unit)
	for _, pane := range []string{"2", "3"} {
		s.press(pane)
		n := 0
		for line := range strings.Lines(tableOf(strings.Replace(s.text(), "STACK", "FUNCTION", 1))) {
			if strings.Contains(line, held) && strings.Contains(line, profile.ShortName(x.Function)) {
				n++
				if !strings.Contains(line, rate) {
					t.Errorf("pane %s: %q holds what the suspect holds, and lacks its %s", pane, line, rate)
				}
			}
		}
		if n == 0 {
			t.Errorf("pane %s has no row with %s:\n%s", pane, held, s.text())
		}
	}
}

// Two profiles are too few for a suspect, and the screen does not say that more will
// come.
func TestTwoProfilesPromiseNothing(t *testing.T) {
	s := replayScreen(t, 120, 40, "typ_heap_020.pb.gz", "typ_heap_300.pb.gz")
	s.m.nav.panes[0] = paneTable[0].make(s.m.vc) // as above
	s.send(tea.WindowSizeMsg{Width: 120, Height: 40})
	s.do(s.m.currentPage().Refresh(true))
	s.press("1", "v")
	s.wants("Two profiles show a difference")
	for _, no := range []string{"C asks for one", "It becomes a suspect"} {
		if strings.Contains(s.text(), no) {
			t.Errorf("two profiles show %q:\n%s", no, s.text())
		}
	}
}

// Until the first of several files is read, the screen promises nothing that only a
// live watch can show.
func TestFilesAreReadNotWatched(t *testing.T) {
	s := newScreen(t, files{}, 120, 40)
	st := s.m.vc.State
	st.Ended = false
	s.m.vc.IsRecorded = true
	for i, p := range paneTable {
		s.m.nav.panes[i] = p.make(s.m.vc)
	}
	s.showState(st)
	for _, pane := range []string{"Growing", "Functions", "Goroutines"} {
		s.press(pane)
		s.m.overview.Refresh()
		s.wants("reading…", "◐ undecided  the first profile is being read")
		for _, no := range []string{"watching", "waiting", "Waiting", "connecting", "has grown yet", "No goroutine profile"} {
			if strings.Contains(s.text(), no) {
				t.Errorf("%s of files has %q:\n%s", pane, no, s.text())
			}
		}
	}
}

package ui

import (
	"context"
	"os"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// channelSource is a source whose messages a test sends.
type channelSource chan source.Message

func (s channelSource) Name() string           { return "fed" }
func (s channelSource) Close() error           { return nil }
func (s channelSource) Offers() []profile.Kind { return nil }
func (s channelSource) Fetch(context.Context, source.Query) (profile.Capture, error) {
	return profile.Capture{}, nil
}

func (s channelSource) Watch(ctx context.Context, send func(source.Message)) error {
	for {
		select {
		case m := <-s:
			send(m)
		case <-ctx.Done():
			return nil
		}
	}
}

// liveScreen is a screen run as Bubble Tea runs it: one command always waits for the next state.
type liveScreen struct {
	*screen
	fed  channelSource
	msgs chan tea.Msg
}

// newLiveScreen returns a screen that shows two heap profiles.
func newLiveScreen(t *testing.T) *liveScreen {
	t.Helper()
	f := make(channelSource)
	s := &liveScreen{screen: startWatch(t, f, 120, 40), fed: f, msgs: make(chan tea.Msg, 64)}
	s.runCommand(s.m.nextState())
	s.sendHeap("typ_heap_020.pb.gz")
	s.sendHeap("typ_heap_060.pb.gz")
	return s
}

// sendHeap sends a heap profile from package profile's testdata and runs all commands that follow.
func (s *liveScreen) sendHeap(name string) {
	s.t.Helper()
	s.sendCapture(readCapture(s.t, name))
}

// readCapture reads a heap profile from package profile's testdata.
func readCapture(t *testing.T, name string) profile.Capture {
	t.Helper()
	data, err := os.ReadFile("../profile/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return profile.Capture{Kind: profile.Heap, Data: data}
}

// sendCapture sends a profile and runs all commands that follow.
func (s *liveScreen) sendCapture(c profile.Capture) {
	before := s.newestRevision()
	s.fed <- source.Capture{Capture: c}
	s.fed <- s.m.vc.State.Status // ends the round of polls, as a real source does; the session would wait for more
	for s.newestRevision() == before || s.isBuildingRows() {
		s.handleAnswer()
	}
}

// newestRevision returns the revision of the newest state, which a paused screen does not show.
func (s *liveScreen) newestRevision() int {
	if s.m.held != nil {
		return s.m.held.Revision
	}
	return s.m.vc.State.Revision
}

// isBuildingRows reports whether rows are being built.
func (s *liveScreen) isBuildingRows() bool {
	l, ok := s.m.currentPage().(tui.Loader)
	return ok && l.Loading()
}

func (s *liveScreen) runCommand(cmd tea.Cmd) {
	if cmd != nil {
		go func() { s.msgs <- cmd() }()
	}
}

func (s *liveScreen) handleAnswer() {
	switch msg := (<-s.msgs).(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.runCommand(cmd)
		}
	default:
		_, cmd := s.m.Update(msg)
		s.runCommand(cmd)
	}
}

// numbersOf returns the numbers of a row that has them.
func numbersOf(r list.Row) *list.Numbers { return r.(list.MeasuredRow).Measured() }

// flatAndCum returns flat and cum of each row of a table, by row key.
func flatAndCum(l list.Table) map[string][2]int64 {
	out := map[string][2]int64{}
	for _, r := range l.All() {
		n := numbersOf(r)
		out[r.RowLabel().Key] = [2]int64{n.Flat, n.Cum}
	}
	return out
}

// After b, every number in a table is a difference to the baseline, until B drops it.
func TestBaselineMakesEveryNumberADifference(t *testing.T) {
	before, after, s := newLiveScreen(t), newLiveScreen(t), newLiveScreen(t)
	after.sendHeap("typ_heap_150.pb.gz")
	s.press("Functions", "b")
	s.wants("since baseline", "Baseline set")
	if strings.Contains(s.text(), "last 4m") {
		t.Errorf("growth is labeled with the window although a baseline is set:\n%s", s.text())
	}
	s.sendHeap("typ_heap_150.pb.gz")
	for _, pane := range []string{"Growing", "Functions", "Stacks"} {
		rows := map[*liveScreen]map[string][2]int64{}
		for _, one := range []*liveScreen{before, after, s} {
			one.press(pane)
			rows[one] = flatAndCum(one.list())
		}
		shown, falls := 0, 0
		for k, now := range rows[after] {
			then, d := rows[before][k], rows[s][k]
			want := [2]int64{now[0] - then[0], now[1] - then[1]}
			if d != want {
				t.Errorf("pane %s, %s: got %v, want %v minus %v", pane, k, d, now, then)
			}
			if d != ([2]int64{}) {
				shown++
			}
		}
		for k, then := range rows[before] {
			if _, there := rows[after][k]; !there && rows[s][k] != [2]int64{-then[0], -then[1]} {
				t.Errorf("pane %s, %s: the row is gone; got %v, want minus %v", pane, k, rows[s][k], then)
			}
		}
		var most int64
		for _, v := range rows[s] {
			most = max(most, v[1])
			if v[1] < 0 {
				falls++
			}
		}
		s.wants(" " + format.Delta(most, "bytes"))
		if shown == 0 || pane != "Growing" && falls == 0 {
			t.Errorf("pane %s: got %d rows, %d of them with negative differences", pane, shown, falls)
		}
	}
	for _, pane := range []string{"Memory", "Events"} {
		s.press(pane)
		if strings.Contains(s.text(), "since baseline") {
			t.Errorf("pane %s reports that it has no differences:\n%s", pane, s.text())
		}
	}
	s.wants("baseline") // an event
	marks := 0
	for _, c := range s.m.overview.Charts() {
		marks += len(c.Data.Marks)
	}
	if charts := len(s.m.overview.Charts()); charts == 0 || marks != charts {
		t.Errorf("got %d charts with %d baseline marks", charts, marks)
	}
	s.press("Functions", "B")
	after.press("Functions")
	for k, want := range flatAndCum(after.list()) {
		if got := flatAndCum(s.list())[k]; got != want {
			t.Fatalf("after B: %s: got %v, want %v", k, got, want)
		}
	}
}

// After two keys in quick succession the second one counts, whichever command finishes first.
func TestBaselineFollowsTheOrderOfTheKeys(t *testing.T) {
	for _, keys := range []string{"bB", "Bb", "bBb", "bBbB"} {
		s := newLiveScreen(t)
		s.press("Functions")
		if keys[0] == 'B' {
			s.press("b")
		}
		var cmds []tea.Cmd
		for _, k := range keys {
			_, cmd := s.m.Update(tea.KeyPressMsg{Text: string(k), Code: k})
			cmds = append(cmds, cmd)
		}
		for i := range cmds {
			s.do(cmds[len(cmds)-1-i])
		}
		set := keys[len(keys)-1] == 'b'
		if since := strings.Contains(s.text(), "since baseline"); since != set || s.m.vc.History.Baseline().IsZero() == set {
			t.Errorf("after %s the screen shows \"since baseline\": %t; the history's baseline is %v", keys, since, s.m.vc.History.Baseline())
		}
	}
}

// Building rows takes a moment. Until the new rows arrive, the screen and exports label the old rows as what they are.
func TestWhatRowsAreIsSaidOfThoseOnScreen(t *testing.T) {
	for _, pane := range []string{"Functions", "Goroutines", "Flame"} {
		s := newLiveScreen(t)
		s.press(pane, "b")
		s.sendHeap("typ_heap_150.pb.gz")
		_, drop := s.m.Update(tea.KeyPressMsg{Text: "B", Code: 'B'})
		_, late := s.m.Update(drop())
		s.wants("since baseline")
		if s.m.actions.export.newDocument("").View.Baseline.IsZero() {
			t.Errorf("pane %s: an export would label differences as absolute values", pane)
		}
		s.do(late)
		if strings.Contains(s.text(), "since baseline") || !s.m.actions.export.newDocument("").View.Baseline.IsZero() {
			t.Errorf("pane %s: the new rows are labeled as differences", pane)
		}
	}
}

// When the process is replaced, its baseline is dropped and the screen says so. A paused table keeps its differences
// and their label.
func TestBaselineGoesWithItsProcess(t *testing.T) {
	s := newLiveScreen(t)
	s.press("Functions", "b")
	young, at := readCapture(t, "typ_heap_001.pb.gz"), s.m.now() // its counters are lower
	young.Time = at.Add(10 * time.Second)
	s.sendCapture(young)
	s.wants("The process restarted, so its baseline is gone")
	if strings.Contains(s.text(), "since baseline") {
		t.Errorf("absolute values are labeled as differences:\n%s", s.text())
	}
	s.press("b")
	older := readCapture(t, "typ_heap_005.pb.gz")
	older.Time = at.Add(20 * time.Second)
	s.sendCapture(older)
	s.wants("since baseline")
	s.press("space")
	young.Time = at.Add(30 * time.Second)
	s.fed <- source.Capture{Capture: young}
	for s.m.held == nil || s.m.held.History.Baseline().Equal(s.m.vc.History.Baseline()) {
		s.handleAnswer()
	}
	s.wants("since baseline", "paused at")
	s.press("space")
	s.wants("The process restarted, so its baseline is gone")
	if strings.Contains(s.text(), "since baseline") {
		t.Errorf("after the pause, absolute values are labeled as differences:\n%s", s.text())
	}
}

func TestNoBaselineToDrop(t *testing.T) {
	s := newLiveScreen(t)
	s.press("Functions", "B")
	s.wants("There is no baseline to drop; b sets one.")
}

// list returns the table of the current page.
func (s *screen) list() list.Table {
	l, ok := s.m.currentPage().(list.Table)
	if !ok {
		s.t.Fatalf("page %T is not a list", s.m.currentPage())
	}
	return l
}

// chartTitles returns the line above the charts.
func (s *screen) chartTitles() string {
	line, _, _ := strings.Cut(ansi.Strip(s.m.overview.View()), "\n")
	return line
}

// While the screen is paused nothing on it changes, and it says since when. Then it shows the newest state.
func TestPauseFreezesTheScreen(t *testing.T) {
	s := newLiveScreen(t)
	s.press("Functions", "space")
	s.wants("paused at", "space resume")
	before, title := s.text(), s.chartTitles()
	s.sendHeap("typ_heap_150.pb.gz")
	if got := s.text(); got != before {
		t.Errorf("the paused screen changed from\n%s\nto\n%s", before, got)
	}
	s.press("space")
	if got := s.text(); strings.Contains(got, "paused") || s.chartTitles() == title {
		t.Errorf("after the pause, the screen still shows the old state:\n%s", got)
	}
}

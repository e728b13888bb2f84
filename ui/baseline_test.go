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
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// fed is a source whose messages a test sends.
type fed chan source.Message

func (f fed) Name() string           { return "fed" }
func (f fed) Close() error           { return nil }
func (f fed) Offers() []profile.Kind { return nil }
func (f fed) Fetch(context.Context, source.Query) (profile.Capture, error) {
	return profile.Capture{}, nil
}

func (f fed) Watch(ctx context.Context, send func(source.Message)) error {
	for {
		select {
		case m := <-f:
			send(m)
		case <-ctx.Done():
			return nil
		}
	}
}

// fedScreen is a screen that runs as Bubble Tea runs it: one command always
// waits for the next state.
type fedScreen struct {
	*screen
	fed  fed
	msgs chan tea.Msg
}

// newFedScreen shows two heaps.
func newFedScreen(t *testing.T) *fedScreen {
	t.Helper()
	f := make(fed)
	s := &fedScreen{screen: begun(t, f, 120, 40), fed: f, msgs: make(chan tea.Msg, 64)}
	s.run(s.m.nextState())
	s.heap("typ_heap_020.pb.gz")
	s.heap("typ_heap_060.pb.gz")
	return s
}

// heap sends a heap profile of package profile's testdata, and sees to all that
// follows.
func (s *fedScreen) heap(name string) {
	s.t.Helper()
	s.feed(capture(s.t, name))
}

// capture is a heap profile of package profile's testdata.
func capture(t *testing.T, name string) profile.Capture {
	t.Helper()
	data, err := os.ReadFile("../profile/testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return profile.Capture{Kind: profile.Heap, Data: data}
}

// feed sends a profile, and sees to all that follows.
func (s *fedScreen) feed(c profile.Capture) {
	before := s.m.vc.State.Revision
	s.fed <- source.Capture{Capture: c}
	for s.m.vc.State.Revision == before || s.busy() {
		s.answer()
	}
}

// busy says whether rows are being made.
func (s *fedScreen) busy() bool {
	l, ok := s.m.currentPage().(tui.Loader)
	return ok && l.Loading()
}

func (s *fedScreen) run(cmd tea.Cmd) {
	if cmd != nil {
		go func() { s.msgs <- cmd() }()
	}
}

func (s *fedScreen) answer() {
	switch msg := (<-s.msgs).(type) {
	case nil:
	case tea.BatchMsg:
		for _, cmd := range msg {
			s.run(cmd)
		}
	default:
		_, cmd := s.m.Update(msg)
		s.run(cmd)
	}
}

// measured are the numbers of a row that has them.
func measured(r list.Row) *list.Numbers { return r.(list.MeasuredRow).Measured() }

// numbers are flat and cum of the rows of a table, by their keys.
func numbers(l list.Table) map[string][2]int64 {
	out := map[string][2]int64{}
	for _, r := range l.All() {
		n := measured(r)
		out[r.RowLabel().Key] = [2]int64{n.Flat, n.Cum}
	}
	return out
}

// From b on every number in a table is a difference, until B.
func TestBaselineMakesEveryNumberADifference(t *testing.T) {
	before, after, s := newFedScreen(t), newFedScreen(t), newFedScreen(t)
	after.heap("typ_heap_150.pb.gz")
	s.press("Functions", "b")
	s.wants("since baseline", "Baseline set")
	if strings.Contains(s.text(), "last 4m") {
		t.Errorf("growth is called that of a window too:\n%s", s.text())
	}
	s.heap("typ_heap_150.pb.gz")
	for _, pane := range []string{"Growing", "Functions", "Stacks"} {
		rows := map[*fedScreen]map[string][2]int64{}
		for _, one := range []*fedScreen{before, after, s} {
			one.press(pane)
			rows[one] = numbers(one.list())
		}
		shown, falls := 0, 0
		for k, now := range rows[after] {
			then, d := rows[before][k], rows[s][k]
			want := [2]int64{now[0] - then[0], now[1] - then[1]}
			if d != want {
				t.Errorf("pane %s, %s: %v, want %v less %v", pane, k, d, now, then)
			}
			if d != ([2]int64{}) {
				shown++
			}
		}
		for k, then := range rows[before] {
			if _, there := rows[after][k]; !there && rows[s][k] != [2]int64{-then[0], -then[1]} {
				t.Errorf("pane %s, %s: it is gone, and %v is shown instead of less %v", pane, k, rows[s][k], then)
			}
		}
		for _, v := range rows[s] {
			if v[1] < 0 {
				falls++
			}
		}
		if shown == 0 || pane != "Growing" && falls == 0 {
			t.Errorf("pane %s: %d rows, %d of them fell", pane, shown, falls)
		}
	}
	for _, pane := range []string{"Memory", "Events"} {
		s.press(pane)
		if strings.Contains(s.text(), "since baseline") {
			t.Errorf("pane %s has no differences, and says so:\n%s", pane, s.text())
		}
	}
	s.wants("baseline") // an event
	marks := 0
	for _, c := range s.m.overview.Charts() {
		marks += len(c.Data.Marks)
	}
	if charts := len(s.m.overview.Charts()); charts == 0 || marks != charts {
		t.Errorf("%d charts have %d marks", charts, marks)
	}
	s.press("Functions", "B")
	after.press("Functions")
	for k, want := range numbers(after.list()) {
		if got := numbers(s.list())[k]; got != want {
			t.Fatalf("after B %s is %v, want %v", k, got, want)
		}
	}
}

// Of two keys in a hurry the last counts, whichever command is done first.
func TestBaselineFollowsTheOrderOfTheKeys(t *testing.T) {
	for _, keys := range []string{"bB", "Bb", "bBb", "bBbB"} {
		s := newFedScreen(t)
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
			t.Errorf("after %s the screen says since baseline: %t; it is %v", keys, since, s.m.vc.History.Baseline())
		}
	}
}

// The rows take a moment to be made: until they come, the old ones are called
// what they are, on screen and in a file.
func TestWhatRowsAreIsSaidOfThoseOnScreen(t *testing.T) {
	for _, pane := range []string{"Functions", "Goroutines", "Flame"} {
		s := newFedScreen(t)
		s.press(pane, "b")
		s.heap("typ_heap_150.pb.gz")
		_, drop := s.m.Update(tea.KeyPressMsg{Text: "B", Code: 'B'})
		_, late := s.m.Update(drop())
		s.wants("since baseline")
		if s.m.actions.export.newDocument("").View.Baseline.IsZero() {
			t.Errorf("pane %s: a file would call differences absolute", pane)
		}
		s.do(late)
		if strings.Contains(s.text(), "since baseline") || !s.m.actions.export.newDocument("").View.Baseline.IsZero() {
			t.Errorf("pane %s: the new rows are called differences", pane)
		}
	}
}

// A process that is gone takes the baseline with it, and the screen says so; a
// table that is paused keeps its differences, and their name.
func TestBaselineGoesWithItsProcess(t *testing.T) {
	s := newFedScreen(t)
	s.press("Functions", "b")
	young, at := capture(t, "typ_heap_001.pb.gz"), s.m.now() // its counters are lower
	young.Time = at.Add(10 * time.Second)
	s.feed(young)
	s.wants("The baseline went with the process")
	if strings.Contains(s.text(), "since baseline") {
		t.Errorf("absolute values are called differences:\n%s", s.text())
	}
	s.press("b")
	older := capture(t, "typ_heap_005.pb.gz")
	older.Time = at.Add(20 * time.Second)
	s.feed(older)
	s.wants("since baseline")
	s.press("space")
	young.Time = at.Add(30 * time.Second)
	s.fed <- source.Capture{Capture: young}
	for s.m.vc.Baseline {
		s.answer()
	}
	s.wants("since baseline", "The baseline went with the process", "absolute again once the table goes on")
	s.press("space")
	if strings.Contains(s.text(), "since baseline") {
		t.Errorf("after the pause absolute values are called differences:\n%s", s.text())
	}
}

func TestNoBaselineToDrop(t *testing.T) {
	s := newFedScreen(t)
	s.press("Functions", "B")
	s.wants("There is no baseline to drop; b sets one.")
}

// list is the list of the page on screen.
func (s *screen) list() list.Table {
	l, ok := s.m.currentPage().(list.Table)
	if !ok {
		s.t.Fatalf("%T is no list", s.m.currentPage())
	}
	return l
}

// chartTitles is the line over the charts.
func (s *screen) chartTitles() string {
	line, _, _ := strings.Cut(ansi.Strip(s.m.overview.View()), "\n")
	return line
}

// While the table is paused it stands still, and the charts go on.
func TestPauseFreezesTheTableAlone(t *testing.T) {
	s := newFedScreen(t)
	s.press("Functions", "space")
	s.wants("table paused", "space go on")
	body, title := strings.Join(s.m.drawBody(), "\n"), s.chartTitles()
	s.heap("typ_heap_150.pb.gz")
	if got := strings.Join(s.m.drawBody(), "\n"); got != body {
		t.Errorf("the table was\n%s\nand is\n%s", body, got)
	}
	if s.chartTitles() == title {
		t.Errorf("the charts stand still at %q", title)
	}
	s.press("space")
	if got := strings.Join(s.m.drawBody(), "\n"); got == body {
		t.Error("the table goes on with what it was")
	}
}

package ui

import (
	"context"
	"os"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
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
	data, err := os.ReadFile("../profile/testdata/" + name)
	if err != nil {
		s.t.Fatal(err)
	}
	s.feed(profile.Capture{Kind: profile.Heap, Data: data})
}

// feed sends a profile, and sees to all that follows.
func (s *fedScreen) feed(c profile.Capture) {
	before := s.m.sh.state.Data
	s.fed <- c
	for s.m.sh.state.Data == before || s.list().busy {
		s.answer()
	}
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

// numbers are flat and cum of the rows of a table, by their keys.
func numbers(l *list) map[string][2]int64 {
	out := map[string][2]int64{}
	for _, e := range l.all {
		out[e.key] = [2]int64{e.flat, e.cum}
	}
	return out
}

// From b on every number in a table is a difference, until B.
func TestBaselineMakesEveryNumberADifference(t *testing.T) {
	before, after, s := newFedScreen(t), newFedScreen(t), newFedScreen(t)
	after.heap("typ_heap_150.pb.gz")
	s.press("2", "b")
	s.wants("since baseline", "Baseline set")
	s.heap("typ_heap_150.pb.gz")
	for _, pane := range []string{"1", "2", "3"} {
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
		if shown == 0 || pane != "1" && falls == 0 {
			t.Errorf("pane %s: %d rows, %d of them fell", pane, shown, falls)
		}
	}
	s.press("7")
	s.wants("baseline") // an event
	if len(chartMarks(s.m.sh.state.Events)) != 1 {
		t.Errorf("the charts have the marks %v", chartMarks(s.m.sh.state.Events))
	}
	s.press("2", "B")
	after.press("2")
	for k, want := range numbers(after.list()) {
		if got := numbers(s.list())[k]; got != want {
			t.Fatalf("after B %s is %v, want %v", k, got, want)
		}
	}
}

// list is the list of the page on screen.
func (s *screen) list() *list {
	switch p := s.m.page().(type) {
	case growingList:
		return p.list
	case goroutineList:
		return p.list
	case *list:
		return p
	}
	s.t.Fatalf("%T is no list", s.m.page())
	return nil
}

// While the table is paused it stands still, and the charts go on.
func TestPauseFreezesTheTableAlone(t *testing.T) {
	s := newFedScreen(t)
	s.press("2", "space")
	s.wants("table paused")
	body, title := strings.Join(s.m.body(), "\n"), s.m.overview.titles[0]
	s.heap("typ_heap_150.pb.gz")
	if got := strings.Join(s.m.body(), "\n"); got != body {
		t.Errorf("the table was\n%s\nand is\n%s", body, got)
	}
	if s.m.overview.titles[0] == title {
		t.Errorf("the charts stand still at %q", title)
	}
	s.press("space")
	if got := strings.Join(s.m.body(), "\n"); got == body {
		t.Error("the table goes on with what it was")
	}
}

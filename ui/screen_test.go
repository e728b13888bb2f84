package ui

import (
	"cmp"
	"context"
	"fmt"
	"net/http/httptest"
	"net/url"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/source/sourcetest"
	"github.com/leaktop/leaktop/ui/tui/overview"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// files is a source that sends heap profiles from package profile's testdata.
type files struct {
	names []string
	fetch error
}

func (f files) Name() string           { return "files" }
func (f files) Close() error           { return nil }
func (f files) Offers() []profile.Kind { return []profile.Kind{profile.Heap, profile.Allocs} }

func (f files) Fetch(_ context.Context, q source.Query) (profile.Capture, error) {
	if f.fetch != nil {
		return profile.Capture{}, f.fetch
	}
	data, err := os.ReadFile("../profile/testdata/" + f.names[0])
	return profile.Capture{Kind: q.Kind, Data: data}, err
}

func (f files) Watch(_ context.Context, send func(source.Message)) error {
	for _, n := range f.names {
		data, err := os.ReadFile("../profile/testdata/" + n)
		if err != nil {
			return err
		}
		kind := profile.Heap
		if strings.Contains(n, "goroutine") {
			kind = profile.Goroutine
		}
		send(source.Capture{Capture: profile.Capture{Kind: kind, Data: data}})
	}
	return nil
}

// screen is a model driven by hand: it delivers messages and the results of their commands until no command is left.
type screen struct {
	t *testing.T
	m *Model
}

// onScreen returns a screen on a session.
func onScreen(t *testing.T, w *session.Session, colors colorprofile.Profile) *screen {
	m := newModel(w, colors, false)
	m.vc.ReadSource = tuitest.ReadSource
	return &screen{t, m}
}

func newScreen(t *testing.T, src source.Source, w, h int) *screen {
	t.Helper()
	return newColorScreen(t, src, colorprofile.NoTTY, w, h)
}

func newColorScreen(t *testing.T, src source.Source, colors colorprofile.Profile, w, h int) *screen {
	t.Helper()
	wt := session.New(src)
	s := onScreen(t, wt, colors)
	done := make(chan error, 1)
	go func() { done <- wt.Run(t.Context()) }()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	s.send(tea.WindowSizeMsg{Width: w, Height: h})
	s.send(s.m.nextState()())
	return s
}

// openTarget opens a target and closes it when the test ends.
func openTarget(t *testing.T, name string) source.Source {
	t.Helper()
	return sourcetest.Open(t, name, source.Options{})
}

// showState shows a state, made newer than the one on screen.
func (s *screen) showState(st session.State) {
	st.Revision = s.m.vc.State.Revision + 1
	s.send(stateMsg{s.m, st, true})
}

// ingest adds a polled profile and shows the resulting state.
func (s *screen) ingest(c profile.Capture) {
	s.t.Helper()
	s.m.session.Ingest(source.Capture{Capture: c})
	s.send(stateMsg{s.m, s.m.session.State(), true})
}

// addFetched adds a profile that was fetched once and shows the resulting state.
func (s *screen) addFetched(c profile.Capture) {
	s.t.Helper()
	if _, err := s.m.session.Keep(c); err != nil {
		s.t.Fatal(err)
	}
	s.m.vc.SetState(s.m.session.State())
}

// send delivers a message and the results of its commands.
func (s *screen) send(msg tea.Msg) {
	_, cmd := s.m.Update(msg)
	s.do(cmd)
}

func (s *screen) do(cmd tea.Cmd) {
	if cmd == nil {
		return
	}
	got := make(chan tea.Msg, 1)
	go func() { got <- cmd() }()
	select {
	case msg := <-got:
		switch msg := msg.(type) {
		case nil, tea.QuitMsg:
		case tea.BatchMsg:
			for _, c := range msg {
				s.do(c)
			}
		default:
			s.send(msg)
		}
	case <-time.After(eventually.Patience):
		s.t.Fatal("a command did not return")
	}
}

// paneKey returns the key that opens a pane, or "" if no pane has that name.
func paneKey(name string) string {
	for i, p := range paneTable {
		if p.name == name {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}

// press presses keys one after another; the name of a pane is replaced by its key.
func (s *screen) press(keys ...string) {
	for _, k := range keys {
		s.send(keyPress(cmp.Or(paneKey(k), k)))
	}
}

// keyPress returns the message of a key.
func keyPress(k string) tea.KeyPressMsg {
	switch k {
	case "enter":
		return tea.KeyPressMsg{Code: tea.KeyEnter}
	case "esc":
		return tea.KeyPressMsg{Code: tea.KeyEscape}
	case "right":
		return tea.KeyPressMsg{Code: tea.KeyRight}
	case "down":
		return tea.KeyPressMsg{Code: tea.KeyDown}
	case "up":
		return tea.KeyPressMsg{Code: tea.KeyUp}
	case "home":
		return tea.KeyPressMsg{Code: tea.KeyHome}
	case "end":
		return tea.KeyPressMsg{Code: tea.KeyEnd}
	case "tab":
		return tea.KeyPressMsg{Code: tea.KeyTab}
	case "space":
		return tea.KeyPressMsg{Code: tea.KeySpace, Text: " "}
	}
	return tea.KeyPressMsg{Code: rune(k[0]), Text: k}
}

// fileName returns the name in the file prompt.
func (s *screen) fileName() string {
	s.t.Helper()
	_, name, ok := strings.Cut(s.text(), "   file  ")
	if !ok {
		s.t.Fatalf("the file prompt is not open:\n%s", s.text())
	}
	name, _, _ = strings.Cut(name, "\n")
	return strings.TrimSpace(name)
}

// rename replaces the name in the file prompt.
func (s *screen) rename(name string) {
	s.send(tea.KeyPressMsg{Code: 'u', Mod: tea.ModCtrl})
	s.send(tea.PasteMsg{Content: name})
}

func (s *screen) text() string { return ansi.Strip(s.m.View().Content) }

func (s *screen) wants(what ...string) {
	s.t.Helper()
	for _, w := range what {
		if !strings.Contains(s.text(), w) {
			s.t.Errorf("the screen lacks %q:\n%s", w, s.text())
		}
	}
}

var typical = files{names: []string{"typ_heap_001.pb.gz", "typ_heap_020.pb.gz", "typ_heap_060.pb.gz", "typ_goroutine_300.pb.gz"}}

// Every page fills its screen exactly, whatever the size.
func TestEveryPageFitsEverySize(t *testing.T) {
	for _, size := range [][2]int{{40, 10}, {80, 24}, {100, 30}, {200, 60}, {61, 17}} {
		s := newScreen(t, typical, size[0], size[1])
		for _, keys := range [][]string{
			{"Growing"}, {"Functions"}, {"enter"}, {"right"}, {"enter"}, {"Stacks"}, {"enter"}, {"enter"}, {"Goroutines"}, {"Flame"}, {"Memory"}, {"p"}, {"esc"}, {"?"}, {"x"}, {"Functions", "/", "z"}, {"esc"},
		} {
			s.press(keys...)
			lines := strings.Split(s.text(), "\n")
			if len(lines) != size[1] {
				t.Errorf("%v after %v: %d lines", size, keys, len(lines))
			}
			for _, l := range lines {
				if w := ansi.StringWidth(l); w > size[0] {
					t.Errorf("%v after %v: a line of %d columns: %q", size, keys, w, l)
				}
			}
		}
	}
}

// A screen that is too small shows the required size in full, if there is room for that.
func TestTooSmallSaysWhatIsNeeded(t *testing.T) {
	s := newScreen(t, typical, 20, 9)
	if got := strings.Join(strings.Fields(s.text()), " "); got != "leaktop needs 40 columns and 10 lines" {
		t.Errorf("got %q", s.text())
	}
	for _, size := range [][2]int{{20, 1}, {5, 3}, {1, 1}} {
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		lines := strings.Split(s.text(), "\n")
		for _, l := range lines {
			if len(lines) > size[1] || ansi.StringWidth(l) > size[0] {
				t.Errorf("%v: got %d lines, one of them %q", size, len(lines), l)
			}
		}
	}
}

func TestWayDownAndBack(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "enter")
	s.wants("Functions ›", "Stacks", "Callers", "STACK, leaf first")
	s.press("enter")
	s.wants("stack in ", "WHOSE", ".go:")
	s.press("esc", "esc")
	tabs, _ := tabNames(paneTable, 100)
	s.wants(tabs[0], "FLAT", "CUM")
}

func TestFilterNarrowsAndEscWidens(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions")
	before := s.m.currentPage().Position()
	s.press("/", "r", "a", "f", "t", "enter")
	s.wants("raft")
	if after := s.m.currentPage().Position(); after == before {
		t.Errorf("the filter did not change the first row %s", before)
	}
	s.press("esc")
	if got := s.m.currentPage().Position(); got != before {
		t.Errorf("after esc: got first row %q, want %q", got, before)
	}
}

// A key that has no effect says so.
func TestKeysWithNothingToFilter(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "n")
	s.wants("There is no filter: / sets one")
	s.press("Memory", "/")
	s.wants("This page has no rows to filter.")
	s.press("Memory", "N")
	s.wants("This page has no rows to filter.")
}

func TestSampleTypesAndOtherProfiles(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions")
	s.wants("inuse_space")
	s.press("t")
	s.wants("inuse_objects")
	s.press("t")
	s.wants("alloc_space")
	s.press("t", "t")
	s.wants("goroutine")
	s.press("t")
	s.wants("inuse_space")
	s.press("p")
	s.wants("Profiles that this service offers", "Allocations")
	s.press("j", "j", "enter")
	s.wants("allocs")
	s.press("esc")
	s.wants("heap inuse_space")
	s.press("Growing", "t") // a pane that always shows the same values says where to find others
	s.wants(fmt.Sprintf("inuse_objects, shown by Functions (%s), Stacks (%s), Flame (%s)", paneKey("Functions"), paneKey("Stacks"), paneKey("Flame")))
}

func TestBaselineMakesDifferences(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "b")
	s.wants("since baseline")
	s.press("B")
	if strings.Contains(s.text(), "since baseline") {
		t.Error("the baseline is still there after B")
	}
}

func TestFailureIsAStateOnScreen(t *testing.T) {
	srv := httptest.NewServer(nil)
	addr := srv.URL
	srv.Close()
	u, err := url.Parse(addr)
	if err != nil {
		t.Fatal(err)
	}
	src := openTarget(t, u.Host)
	ctx, cancel := context.WithCancel(t.Context())
	w := session.New(src)
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	s := onScreen(t, w, colorprofile.NoTTY)
	s.m.Update(tea.WindowSizeMsg{Width: 100, Height: 30})
	for st := range w.Updates() {
		s.applyState(st)
		if st.Status.Failure() != nil {
			break
		}
	}
	s.wants("no answer", "refused")
	cancel()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

func TestFailedPollsHideNoLeak(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.m.vc.State.Diagnostics = []profile.Diagnostic{{Code: profile.CodeEndpointFailed, What: "get the heap: " + strings.Repeat("a long reason and what to do ", 20)}}
	s.m.vc.State.Report.Suspects = []leak.Suspect{
		{Sentence: "main.put keeps all it allocates", Confidence: leak.High},
		{Sentence: "main.get keeps all it allocates", Confidence: leak.High},
	}
	for h := 1; h < 6; h++ {
		lines := overview.VerdictLines(s.m.vc, 80, h)
		text := strings.Join(lines, "\n")
		if len(lines) != h || !strings.Contains(text, "main.put") {
			t.Errorf("got %d lines, want at most %d:\n%s", h, len(lines), text)
		}
		if h > 1 && !strings.Contains(lines[h-2], "…") {
			t.Errorf("the error is cut without a mark:\n%s", text)
		}
	}
}

// Package tuitest shows one page of the live view by itself, for the tests of panes. It
// delivers the results of commands immediately, and keys as the root model would. Only
// tests import it.
package tuitest

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Typical are files of package profile's testdata with profiles of a typical service:
// three of its heap, and one of its goroutines.
var Typical = []string{"typ_heap_001.pb.gz", "typ_heap_020.pb.gz", "typ_heap_060.pb.gz", "typ_goroutine_300.pb.gz"}

// ReadProfile reads a file of package profile's testdata.
func ReadProfile(name string) ([]byte, error) {
	_, here, _, _ := runtime.Caller(0)
	return os.ReadFile(filepath.Join(filepath.Dir(here), "../../../profile/testdata", name))
}

// Capture returns a file of package profile's testdata as an answer of a target.
func Capture(tb testing.TB, name string) profile.Capture {
	tb.Helper()
	data, err := ReadProfile(name)
	if err != nil {
		tb.Fatal(err)
	}
	kind := profile.Heap
	if strings.Contains(name, "goroutine") {
		kind = profile.Goroutine
	}
	return profile.Capture{Kind: kind, Data: data}
}

// fileSource is a source that sends files of package profile's testdata and ends.
type fileSource struct {
	source.Source
	captures []profile.Capture
}

func (f fileSource) Watch(_ context.Context, send func(source.Message)) error {
	for _, c := range f.captures {
		send(source.Capture{Capture: c})
	}
	return nil
}

func (fileSource) Name() string           { return "files" }
func (fileSource) Offers() []profile.Kind { return nil }

// Watch returns a session that has read the named files of package profile's
// testdata.
func Watch(tb testing.TB, names ...string) *session.Session {
	tb.Helper()
	var src fileSource
	for _, n := range names {
		src.captures = append(src.captures, Capture(tb, n))
	}
	w := session.New(src)
	if err := w.Run(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return w
}

// Context returns the context of a page after a session has read the named files.
func Context(tb testing.TB, names ...string) *tui.ViewContext {
	tb.Helper()
	return contextOf(Watch(tb, names...))
}

func contextOf(w *session.Session) *tui.ViewContext {
	st := w.State()
	vc := tui.NewContext(theme.New(true, colorprofile.NoTTY), st.History, 9)
	vc.ReadSource = ReadSource
	vc.State = st
	return vc
}

// Screen is a page that has the whole terminal.
type Screen struct {
	Page    tui.Page
	Context *tui.ViewContext

	tb      testing.TB
	session *session.Session // nil unless opened by OpenWatch
	below   []tui.Page       // the pages that enter was pressed on
}

// OpenWatch shows the page that open makes from what a session has read so far.
func OpenWatch(tb testing.TB, watch *session.Session, open func(*tui.ViewContext) tui.Page, w, h int) *Screen {
	tb.Helper()
	vc := contextOf(watch)
	s := Open(tb, vc, open(vc), w, h)
	s.session = watch
	return s
}

// Change changes the session and refreshes the page.
func (s *Screen) Change(do func(*session.Session)) {
	s.tb.Helper()
	do(s.session)
	s.Context.State = s.session.State()
	s.Context.History = s.Context.State.History
	s.Do(s.Page.Refresh(false))
}

// Open shows a page in w columns and h lines.
func Open(tb testing.TB, vc *tui.ViewContext, p tui.Page, w, h int) *Screen {
	tb.Helper()
	s := &Screen{Page: p, Context: vc, tb: tb}
	p.Resize(tui.Rect{W: w, H: h})
	s.Do(p.Refresh(true))
	return s
}

// Send delivers a message, and the messages of its command.
func (s *Screen) Send(msg tea.Msg) { s.Do(s.Page.Update(msg)) }

// Do runs a command and delivers its messages to the page.
func (s *Screen) Do(cmd tea.Cmd) {
	s.tb.Helper()
	if cmd == nil {
		return
	}
	got := make(chan tea.Msg, 1)
	go func() { got <- cmd() }()
	select {
	case msg := <-got:
		switch msg := msg.(type) {
		case nil:
		case tea.BatchMsg:
			for _, c := range msg {
				s.Do(c)
			}
		default:
			s.Send(msg)
		}
	case <-time.After(20 * time.Second):
		s.tb.Fatal("a command did not answer")
	}
}

// keyCodes are keys with names longer than one letter.
var keyCodes = map[string]rune{
	"up": tea.KeyUp, "down": tea.KeyDown, "left": tea.KeyLeft, "right": tea.KeyRight, "home": tea.KeyHome, "end": tea.KeyEnd,
}

// Press presses keys one after another. enter zooms in or opens the next page,
// esc zooms out or goes back, as on the whole screen; "/text" filters.
func (s *Screen) Press(keys ...string) {
	s.tb.Helper()
	for _, k := range keys {
		switch code, named := keyCodes[k]; {
		case k == "enter":
			s.openSelected()
		case k == "esc":
			s.goBack()
		case len(k) > 1 && k[0] == '/':
			s.Filter(k[1:])
		case named:
			s.Send(tea.KeyPressMsg{Code: code})
		default:
			s.Send(tea.KeyPressMsg{Code: []rune(k)[0], Text: k})
		}
	}
}

func (s *Screen) openSelected() {
	if z, ok := s.Page.(tui.Zoomable); ok && z.ZoomIn() {
		return
	}
	if next := s.Page.Open(); next != nil {
		s.below = append(s.below, s.Page)
		s.Page = next
		s.Do(next.Refresh(true))
	}
}

func (s *Screen) goBack() {
	if f, ok := s.Page.(tui.Filterable); ok && f.Filter() != "" {
		s.Do(f.SetFilter(""))
		return
	}
	if z, ok := s.Page.(tui.Zoomable); ok && z.ZoomOut() {
		return
	}
	if n := len(s.below); n > 0 {
		s.Page, s.below = s.below[n-1], s.below[:n-1]
	}
}

// Filter types a filter.
func (s *Screen) Filter(text string) {
	s.tb.Helper()
	f, ok := s.Page.(tui.Filterable)
	if !ok {
		s.tb.Fatalf("%s has no filter", s.Page.Title())
	}
	s.Do(f.SetFilter(text))
}

// Text returns what is on screen, without styles.
func (s *Screen) Text() string { return ansi.Strip(s.Page.View()) }

// Wants fails the test if the screen lacks any of the texts.
func (s *Screen) Wants(what ...string) {
	s.tb.Helper()
	for _, w := range what {
		if !strings.Contains(s.Text(), w) {
			s.tb.Errorf("the screen lacks %q:\n%s", w, s.Text())
		}
	}
}

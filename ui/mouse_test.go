package ui

import (
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/x/ansi"
)

func (s *screen) clickAt(x, y int) {
	s.send(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
}

// findText returns the position of a text on the screen.
func (s *screen) findText(text string) (x, y int) {
	s.t.Helper()
	for y, l := range strings.Split(s.text(), "\n") {
		if before, _, ok := strings.Cut(l, text); ok {
			return ansi.StringWidth(before), y
		}
	}
	s.t.Fatalf("the screen lacks %q:\n%s", text, s.text())
	return 0, 0
}

// A click clears the message, as a key does.
func TestAClickTakesAwayWhatWasSaid(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.press("Functions", "b")
	s.wants("Baseline set")
	s.send(tea.MouseWheelMsg{X: 5, Y: s.m.layout.body.Y + 2, Button: tea.MouseWheelDown})
	s.wants("Baseline set")
	s.clickAt(5, s.m.layout.body.Y+2)
	if strings.Contains(s.text(), "Baseline set") {
		t.Errorf("the message still covers the rows:\n%s", s.text())
	}
}

func TestMouse(t *testing.T) {
	for _, width := range []int{80, 100, 140} {
		s := newScreen(t, typical, width, 30)
		names, _ := tabNames(paneTable, width)
		for i, name := range names {
			s.clickAt(s.findText(name))
			if s.m.nav.pane != i {
				t.Errorf("at %d columns a click on %s opened %s", width, name, paneTable[s.m.nav.pane].name)
			}
		}
		s.press("Functions")
		rows := s.list()
		x, y := 5, s.m.layout.body.Y+4 // below the column titles
		s.clickAt(x, y)
		if len(s.m.nav.path) != 0 || rows.Cursor() != 3 {
			t.Errorf("a click selected row %d and opened %d pages", rows.Cursor(), len(s.m.nav.path))
		}
		s.send(tea.MouseWheelMsg{X: x, Y: y, Button: tea.MouseWheelDown})
		s.press("g")
		s.clickAt(x, y)
		s.clickAt(x, y)
		if len(s.m.nav.path) != 1 {
			t.Error("a double click opened nothing")
		}
		s.press("esc")
		s.clickAt(s.findText("GROWTH/H"))
		if !strings.Contains(s.text(), "▼GROWTH/H") {
			t.Errorf("a click on a title did not sort by it:\n%s", s.text())
		}
	}
}

func TestWheelScrollsTheHelp(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.press("?")
	s.wants("any other key closes")
	for range 30 {
		s.send(tea.MouseWheelMsg{X: 5, Y: 15, Button: tea.MouseWheelDown})
	}
	s.wants("quit", "Table") // the last group of keys
	s.press("x")
	s.wants("FUNCTION")
}

// Every size must work, and no line may be wider than the screen.
func TestAbsurdSizes(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	for _, size := range [][2]int{{1, 1}, {0, 0}, {2, 100}, {400, 1}, {39, 9}, {40, 10}, {41, 11}, {79, 16}, {400, 100}, {40, 100}, {400, 10}} {
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		for _, k := range []string{"Growing", "Functions", "Flame", "Memory", "Events", "?", "esc", "p", "esc"} {
			s.press(k)
			lines := strings.Split(s.text(), "\n")
			if len(lines) > max(1, size[1]) {
				t.Errorf("%v after %s: %d lines", size, k, len(lines))
			}
			for _, l := range lines {
				if w := ansi.StringWidth(l); w > max(1, size[0]) {
					t.Errorf("%v after %s: a line of %d columns", size, k, w)
				}
			}
		}
	}
}

// The hint for new users disappears with the first key.
func TestNewcomersHint(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.wants("New here?")
	s.press("Functions")
	if strings.Contains(s.text(), "New here?") {
		t.Error("the hint is still there")
	}
}

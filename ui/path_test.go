package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// If the path is wider than the screen, its end is shown, because that is the current page.
func TestLongPathShowsItsEnd(t *testing.T) {
	for _, w := range []int{40, 80, 120} {
		s := newScreen(t, typical, w, 24)
		s.press("Functions", "/", "r", "a", "f", "t", "enter")
		cut := 0
		for range 8 {
			s.press("right", "enter") // to the callers, and to the first of them
			line := ansi.Strip(s.m.drawTabs())
			if n := ansi.StringWidth(line); n != w || !strings.Contains(s.text(), line) {
				t.Errorf("at %d columns the path is %d wide: %q", w, n, line)
			}
			path := s.m.nav.pathText()
			if strings.HasPrefix(line, " "+path+" ") {
				continue
			}
			cut++
			shown := longestEnd(path, strings.TrimPrefix(line, " …"))
			if least := min(w/2-6, len(s.m.currentPage().Title())); len(shown) < least || !strings.HasPrefix(line, " …") {
				t.Errorf("at %d columns: path %q is cut to %q, want its end", w, path, line)
			}
		}
		if len(s.m.nav.path) < 5 || cut < 2 {
			t.Errorf("at %d columns: %d pages deep, but only %d paths were cut", w, len(s.m.nav.path), cut)
		}
		for range 9 {
			s.press("esc")
		}
		s.wants(paneKey("Growing") + " Grow")
	}
}

// longestEnd returns the longest suffix of path that line begins with.
func longestEnd(path, line string) string {
	for i := range path {
		if strings.HasPrefix(line, path[i:]) {
			return path[i:]
		}
	}
	return ""
}

// rowName returns the name of the row under the cursor.
func (s *screen) rowName() string {
	s.t.Helper()
	r, ok := s.list().Current()
	if !ok {
		s.t.Fatalf("no row is selected:\n%s", s.text())
	}
	return r.RowLabel().Name
}

// n and N move from match to match and wrap around.
func TestNextHitOnAKey(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "/", "r", "a", "f", "t", "enter")
	l := s.list()
	n := len(l.Shown())
	if n < 3 {
		t.Fatalf("got %d matches", n)
	}
	for _, step := range []struct {
		key  string
		want int
	}{{"n", 1}, {"n", 2}, {"N", 1}, {"N", 0}, {"N", n - 1}, {"n", 0}} {
		s.press(step.key)
		if at, name := l.Cursor(), s.rowName(); at != step.want || !strings.Contains(name, "raft") {
			t.Errorf("%s: got row %d of %d, %s; want row %d", step.key, at, n, name, step.want)
		}
	}
	s.press("enter", "enter", "/", "r", "a", "f", "t", "enter", "n") // on the page of a stack as well
	if name := s.rowName(); !strings.Contains(name, "raft") {
		t.Errorf("n: got row %q", name)
	}
	s.press("esc", "esc", "esc", "esc", "n", "n")
	if at := s.list().Cursor(); at != 0 {
		t.Errorf("without a search, n moves to row %d", at)
	}
}

package ui

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
)

// Of a path that is longer than the screen is wide, the end is shown: where one is.
func TestLongPathShowsItsEnd(t *testing.T) {
	for _, w := range []int{40, 80, 120} {
		s := newScreen(t, typical, w, 24)
		s.press("Functions", "/", "r", "a", "f", "t", "enter")
		cut := 0
		for range 8 {
			s.press("right", "enter") // to the callers, and on to one of them
			line := ansi.Strip(s.m.drawTabs())
			if n := ansi.StringWidth(line); n != w || !strings.Contains(s.text(), line) {
				t.Errorf("at %d columns the path takes %d: %q", w, n, line)
			}
			path := s.m.nav.pathText()
			if strings.HasPrefix(line, " "+path+" ") {
				continue
			}
			cut++
			shown := longestEnd(path, strings.TrimPrefix(line, " …"))
			if least := min(w/2-6, len(s.m.currentPage().Title())); len(shown) < least || !strings.HasPrefix(line, " …") {
				t.Errorf("at %d columns %q is cut to %q, want its end", w, path, line)
			}
		}
		if len(s.m.nav.path) < 5 || cut < 2 {
			t.Errorf("at %d columns %d steps down, of which %d were cut", w, len(s.m.nav.path), cut)
		}
		for range 9 {
			s.press("esc")
		}
		s.wants(paneKey("Growing") + " Grow")
	}
}

// longestEnd is the longest end of path that line begins with.
func longestEnd(path, line string) string {
	for i := range path {
		if strings.HasPrefix(line, path[i:]) {
			return path[i:]
		}
	}
	return ""
}

// rowName is what the row under the cursor is called.
func (s *screen) rowName() string {
	s.t.Helper()
	r, ok := s.list().Current()
	if !ok {
		s.t.Fatalf("no row is selected:\n%s", s.text())
	}
	return r.RowLabel().Name
}

// n and N go from hit to hit, round and round.
func TestNextHitOnAKey(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "/", "r", "a", "f", "t", "enter")
	l := s.list()
	n := len(l.Shown())
	if n < 3 {
		t.Fatalf("%d hits", n)
	}
	for _, step := range []struct {
		key  string
		want int
	}{{"n", 1}, {"n", 2}, {"N", 1}, {"N", 0}, {"N", n - 1}, {"n", 0}} {
		s.press(step.key)
		if at, name := l.Cursor(), s.rowName(); at != step.want || !strings.Contains(name, "raft") {
			t.Errorf("%s leads to row %d of %d, %s; want row %d", step.key, at, n, name, step.want)
		}
	}
	s.press("enter", "enter", "/", "r", "a", "f", "t", "enter", "n") // in a stack as well
	if name := s.rowName(); !strings.Contains(name, "raft") {
		t.Errorf("n leads to %q", name)
	}
	s.press("esc", "esc", "esc", "esc", "n", "n")
	if at := s.list().Cursor(); at != 0 {
		t.Errorf("n moves to row %d where nothing is searched for", at)
	}
}

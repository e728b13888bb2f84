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
			s.press("enter")
			line := ansi.Strip(s.m.tabs())
			if n := ansi.StringWidth(line); n != w || !strings.Contains(s.text(), line) {
				t.Errorf("at %d columns the path takes %d: %q", w, n, line)
			}
			path := s.m.nav.crumbs()
			if strings.HasPrefix(line, " "+path+" ") {
				continue
			}
			cut++
			shown := longestEnd(path, strings.TrimPrefix(line, " …"))
			if least := min(w/2-6, len(s.m.page().Title())); len(shown) < least || !strings.HasPrefix(line, " …") {
				t.Errorf("at %d columns %q is cut to %q, want its end", w, path, line)
			}
		}
		if len(s.m.nav.path) < 8 || cut < 2 {
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

// n and N go from hit to hit, round and round.
func TestNextHitOnAKey(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "/", "r", "a", "f", "t", "enter")
	l := s.list()
	n := l.Table.Len()
	if n < 3 {
		t.Fatalf("%d hits", n)
	}
	for _, step := range []struct {
		key  string
		want int
	}{{"n", 1}, {"n", 2}, {"N", 1}, {"N", 0}, {"N", n - 1}, {"n", 0}} {
		s.press(step.key)
		if at := l.Table.Cursor(); at != step.want || !strings.Contains(l.Selected().Name, "raft") {
			t.Errorf("%s leads to row %d of %d, %s; want row %d", step.key, at, n, l.Selected().Name, step.want)
		}
	}
	s.press("enter", "enter", "/", "r", "a", "f", "t", "enter", "n") // in a stack as well
	if e := s.list().Selected(); e == nil || !strings.Contains(e.Name, "raft") {
		t.Errorf("n leads to %+v", e)
	}
	s.press("esc", "esc", "esc", "esc", "n", "n")
	if at := s.list().Table.Cursor(); at != 0 {
		t.Errorf("n moves to row %d where nothing is searched for", at)
	}
}

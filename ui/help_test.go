package ui

import (
	"strconv"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/tui"
)

// ? explains the pane, each of its columns and each term of the verdict, and lists every key.
func TestHelpExplainsEveryPane(t *testing.T) {
	s := newScreen(t, typical, 500, 120)
	for i, p := range paneTable {
		s.press(strconv.Itoa(i + 1))
		s.press("?")
		text := s.text()
		s.press("esc")
		if len(s.m.currentPage().Help()) == 0 {
			t.Errorf("the help of %s does not say what the pane shows", p.name)
		}
		for _, c := range columnsOf(s.m.currentPage()) {
			if c.Title != "" && c.ID != "name" && p.name != "Events" && !strings.Contains(text, c.Title+" is ") {
				t.Errorf("%s: %s is not explained", p.name, c.Title)
			}
			if c.ID != "verdict" {
				continue
			}
			for _, w := range tui.ExplainVerdicts(nil) {
				if !strings.Contains(text, w) {
					t.Errorf("%s: %q is not explained", p.name, w)
				}
			}
		}
		for _, g := range s.m.vc.Keys.Groups() {
			for _, k := range g.Keys {
				if !strings.Contains(text, k.Help().Desc) {
					t.Errorf("%s: the key %s is not listed", p.name, k.Help().Key)
				}
			}
		}
	}
}

// columnsOf returns the columns of a page that is a table.
func columnsOf(p tui.Page) []table.Column {
	if l, ok := p.(interface{ Columns() []table.Column }); ok {
		return l.Columns()
	}
	return nil
}

// End and home scroll a text and do not close the help.
func TestEndAndHomeScrollTexts(t *testing.T) {
	s := newScreen(t, typical, 80, 24)
	s.press("?", "end")
	s.wants("any other key closes", "compare")
	s.press("home")
	s.wants("any other key closes", "lines 1–21 of ")
}

// The help of the flame graph lists its keys instead of those of a table.
func TestHelpOfTheFlameGraphNamesItsKeys(t *testing.T) {
	s := newScreen(t, typical, 120, 70)
	s.press("Flame", "?")
	s.wants("Flame graph", "to the widest callee", "zooms into a frame", "Cursor on the charts", "ten at a time")
	if strings.Contains(s.text(), "sort by the next column") {
		t.Error("the help lists keys of a table")
	}
}

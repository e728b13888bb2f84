package ui

import (
	"regexp"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui"
)

// Words in the table are explained on the same screen: below the rows, or on the last line
// where the rows need all the room.
func TestLegendIsOnTheScreenOfItsWords(t *testing.T) {
	verdict := regexp.MustCompile(`(?m)(?:  |  [A-Z+] )(suspect|rising|unclear|steady|early) *(?:│.*)?$`)
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		s := replayOf(t, size[0], size[1], "../testdata/check/leaking.tar")
		s.m.nav.panes[0] = paneTable[0].make(s.m.vc) // the previous one waits for rows whose command was dropped
		s.send(tea.WindowSizeMsg{Width: size[0], Height: size[1]})
		for _, pane := range []string{"Functions", "Goroutines", "Growing"} {
			s.press(pane, "home")
			table := tableOf(strings.Replace(s.text(), "  IN ", " FUNCTION ", 1))
			found := verdict.FindAllStringSubmatch(table, -1)
			if len(found) == 0 {
				t.Errorf("%v: no row of %s has a verdict:\n%s", size, pane, s.text())
			}
			for _, m := range found {
				if !strings.Contains(table, m[1]+": ") {
					t.Errorf("%v: %s does not say what %s means:\n%s", size, pane, m[1], s.text())
				}
			}
			if l := s.list(); pane == "Functions" && size[1] == 24 {
				s.press("G")
				if shown := l.Shown(); !strings.Contains(s.text(), shown[len(shown)-1].RowLabel().Name) {
					t.Errorf("%v: the last row of %s is not on screen:\n%s", size, pane, s.text())
				}
			}
		}
	}
	if got := tui.ExplainVerdicts(nil); len(got) > 6 {
		t.Errorf("there are %d words: %q", len(got), got)
	}
}

// An event's row has the rate and the function even if there is no room for its sentence,
// which is shown in full below the table.
func TestEventRowsKeepTheirNumbers(t *testing.T) {
	for _, size := range [][2]int{{80, 24}, {120, 40}, {200, 60}} {
		s := replayOf(t, size[0], size[1], "../testdata/check/leaking.tar")
		s.press("Events")
		row := regexp.MustCompile(`› \d\d:\d\d:\d\d  ● verdict    leak: .*`).FindString(s.text())
		var e profile.Event
		for _, x := range s.m.vc.State.Events {
			if x.Kind == profile.EventVerdict {
				e = x
			}
		}
		if !strings.Contains(row, e.Suspect.Label) || !regexp.MustCompile(`\+[\d,.]+( [KMG]iB/h| goroutines/h)`).MatchString(row) {
			t.Errorf("%v: the row is %q, of %q:\n%s", size, row, e.Suspect.Label, s.text())
		}
		if words := strings.Join(strings.Fields(s.text()), " "); !strings.Contains(words, e.Text) {
			t.Errorf("%v: the screen lacks %q:\n%s", size, e.Text, s.text())
		}
	}
}

// A command has the same name in the palettes of a fleet and of a process, and no name is
// cut.
func TestFleetPaletteNames(t *testing.T) {
	f := newFleetScreen(t, recordedFleet(t, "steady", "leaking"), 80, 24)
	f.press(":")
	list := f.text()
	for range 20 {
		f.press("down")
		list += f.text()
	}
	f.wants("the palette", "enter run")
	one := newScreen(t, typical, 80, 24)
	known := map[string]bool{}
	for _, c := range one.m.listCommands() {
		known[c.Name] = true
	}
	names := regexp.MustCompile(`(?m)^ [ ›] ([a-z-]+)`).FindAllStringSubmatch(list, -1)
	if len(names) < 10 {
		t.Fatalf("the palette is\n%s", list)
	}
	for _, n := range names {
		if !known[n[1]] {
			t.Errorf("the palette of a fleet has the command %s", n[1])
		}
	}
}

package ui

import (
	"strings"
	"testing"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/ui/tui"
)

// runPaletteCommand types a command into the palette and runs it.
func (s *screen) runPaletteCommand(text string) {
	s.t.Helper()
	s.press(":")
	s.send(tea.PasteMsg{Content: text})
	s.press("enter")
}

// The palette finds every command by its name and shows its key.
func TestPaletteHasEveryKey(t *testing.T) {
	s := newScreen(t, typical, 120, 60)
	commands := s.m.listCommands()
	for _, b := range bindings {
		if b.name == "" || !b.key(s.m.vc.Keys).Enabled() { // what has no effect here is left out
			continue
		}
		found := false
		for _, c := range commands {
			found = found || c.Name == b.name && c.Key == b.key(s.m.vc.Keys).Help().Key
		}
		if !found {
			t.Errorf("the palette lacks %s", b.name)
		}
	}
	seen := map[string]bool{}
	for _, c := range commands {
		if seen[c.Name] || c.About == "" || c.Run == nil {
			t.Errorf("command %q is listed twice or has no description", c.Name)
		}
		seen[c.Name] = true
		s.press(":")
		s.send(tea.PasteMsg{Content: c.Name})
		if lines := strings.Split(s.text(), "\n"); !strings.Contains(strings.Join(lines[:len(lines)-1], "\n"), "› "+c.Name) {
			t.Errorf("searching the palette for its name does not find %q:\n%s", c.Name, s.text())
		}
		s.press("esc")
	}
}

func TestCommands(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.runPaletteCommand("window 2h")
	if s.m.vc.Window != 2*time.Hour {
		t.Errorf("got the window %v", s.m.vc.Window)
	}
	s.wants("last 2h")
	s.press("-")
	if s.m.vc.Window != 30*time.Minute {
		t.Errorf("the window one step narrower than 2h is %v", s.m.vc.Window)
	}
	s.runPaletteCommand("window 5")
	s.wants(`"5" is not a window: use all, or a duration`)
	s.runPaletteCommand("pane func")
	s.wants("FLAT", "CUM")
	s.runPaletteCommand("sort flat")
	s.wants("▼FLAT")
	s.runPaletteCommand("sort nothing")
	s.wants("There is no column nothing to sort by")
	s.runPaletteCommand("filter raft")
	if f := s.m.currentPage().(tui.Filterable).Filter(); f != "raft" {
		t.Errorf("got the filter %q", f)
	}
	s.runPaletteCommand("export json")
	s.wants("Export this view", ".json")
	s.press("esc")
	s.runPaletteCommand("export bmp")
	s.wants("There is no format bmp")
	s.runPaletteCommand("theme pink")
	s.wants("There is no theme pink: use auto, light, dark, mono.")
	s.runPaletteCommand("no such thing")
	s.wants("No command matches.")
}

// Enter completes a command that needs an argument, and tab cycles through the usual arguments.
func TestPaletteCompletes(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	s.press(":", "t", "h", "e", "enter")
	s.wants(":theme ")
	s.press("tab")
	s.wants(":theme auto")
	s.press("tab")
	s.wants(":theme light")
	s.press("esc")
	if s.m.overlays.Top() != nil {
		t.Error("esc did not close the palette")
	}
}

func TestThemes(t *testing.T) {
	s := newColorScreen(t, typical, colorprofile.TrueColor, 100, 30)
	s.runPaletteCommand("theme light")
	s.wantColors("light", false)
	s.send(backgroundMsg(true)) // the theme that the user chose stays
	s.wantColors("light", false)
	s.runPaletteCommand("theme dark")
	s.wantColors("dark", true)
	s.runPaletteCommand("theme mono")
	if strings.Contains(s.m.View().Content, "38;2") {
		t.Error("the theme mono has colors")
	}
	s.runPaletteCommand("theme auto")
	s.wantColors("auto", true)
}

// If the terminal does not report its background, the selected row is in reverse video and all colors are from the
// terminal's own palette, so the screen is readable on any background.
func TestUnknownBackground(t *testing.T) {
	for env, dark := range map[string]string{"": "unknown", "COLORFGBG=0;15": "light", "COLORFGBG=15;0": "dark"} {
		s := newColorScreen(t, typical, colorprofile.TrueColor, 100, 30)
		s.m.appearance.detectBackground([]string{env})
		s.press("Functions")
		switch dark {
		case "unknown":
			if strings.Contains(s.m.View().Content, "8;2;") || !strings.Contains(s.m.View().Content, "\x1b[1;7m") {
				t.Errorf("%q: the selected row is not in reverse video, or the screen has fixed colors:\n%q", env, s.m.View().Content)
			}
			s.send(backgroundMsg(false)) // a late answer
			s.wantColors(env, false)
		default:
			s.wantColors(env, dark == "dark")
		}
	}
}

func TestPreferences(t *testing.T) {
	s := newScreen(t, typical, 120, 30)
	all := time.Duration(0)
	s.m.appearance.applyPreferences(Preferences{Window: &all, Sort: "flat", Columns: []string{"flat", "cum"}, Warnings: []string{"config.toml: unknown key x"}})
	s.m.frame = ""
	s.wants("config.toml: unknown key x")
	s.press("Functions")
	s.wants("▼FLAT", "CUM", "all")
	for _, column := range []string{"CUM%", "GROWTH/H", "VERDICT"} {
		if strings.Contains(s.text(), column) {
			t.Errorf("the hidden column %s is shown:\n%s", column, s.text())
		}
	}
	s.press("|")
	s.wants("Columns", "[x] FLAT", "[ ] CUM%")
	s.press("down", "down", "down", "space", "q")
	s.wants("CUM%")
	if s.m.overlays.Top() != nil {
		t.Error("q did not close the list")
	}
}

// The preferred column sorts every part of a function's page that has it.
func TestPreferredColumnOfAFunction(t *testing.T) {
	s := newScreen(t, typical, 120, 30)
	s.m.appearance.applyPreferences(Preferences{Sort: "growth"})
	s.press("Functions", "enter")
	s.wants("▼GROWTH/H")
	s.press("right")
	s.wants("▼GROWTH/H")
	s.press("|")
	s.wants("Columns", "[x] FLAT")
}

// The preferred column sorts tables, in whatever case it is written; one that no table has
// is a warning.
func TestPreferredSort(t *testing.T) {
	s := newScreen(t, typical, 120, 30)
	s.m.appearance.applyPreferences(Preferences{Sort: "Flat", Columns: []string{"flat", "nonesuch"}})
	s.m.frame = ""
	s.wants(`no table has a column "nonesuch"`)
	if strings.Contains(s.text(), "sorted by") {
		t.Errorf("a known column is a warning:\n%s", s.text())
	}
	s.press("Functions")
	s.wants("▼FLAT")
	s.m.appearance.applyPreferences(Preferences{Sort: "weight"})
	s.m.frame = ""
	s.wants(`no table can be sorted by "weight"`)
}

// A message disappears after a while, or as soon as it is no longer true.
func TestMessagesGo(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	var waits []time.Duration
	var over []tea.Msg
	s.m.status.later = func(d time.Duration, msg tea.Msg) tea.Cmd {
		waits, over = append(waits, d), append(over, msg)
		return nil
	}
	s.press("t")
	s.wants("Values: ")
	s.press("P")
	if len(waits) != 2 || waits[0] != 5*time.Second || waits[1] != 5*time.Second {
		t.Fatalf("got messages shown for %v", waits)
	}
	s.send(over[0]) // the timer of a message that was replaced
	s.wants("cannot prove leaks")
	s.send(over[1])
	s.wants("? help")
	s.m.status.setWhile(func() bool { return s.m.vc.State.Revision < 0 }, "not true any more")
	s.showState(s.m.vc.State)
	if strings.Contains(s.text(), "not true") {
		t.Error("the message is still shown after a state that contradicts it")
	}
}

// On wide screens, the evidence and the source of the selected row are shown next to the table.
func TestDetailsNextToTheTable(t *testing.T) {
	s := ownHeap(t, 200, 60)
	s.press("Functions", "/", "k", "e", "e", "p", "S", "o", "m", "e", "enter")
	s.wants("│", "not judged", "→ ", "kept = append(kept, make([]byte, 1<<20))")
	s.send(tea.WindowSizeMsg{Width: 100, Height: 30})
	if s.m.layout.detail.W != 0 {
		t.Error("a narrow screen shows the details")
	}
}

// z gives the page the whole screen. On a low screen, pages below a pane get it without z; evidence gets at least 18
// lines.
func TestZoom(t *testing.T) {
	s := newSuspectsScreen(t)
	before := s.m.layout.body.H
	s.press("z")
	if h := s.m.layout.body.H; h != 21 {
		t.Errorf("zoomed: got a pane of %d lines", h)
	}
	s.press("z")
	if h := s.m.layout.body.H; h != before {
		t.Errorf("unzoomed: got a pane of %d lines, want %d", h, before)
	}
	s.press("down", "down", "v")
	if h := s.m.layout.body.H; h < 18 {
		t.Errorf("got evidence of %d lines", h)
	}
	s.wants("● LEAK A")
	s.press("z")
	if h := s.m.layout.body.H; h != before {
		t.Errorf("unzoomed: got evidence of %d lines, want %d", h, before)
	}
}

// Enter on the deepest page opens nothing, however often it is pressed.
func TestEnterEnds(t *testing.T) {
	s := newScreen(t, typical, 100, 30)
	for _, pane := range []string{"Growing", "Functions", "Stacks", "Goroutines"} {
		s.press(pane, "enter", "enter", "enter", "enter")
		depth := len(s.m.nav.path)
		s.press("enter", "enter", "enter")
		if len(s.m.nav.path) != depth || depth > 3 {
			t.Errorf("%s: enter on the deepest page changed the number of pages from %d to %d", pane, depth, len(s.m.nav.path))
		}
	}
}

// No key that costs the target something is the upper-case form of a key that moves the cursor, so that a slip of the
// shift key costs nothing.
func TestCostlyKeysHaveNoMovingTwin(t *testing.T) {
	k := tui.DefaultKeyMap(len(paneTable))
	moving := []string{"h", "j", "k", "l", "g", "n", "up", "down"}
	for _, b := range []key.Binding{k.Collect, k.NameCreators, k.ProveLeaks, k.DumpGoroutines} {
		for _, name := range b.Keys() {
			for _, m := range moving {
				if strings.ToLower(name) == m {
					t.Errorf("%s costs the target, %s moves", name, m)
				}
			}
		}
	}
}

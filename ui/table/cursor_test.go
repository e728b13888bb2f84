package table

import (
	"slices"
	"strings"
	"testing"

	tea "charm.land/bubbletea/v2"
	"pgregory.net/rapid"

	"github.com/leaktop/leaktop/ui/format"
)

func press(m Model, keys ...string) Model {
	codes := map[string]tea.Key{
		"up": {Code: tea.KeyUp}, "down": {Code: tea.KeyDown}, "pgup": {Code: tea.KeyPgUp}, "pgdown": {Code: tea.KeyPgDown},
		"home": {Code: tea.KeyHome}, "end": {Code: tea.KeyEnd}, "ctrl+u": {Code: 'u', Mod: tea.ModCtrl}, "ctrl+d": {Code: 'd', Mod: tea.ModCtrl},
	}
	for _, k := range keys {
		key, ok := codes[k]
		if !ok {
			key = tea.Key{Code: rune(k[0]), Text: k}
		}
		m, _ = m.Update(tea.KeyPressMsg(key))
	}
	return m
}

func TestKeys(t *testing.T) {
	for _, c := range []struct {
		keys string
		want int
	}{
		{"down down", 2},
		{"j j k", 1},
		{"up", 0},
		{"pgdown", 10},
		{"pgdown pgup", 0},
		{"ctrl+d ctrl+d", 10},
		{"ctrl+d ctrl+u", 0},
		{"end", 99},
		{"end down", 99},
		{"end home", 0},
		{"end g", 0},
		{"down G", 99},
	} {
		m := press(newTable(80, 11, many(100)), strings.Fields(c.keys)...)
		if m.Cursor() != c.want {
			t.Errorf("%s: at %d, want %d", c.keys, m.Cursor(), c.want)
		}
	}
}

func TestSortKeys(t *testing.T) {
	m := newTable(80, 11, many(100))
	for _, want := range []struct {
		key, id string
		desc    bool
	}{
		{"s", "function", false},
		{"s", "flat", true},
		{"S", "flat", false},
		{"s", "growth", true},
		{"s", "function", false}, // the verdict can't be sorted by
	} {
		m = press(m, "down", want.key)
		if id, desc := m.Sort(); id != want.id || desc != want.desc {
			t.Errorf("%s: sorted by %s, descending %v; want %s, %v", want.key, id, desc, want.id, want.desc)
		}
		if m.Cursor() != 0 {
			t.Errorf("%s: the cursor is at %d, and not at what comes first", want.key, m.Cursor())
		}
	}
	m = newTable(30, 11, many(9)) // no room for flat
	m = press(m, "s", "s")
	if id, _ := m.Sort(); id != "growth" {
		t.Errorf("sorted by %s, which can't be seen", id)
	}
}

func TestMouse(t *testing.T) {
	m := newTable(80, 11, many(100))
	m.SetOrigin(5, 20)
	m, _ = m.Update(tea.MouseClickMsg{X: 9, Y: 24, Button: tea.MouseLeft})
	if m.Cursor() != 3 {
		t.Errorf("clicked on the fourth row, the cursor is at %d", m.Cursor())
	}
	m, _ = m.Update(tea.MouseWheelMsg{X: 9, Y: 24, Button: tea.MouseWheelDown})
	if first, _ := m.Visible(); first != 3 || m.Cursor() != 6 {
		t.Errorf("wheel: the window starts at %d, the cursor is at %d; want 3 and 6", first, m.Cursor())
	}
	for _, msg := range []tea.Msg{
		tea.MouseWheelMsg{X: 9, Y: 2, Button: tea.MouseWheelDown},  // outside of the table
		tea.MouseClickMsg{X: 9, Y: 40, Button: tea.MouseLeft},      // below it
		tea.MouseClickMsg{X: 9, Y: 25, Button: tea.MouseRight},     // another button
		tea.MouseWheelMsg{X: 9, Y: 24, Button: tea.MouseWheelLeft}, // sideways
	} {
		before := m.Cursor()
		if m, _ = m.Update(msg); m.Cursor() != before {
			t.Errorf("%v moved the cursor", msg)
		}
	}
	flat := 5 + m.columns.shown[1].x + 6
	m, _ = m.Update(tea.MouseClickMsg{X: flat, Y: 20, Button: tea.MouseLeft})
	if id, desc := m.Sort(); id != "flat" || !desc {
		t.Errorf("clicked on a title: sorted by %q, descending %v", id, desc)
	}
	m, _ = m.Update(tea.MouseClickMsg{X: flat, Y: 20, Button: tea.MouseLeft})
	if _, desc := m.Sort(); desc {
		t.Error("clicked on the title again: not reversed")
	}
	if s, ok := m.At(flat, 22); !ok || s.Header || s.Place != 1 || s.Column != 1 {
		t.Errorf("At a row: %+v, %v", s, ok)
	}
}

func TestCursorStaysOnItsRow(t *testing.T) {
	m := newTable(80, 11, many(100))
	m.MoveTo(42)
	line := m.Cursor() - first(m)
	rows := many(100)
	slices.Reverse(rows)
	m.SetRows(rows)
	if m.Key() != "pkg.Func42" || m.Cursor()-first(m) != line {
		t.Errorf("on %s, line %d; want pkg.Func42, line %d", m.Key(), m.Cursor()-first(m), line)
	}
	m.SetSort("flat", false)
	if m.Key() != "pkg.Func42" {
		t.Errorf("after sorting on %s", m.Key())
	}
	m.SetRows(slices.DeleteFunc(many(100), func(f function) bool { return f.name == "pkg.Func42" }))
	if m.Key() != "pkg.Func43" {
		t.Errorf("its row is gone: on %s, want the one that took its place", m.Key())
	}
	if !m.Select("pkg.Func7") || m.Key() != "pkg.Func7" || m.Select("pkg.None") {
		t.Errorf("select: on %s", m.Key())
	}
}

func TestCursorStaysAtTheTopUntilMoved(t *testing.T) {
	m := newTable(80, 11, many(100))
	rows := many(100)
	slices.Reverse(rows)
	m.SetRows(rows)
	if m.Key() != "pkg.Func99" {
		t.Errorf("on %s, want the new first row", m.Key())
	}
	m = press(m, "down", "home")
	m.SetRows(many(100))
	if m.Key() != "pkg.Func0" {
		t.Errorf("sent home: on %s, want the first row", m.Key())
	}
}

func first(m Model) int {
	f, _ := m.Visible()
	return f
}

// Whatever happens in whatever order, the cursor is on a row that can be seen
// and the view has its size.
func TestAnything(t *testing.T) {
	keys := []string{"up", "down", "pgup", "pgdown", "home", "end", "ctrl+u", "ctrl+d", "s", "S", "j", "k", "g"}
	name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"a.B", "价格.放", "👩‍👩‍👧.X", "\x1b[2J", "a/b/c.(*T[x/y.Z]).M"}))
	rapid.Check(t, func(t *rapid.T) {
		m := newTable(80, 10, nil)
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			switch rapid.IntRange(0, 6).Draw(t, "step") {
			case 0:
				m.SetSize(rapid.IntRange(-1, 120).Draw(t, "w"), rapid.IntRange(-1, 30).Draw(t, "h"))
			case 1:
				m.SetRows(many(rapid.IntRange(0, 60).Draw(t, "n")))
			case 2:
				rows := many(rapid.IntRange(1, 5).Draw(t, "n"))
				rows[0].name, rows[0].verdict = name.Draw(t, "name"), name.Draw(t, "verdict")
				m.SetRows(rows)
			case 3:
				m.SetHighlight(func(s string) [][]int { return [][]int{{1, 3}, {2, 9}, {5}, nil, {-1, 2}, {0, 99}} })
			case 4:
				x, y := rapid.IntRange(-1, 99).Draw(t, "x"), rapid.IntRange(-1, 30).Draw(t, "y")
				m, _ = m.Update(tea.MouseClickMsg{X: x, Y: y, Button: tea.MouseLeft})
				m, _ = m.Update(tea.MouseWheelMsg{X: x, Y: y, Button: tea.MouseWheelDown})
			default:
				m = press(m, rapid.SampledFrom(keys).Draw(t, "key"))
			}
			check(t, m)
		}
	})
}

func check(t *rapid.T, m Model) {
	first, end := m.Visible()
	if m.Len() > 0 && m.window.bodyHeight() > 0 && (m.Cursor() < first || m.Cursor() >= end) {
		t.Fatalf("the cursor is at %d, the window shows %d to %d of %d", m.Cursor(), first, end, m.Len())
	}
	if _, ok := m.Selected(); ok != (m.Len() > 0) {
		t.Fatalf("selected %v of %d rows", ok, m.Len())
	}
	if m.window.width <= 0 || m.window.height <= 0 {
		if m.View() != "" {
			t.Fatalf("drawn in %dx%d", m.window.width, m.window.height)
		}
		return
	}
	lines := strings.Split(m.View(), "\n")
	if len(lines) != m.window.height {
		t.Fatalf("%d lines in a height of %d", len(lines), m.window.height)
	}
	for _, l := range lines {
		if format.Width(l) > m.window.width {
			t.Fatalf("%q is wider than %d", l, m.window.width)
		}
	}
}

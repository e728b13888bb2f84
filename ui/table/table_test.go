package table

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

var plain = theme.New(true, colorprofile.NoTTY)

// function is a row; its name is its key.
type function struct {
	name    string
	flat    int64
	verdict string
}

// functions are rows that sort.
type functions []function

func (f functions) Len() int           { return len(f) }
func (f functions) Key(row int) string { return f[row].name }

func (f functions) Cell(row, col int) Cell {
	switch col {
	case 0:
		return Text(f[row].name)
	case 1:
		return Text(format.Bytes(f[row].flat))
	case 2:
		return Text(format.PerHour(float64(f[row].flat), "bytes"))
	}
	return Cell{Text: f[row].verdict, Tone: theme.Bad}
}

func (f functions) Compare(col, a, b int) int {
	if col == 0 {
		return strings.Compare(f[a].name, f[b].name)
	}
	return cmp.Compare(f[a].flat, f[b].flat)
}

// unsorted hides that rows can be compared.
type unsorted struct{ Rows }

var columns = []Column{
	{ID: "function", Title: "FUNCTION", Width: 12, Grow: 1, Max: 60, Sort: SortAsc, Search: true, Fit: format.FitFunc},
	{ID: "flat", Title: "FLAT", Width: 8, Align: Right, Sort: SortDesc, DropOrder: 2},
	{ID: "growth", Title: "GROWTH/H", Width: 11, Align: Right, Sort: SortDesc},
	{ID: "verdict", Title: "VERDICT", Width: 7, DropOrder: 1},
}

func few() functions {
	return functions{
		{"main.(*Cache).Put", 388 << 20, "leak"},
		{"net/http.(*persistConn).readLoop", 3 << 20, ""},
		{"github.com/acme/shop/internal/pricing.(*Fetcher).fetchPrice.func1", 14 << 20, "~"},
		{"github.com/acme/价格.(*缓存).放", 1 << 10, ""},
		{"evil\x1b[2J\x1b]0;title\a\u202eName\x00", 7, "\x1b[31m"},
	}
}

// many are n rows, the largest at the end.
func many(n int) functions {
	f := make(functions, n)
	for i := range f {
		f[i] = function{name: fmt.Sprintf("pkg.Func%d", i), flat: int64(i) * 1000}
	}
	return f
}

func newTable(w, h int, rows Rows) Model {
	m := New(plain, columns...)
	m.SetSize(w, h)
	m.SetRows(rows)
	return m
}

func TestViewGolden(t *testing.T) {
	for _, c := range []struct {
		name string
		w, h int
		rows Rows
		do   func(m *Model)
	}{
		{"wide", 100, 8, few(), nil},
		{"80", 80, 8, few(), nil},
		{"one-column-dropped", 46, 8, few(), nil},
		{"narrow", 30, 8, few(), nil},
		{"too-narrow", 9, 4, few(), nil},
		{"sorted", 80, 8, few(), func(m *Model) { m.SetSort("flat", true) }},
		{"sorted-by-name", 80, 8, few(), func(m *Model) { m.SetSort("function", false) }},
		{"window", 60, 6, many(30000), func(m *Model) { m.MoveTo(12345) }},
		{"one-line", 60, 1, many(9), func(m *Model) { m.MoveTo(3) }},
		{"empty", 60, 5, functions{}, func(m *Model) { m.SetEmpty("nothing grows\npress b for a baseline") }},
		{"no-rows", 60, 3, nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := newTable(c.w, c.h, c.rows)
			if c.do != nil {
				c.do(&m)
			}
			golden.RequireEqual(t, strings.ReplaceAll(m.View(), "\n", "|\n")+"|\n"+m.Position()+"\n")
		})
	}
}

// The cursor and the matches can be recognized in full color, in 16 colors and without
// any.
func TestViewColors(t *testing.T) {
	for _, p := range []colorprofile.Profile{colorprofile.ASCII, colorprofile.ANSI, colorprofile.ANSI256, colorprofile.TrueColor} {
		t.Run(p.String(), func(t *testing.T) {
			m := New(theme.New(true, p), columns...)
			m.SetSize(70, 5)
			m.SetRows(few())
			m.SetSort("flat", true)
			m.SetHighlight(func(s string) [][]int { return regexp.MustCompile("(?i)cache|fetch").FindAllStringIndex(s, -1) })
			golden.RequireEqual(t, m.View())
		})
	}
}

func TestPieces(t *testing.T) {
	for _, c := range []struct {
		text string
		hits [][]int
		want []string
	}{
		{"main.Put", nil, []string{"main.Put"}},
		{"main.Put", [][]int{{0, 4}, {5, 8}}, []string{"", "main", ".", "Put", ""}},
		{"main.Put", [][]int{{2, 4}, {3, 6}, {5}, {7, 99}, {-1, 1}}, []string{"ma", "in", ".Put"}},
		{"价.放", [][]int{{0, 3}}, []string{"", "价", ".放"}},
		{"价.放", [][]int{{1, 3}}, []string{"价.放"}},
		{"e\u0301x", [][]int{{0, 1}}, []string{"", "e", "\u0301x"}},
		{"🇩🇪!", [][]int{{0, 4}}, []string{"🇩🇪!"}},
	} {
		if got := splitAtHits(c.text, c.hits); !slices.Equal(got, c.want) {
			t.Errorf("%q at %v: got %q, want %q", c.text, c.hits, got, c.want)
		}
	}
}

func TestNothingHostileReachesTheScreen(t *testing.T) {
	m := newTable(100, 8, few())
	for _, r := range m.View() {
		if r != '\n' && (r < ' ' || r == 0x7f || r == 0x202e) {
			t.Errorf("%U is on screen", r)
		}
	}
}

func TestSort(t *testing.T) {
	m := newTable(80, 10, few())
	if got := m.Order(); !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
		t.Errorf("unsorted: %v", got)
	}
	m.SetSort("flat", true)
	if got := m.Order(); !slices.Equal(got, []int{0, 2, 1, 3, 4}) {
		t.Errorf("largest first: %v", got)
	}
	m.SetSort("flat", false)
	if got := m.Order(); !slices.Equal(got, []int{4, 3, 1, 2, 0}) {
		t.Errorf("smallest first: %v", got)
	}
	m.SetRows(unsorted{few()})
	if got := m.Order(); !slices.Equal(got, []int{0, 1, 2, 3, 4}) {
		t.Errorf("rows that can't be compared: %v", got)
	}
	m.SetSort("nonsense", true)
	m.SetColumns(columns[:1]...)
	if id, _ := m.Sort(); id != "" {
		t.Errorf("sorted by %q, which is no column", id)
	}
}

func TestEqualRowsKeepTheirOrder(t *testing.T) {
	m := newTable(80, 10, functions{{"b", 1, ""}, {"a", 1, ""}, {"c", 2, ""}})
	for _, desc := range []bool{true, false} {
		m.SetSort("flat", desc)
		o := m.Order()
		if slices.Index(o, 0) > slices.Index(o, 1) {
			t.Errorf("descending %v: %v", desc, o)
		}
	}
}

func TestTurnedIsSortedAnew(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var rows functions
		for _, flat := range rapid.SliceOf(rapid.Int64Range(0, 5)).Draw(t, "flat") {
			rows = append(rows, function{name: "f", flat: flat})
		}
		desc := rapid.Bool().Draw(t, "desc")
		turned, fresh := newTable(80, 10, rows), newTable(80, 10, rows)
		turned.SetSort("flat", !desc)
		turned.SetSort("flat", desc)
		fresh.SetSort("flat", desc)
		if !slices.Equal(turned.Order(), fresh.Order()) {
			t.Errorf("turned %v, sorted again %v", turned.Order(), fresh.Order())
		}
	})
}

func TestNext(t *testing.T) {
	m := newTable(80, 10, many(10))
	hit := func(row int) bool { return row%4 == 3 } // 3 and 7
	for i, want := range []int{3, 7, 3} {
		if !m.Next(true, hit) || m.Cursor() != want {
			t.Errorf("hit %d: at %d, want %d", i, m.Cursor(), want)
		}
	}
	if !m.Next(false, hit) || m.Cursor() != 7 {
		t.Errorf("backwards: at %d, want 7", m.Cursor())
	}
	if m.Next(true, func(int) bool { return false }) || m.Cursor() != 7 {
		t.Error("moved without a hit")
	}
	empty := newTable(80, 10, functions{})
	if empty.Next(true, hit) {
		t.Error("a hit in no rows")
	}
}

func TestZeroModelIsHarmless(t *testing.T) {
	var m Model
	m.SetSize(10, 3)
	m.SetRows(many(3))
	m.MoveTo(2)
	if got := strings.Count(m.View(), "\n"); got != 2 {
		t.Errorf("got %d line breaks, want 2", got)
	}
}

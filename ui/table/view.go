package table

import (
	"strings"
	"unicode/utf8"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// View draws the table: exactly as many lines as its height, none wider than its
// width. The result is cached until something changes.
func (m Model) View() string { return m.view.Get(m.draw) }

func (m Model) draw() string {
	if m.width <= 0 || m.height <= 0 {
		return ""
	}
	lines := make([]string, 0, m.height)
	if m.header() > 0 {
		lines = append(lines, m.headLine())
	}
	if m.Len() == 0 {
		for l := range strings.SplitSeq(m.empty, "\n") {
			for _, part := range format.Wrap(format.Clean(l), max(1, m.width-marker-1)) {
				lines = append(lines, m.theme.Render(theme.Dim, format.Fit(blank(marker)+part, m.width)))
			}
		}
	}
	for first, end := m.Visible(); first < end; first++ {
		lines = append(lines, m.rowLine(first))
	}
	for len(lines) < m.height {
		lines = append(lines, "")
	}
	return strings.Join(lines[:m.height], "\n")
}

func (m Model) headLine() string {
	l := line{theme: m.theme, room: m.width}
	l.add(theme.Plain, blank(marker))
	for i, s := range m.shown {
		c := m.columns[s.col]
		title, tone := c.head(m.sortID != "" && c.ID == m.sortID, m.sortDesc)
		l.column(i, c.Align, s.width, format.Fit(title, s.width), tone, nil)
	}
	return l.String()
}

func (m Model) rowLine(place int) string {
	l := line{theme: m.theme, room: m.width, selected: place == m.cursor}
	if l.selected {
		l.add(theme.Plain, theme.SymbolCursor+" ")
	} else {
		l.add(theme.Plain, blank(marker))
	}
	row := m.row(place)
	for i, s := range m.shown {
		c := m.columns[s.col]
		cell := m.rows.Cell(row, s.col)
		text := c.fit(cell.Text, s.width)
		var hits [][]int
		if c.Search && m.highlight != nil {
			hits = m.highlight(text)
		}
		l.column(i, c.Align, s.width, text, cell.Tone, hits)
	}
	if l.selected {
		l.add(theme.Plain, blank(l.room))
	}
	return l.String()
}

func blank(n int) string { return strings.Repeat(" ", max(n, 0)) }

// line builds one line of the table.
type line struct {
	theme    theme.Theme
	selected bool
	room     int // remaining columns of the screen
	b        strings.Builder
}

// add appends text, as far as there is room.
func (l *line) add(tone theme.Tone, s string) {
	s = format.Fit(s, l.room)
	l.room -= format.Width(s)
	if l.selected {
		s = l.theme.RenderSelected(tone, s)
	} else {
		s = l.theme.Render(tone, s)
	}
	l.b.WriteString(s)
}

// column appends a cell, whose text must not be wider than the column.
func (l *line) column(i int, a Align, width int, text string, tone theme.Tone, hits [][]int) {
	before, after := 0, max(width-format.Width(text), 0)
	if a == Right {
		before, after = after, 0
	}
	if i > 0 {
		before += gap
	}
	l.add(theme.Plain, blank(before))
	for i, piece := range pieces(text, hits) {
		if i%2 == 0 {
			l.add(tone, piece)
		} else {
			l.add(theme.Match, piece)
		}
	}
	l.add(theme.Plain, blank(after))
}

// pieces splits text at the hits: what precedes the first, the first, what lies
// between, and so on. It does not split if a hit would cut a character in two.
func pieces(text string, hits [][]int) []string {
	var p []string
	at, width := 0, 0
	for _, h := range hits {
		if len(h) < 2 || h[0] < at || h[1] <= h[0] || h[1] > len(text) {
			continue
		}
		p = append(p, text[at:h[0]], text[h[0]:h[1]])
		at = h[1]
	}
	p = append(p, text[at:])
	for _, piece := range p {
		if !utf8.ValidString(piece) {
			return []string{text}
		}
		width += format.Width(piece)
	}
	if width != format.Width(text) {
		return []string{text}
	}
	return p
}

func (l *line) String() string {
	if l.selected {
		return l.b.String()
	}
	return strings.TrimRight(l.b.String(), " ")
}

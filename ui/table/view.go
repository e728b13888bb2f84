package table

import (
	"strings"
	"unicode/utf8"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// View draws the table: exactly as many lines as its height, none wider than its
// width. The result is cached until something changes.
func (m Model) View() string { return m.cached.Get(m.drawView) }

func (m Model) drawView() string {
	if m.window.width <= 0 || m.window.height <= 0 {
		return ""
	}
	f := newFrame(m)
	lines := make([]string, 0, m.window.height)
	if m.window.headerHeight() > 0 {
		lines = append(lines, f.headLine())
	}
	if m.Len() == 0 {
		for l := range strings.SplitSeq(m.empty, "\n") {
			for _, part := range format.Wrap(format.Clean(l), max(1, m.window.width-markerWidth-1)) {
				lines = append(lines, m.theme.Render(theme.Dim, format.Fit(spaces(markerWidth)+part, m.window.width)))
			}
		}
	}
	for first, end := m.Visible(); first < end; first++ {
		lines = append(lines, f.rowLine(first))
	}
	for len(lines) < m.window.height {
		lines = append(lines, "")
	}
	return strings.Join(lines[:m.window.height], "\n")
}

// frame draws the lines of one view of a table.
type frame struct {
	Model
	// fitted are the texts on screen of the columns whose cells are shortened together, by
	// column and line; nil for other columns.
	fitted [][]string
}

func newFrame(m Model) *frame {
	f := &frame{Model: m, fitted: make([][]string, len(m.columns.all))}
	first, end := m.Visible()
	for _, s := range m.columns.shown {
		c := m.columns.all[s.col]
		if c.Sep == "" && c.FitTogether == nil || first >= end {
			continue
		}
		texts := make([]string, 0, end-first)
		for place := first; place < end; place++ {
			texts = append(texts, format.Clean(m.content.rows.Cell(m.content.rowAt(place), s.col).Text))
		}
		if c.FitTogether != nil {
			f.fitted[s.col] = c.FitTogether(texts, s.width)
			continue
		}
		f.fitted[s.col] = format.FitDistinct(texts, s.width, c.Sep, c.fitText)
	}
	return f
}

// headLine draws the titles of the columns.
func (f *frame) headLine() string {
	l := lineBuilder{theme: f.theme, room: f.window.width}
	l.appendText(theme.Plain, spaces(markerWidth))
	for i, s := range f.columns.shown {
		c := f.columns.all[s.col]
		title, tone := c.headingText(f.content.sortID != "" && c.ID == f.content.sortID, f.content.sortDesc)
		l.appendCell(i, c.Align, s.width, format.Fit(title, s.width), tone, nil)
	}
	return l.String()
}

// rowLine draws the row at a place.
func (f *frame) rowLine(place int) string {
	l := lineBuilder{theme: f.theme, room: f.window.width, selected: place == f.window.cursor}
	if l.selected {
		l.appendText(theme.Plain, theme.SymbolCursor+" ")
	} else {
		l.appendText(theme.Plain, spaces(markerWidth))
	}
	row := f.content.rowAt(place)
	for i, s := range f.columns.shown {
		c := f.columns.all[s.col]
		cell := f.content.rows.Cell(row, s.col)
		text := ""
		if t := f.fitted[s.col]; t != nil {
			text = t[place-f.window.first]
		} else {
			text = c.fitText(cell.Text, s.width)
		}
		var hits [][]int
		if c.Search && f.highlight != nil {
			hits = f.highlight(text)
		}
		l.appendCell(i, c.Align, s.width, text, cell.Tone, hits)
	}
	if l.selected {
		l.appendText(theme.Plain, spaces(l.room))
	}
	return l.String()
}

func spaces(n int) string { return strings.Repeat(" ", max(n, 0)) }

// lineBuilder builds one line of the table.
type lineBuilder struct {
	theme    theme.Theme
	selected bool
	room     int // remaining columns of the screen
	b        strings.Builder
}

// appendText appends as much of the text as there is room for.
func (l *lineBuilder) appendText(tone theme.Tone, s string) {
	s = format.Fit(s, l.room)
	l.room -= format.Width(s)
	if l.selected {
		s = l.theme.RenderSelected(tone, s)
	} else {
		s = l.theme.Render(tone, s)
	}
	l.b.WriteString(s)
}

// appendCell appends a cell, whose text must not be wider than the column.
func (l *lineBuilder) appendCell(i int, a Align, width int, text string, tone theme.Tone, hits [][]int) {
	before, after := 0, max(width-format.Width(text), 0)
	if a == Right {
		before, after = after, 0
	}
	if i > 0 {
		before += columnGap
	}
	l.appendText(theme.Plain, spaces(before))
	for i, piece := range splitAtHits(text, hits) {
		if i%2 == 0 {
			l.appendText(tone, piece)
		} else {
			l.appendText(theme.Match, piece)
		}
	}
	l.appendText(theme.Plain, spaces(after))
}

// splitAtHits splits text at the hits: the text before the first hit, the first hit,
// the text after it, and so on. It does not split if a hit would cut a character in
// two.
func splitAtHits(text string, hits [][]int) []string {
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

func (l *lineBuilder) String() string {
	if l.selected {
		return l.b.String()
	}
	return strings.TrimRight(l.b.String(), " ")
}

package export

import (
	"bufio"
	"io"
	"strings"

	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// textWidth is the width of text and charts, in columns.
const textWidth = 100

// writeText writes the document as the screen shows it, without colors, after the facts
// that an incident report needs first.
func writeText(w io.Writer, d *Document) error {
	out := bufio.NewWriter(w)
	line := func(parts ...string) { out.WriteString(strings.TrimRight(strings.Join(parts, ""), " ") + "\n") }
	for _, s := range d.Verdict {
		line(padRight(s.Head, 8), "  ", s.Text)
	}
	for _, f := range d.Incident {
		line(padRight(f.Name, 10), " ", f.Text)
	}
	for _, s := range d.Warnings {
		line("!  ", s)
	}
	if len(d.Verdict)+len(d.Incident)+len(d.Warnings) > 0 {
		line()
	}
	line("leaktop  ", d.Title)
	for _, f := range d.Facts() {
		line("  ", padRight(f.Name, 10), " ", f.Text)
	}
	line()
	for _, c := range d.Charts {
		line(c.Title, "  ", c.Value)
		line(brailleChart(c, textWidth, 8))
		line()
	}
	for _, p := range d.Text {
		textParagraph(line, p)
	}
	if len(d.Text) > 0 {
		line()
	}
	for i := range d.Tables {
		textTable(line, &d.Tables[i])
	}
	return out.Flush()
}

func textParagraph(line func(...string), p Paragraph) {
	const head = 14
	indent := strings.Repeat(" ", head)
	if p.Head == "" {
		indent = ""
	}
	lines := strings.Split(p.Text, "\n")
	if !p.IsCode {
		lines = format.Wrap(p.Text, textWidth-len(indent))
	}
	for i, l := range lines {
		if i == 0 && indent != "" {
			line(padRight(p.Head, head), l)
		} else {
			line(indent, l)
		}
	}
}

// brailleChart renders a chart in braille, without colors.
func brailleChart(c Chart, width, height int) string {
	m := chart.New(theme.New(true, colorprofile.NoTTY), c.Unit)
	m.SetWindow(c.Window)
	m.SetSize(width, height)
	m.SetData(c.Data)
	lines := strings.Split(m.View(), "\n")
	for i := range lines {
		lines[i] = strings.TrimRight(lines[i], " ")
	}
	return strings.Join(lines, "\n")
}

// cellText returns the text of a cell; a series becomes a sparkline.
func cellText(c Cell) string {
	if len(c.Spark) > 0 {
		return chart.Spark(c.Spark, len(c.Spark))
	}
	return c.Text
}

// textTable writes a table in full. Columns are as wide as their widest cell.
func textTable(line func(...string), t *Table) {
	if t.Title != "" {
		line(t.Title)
	}
	if len(t.Rows) == 0 {
		line("  ", t.Empty)
		return
	}
	widths := make([]int, len(t.Columns))
	for j, c := range t.Columns {
		widths[j] = format.Width(c.Title)
		for _, row := range t.Rows {
			widths[j] = max(widths[j], format.Width(cellText(row[j])))
		}
	}
	put := func(text func(j int) string) {
		var b strings.Builder
		for j, c := range t.Columns {
			s := text(j)
			space := strings.Repeat(" ", max(0, widths[j]-format.Width(s)))
			if c.AlignRight {
				s = space + s
			} else {
				s += space
			}
			b.WriteString("  " + s)
		}
		line(b.String())
	}
	put(func(j int) string { return t.Columns[j].Title })
	for _, row := range t.Rows {
		put(func(j int) string { return cellText(row[j]) })
	}
	line()
}

func padRight(s string, w int) string { return s + strings.Repeat(" ", max(0, w-format.Width(s))) }

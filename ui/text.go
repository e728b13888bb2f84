package ui

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// pad fills a styled line to w columns.
func pad(s string, w int) string {
	if n := w - format.Width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return format.Fit(s, w)
}

// wrap breaks text into lines of at most w columns, each begun with indent.
func wrap(text string, w int, indent string) []string {
	room := max(8, w-format.Width(indent))
	lines := strings.Split(ansi.Wrap(text, room, " "), "\n")
	for i := range lines {
		lines[i] = indent + lines[i]
	}
	return lines
}

// tabLine draws names of which one is open.
func tabLine(t theme.Theme, names []string, open int) string {
	var b strings.Builder
	b.WriteString(" ")
	for i, n := range names {
		tone := theme.Tab
		if i == open {
			tone = theme.TabOpen
		}
		b.WriteString(t.Render(tone, " "+n+" "))
		b.WriteString(" ")
	}
	return b.String()
}

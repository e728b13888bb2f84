package ui

import (
	"strings"

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
	lines := format.Wrap(text, room)
	for i := range lines {
		lines[i] = indent + lines[i]
	}
	return lines
}

// dim makes lines ones that may be overlooked.
func dim(t theme.Theme, lines []string) []string {
	for i, l := range lines {
		lines[i] = t.Render(theme.Dim, l)
	}
	return lines
}

func blank(n int) string { return strings.Repeat(" ", max(0, n)) }

// tabLine draws names of which one is open, some columns from each other.
func tabLine(t theme.Theme, names []string, open, gap int) string {
	parts := make([]string, len(names))
	for i, n := range names {
		tone := theme.Tab
		if i == open {
			tone = theme.TabOpen
		}
		parts[i] = t.Render(tone, n)
	}
	return " " + strings.Join(parts, blank(gap))
}

// firstFit is the first of some texts that has room in w columns, else the last.
func firstFit(w int, texts ...string) string {
	for _, s := range texts {
		if format.Width(s) <= w {
			return s
		}
	}
	return texts[len(texts)-1]
}

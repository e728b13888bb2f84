package tui

import (
	"strings"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

func SentenceCase(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

// Pad fills a styled line to w columns.
func Pad(s string, w int) string {
	if n := w - format.Width(s); n > 0 {
		return s + strings.Repeat(" ", n)
	}
	return format.Fit(s, w)
}

// Wrap breaks text into lines of at most w columns, each begun with indent.
func Wrap(text string, w int, indent string) []string {
	room := max(8, w-format.Width(indent))
	lines := format.Wrap(text, room)
	for i := range lines {
		lines[i] = indent + lines[i]
	}
	return lines
}

// Dim makes lines ones that may be overlooked.
func Dim(t theme.Theme, lines []string) []string {
	for i, l := range lines {
		lines[i] = t.Render(theme.Dim, l)
	}
	return lines
}

func Blank(n int) string { return strings.Repeat(" ", max(0, n)) }

// TabLine draws names of which one is open, some columns from each other.
func TabLine(t theme.Theme, names []string, open, gap int) string {
	parts := make([]string, len(names))
	for i, n := range names {
		tone := theme.Tab
		if i == open {
			tone = theme.TabOpen
		}
		parts[i] = t.Render(tone, n)
	}
	return " " + strings.Join(parts, Blank(gap))
}

// FirstFit is the first of some texts that has room in w columns, else the last.
func FirstFit(w int, texts ...string) string {
	for _, s := range texts {
		if format.Width(s) <= w {
			return s
		}
	}
	return texts[len(texts)-1]
}

// HintLine draws as many keys as have room, and last those that a newcomer
// needs: they take the room first.
func HintLine(t theme.Theme, keys, last []key.Binding, room int) string {
	const gap = 2
	width := func(k key.Binding) int { return format.Width(k.Help().Key) + 1 + format.Width(k.Help().Desc) + gap }
	room += gap
	for _, k := range last {
		room -= width(k)
	}
	var shown []key.Binding
	for _, k := range keys {
		if n := width(k); n <= room && k.Help().Key != "" {
			room -= n
			shown = append(shown, k)
		}
	}
	var parts []string
	for _, k := range append(shown, last...) {
		parts = append(parts, t.Render(theme.Key, k.Help().Key)+" "+t.Render(theme.Dim, k.Help().Desc))
	}
	return strings.Join(parts, Blank(gap))
}

// Fill makes lines exactly h lines of w columns.
func Fill(lines []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = Pad(lines[i], w)
		} else {
			out[i] = Pad("", w)
		}
	}
	return out
}

// ProgressBar is a progress bar.
func ProgressBar(n, of int) string {
	return strings.Repeat("█", n) + strings.Repeat("░", max(0, of-n))
}

package tui

import (
	"strings"
	"time"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// Dim draws lines as less important.
func Dim(t theme.Theme, lines []string) []string {
	for i, l := range lines {
		lines[i] = t.Render(theme.Dim, l)
	}
	return lines
}

// PausedText says that the screen is frozen, and since when.
func PausedText(vc *ViewContext) string {
	text := theme.SymbolPaused + " paused"
	if !vc.Now.IsZero() {
		text += " at " + vc.Now.Local().Format(time.TimeOnly)
	}
	return vc.Theme.Render(theme.Warn, text)
}

// TabLine draws names, one of which is open, separated by gap columns.
func TabLine(t theme.Theme, names []string, open, gap int) string {
	parts := make([]string, len(names))
	for i, n := range names {
		tone := theme.Tab
		if i == open {
			tone = theme.TabOpen
		}
		parts[i] = t.Render(tone, n)
	}
	return " " + strings.Join(parts, format.Blank(gap))
}

// HintLine draws as many keys as fit, followed by those of last, which newcomers need
// and which take precedence.
func HintLine(t theme.Theme, keys, last []key.Binding, room int) string {
	const gap = 2
	width := func(k key.Binding) int { return format.Width(k.Help().Key) + 1 + format.Width(k.Help().Desc) + gap }
	room += gap
	for _, k := range last {
		room -= width(k)
	}
	var shown []key.Binding
	for _, k := range keys {
		if n := width(k); n <= room && k.Help().Key != "" && k.Enabled() {
			room -= n
			shown = append(shown, k)
		}
	}
	var parts []string
	for _, k := range append(shown, last...) {
		parts = append(parts, t.Render(theme.Key, k.Help().Key)+" "+t.Render(theme.Dim, k.Help().Desc))
	}
	return strings.Join(parts, format.Blank(gap))
}

// Fill makes lines exactly h lines of w columns.
func Fill(lines []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = format.Pad(lines[i], w)
		} else {
			out[i] = format.Pad("", w)
		}
	}
	return out
}

// MessageLines draws a text in a tone, in at most maxLines lines of w columns; the last
// line is cut if there is more.
func MessageLines(t theme.Theme, tone theme.Tone, text string, w, maxLines int) []string {
	lines := format.WrapIndented(text, w-1, " ")
	if len(lines) > maxLines {
		lines[maxLines-1] = format.Fit(lines[maxLines-1]+" "+strings.TrimSpace(lines[maxLines]), w-1)
	}
	lines = lines[:min(len(lines), maxLines)]
	for i, l := range lines {
		lines[i] = format.Pad(t.Render(tone, l), w)
	}
	return lines
}

// ProgressBar draws n of a total of parts as done.
func ProgressBar(n, of int) string {
	return strings.Repeat("█", n) + strings.Repeat("░", max(0, of-n))
}

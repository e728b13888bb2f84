package overlay

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Lines draws the name, notes on it, and the formats.
func (s *Save) Lines(w, h int) []string {
	t := s.stack.vc.Theme
	out := []string{
		" " + t.Render(theme.Title, s.title),
		"   " + t.Render(theme.Dim, "file  ") + s.input.View(),
	}
	tone := theme.Accent
	if s.bad {
		tone = theme.Bad
	}
	note := s.note
	if s.cancel != nil {
		note = s.describeProgress()
	}
	for _, l := range format.WrapIndented(note, w-2, "   ") {
		out = append(out, t.Render(tone, l))
	}
	if len(s.choices) == 0 {
		out = append(out, "   "+t.Render(theme.Dim, "collecting the view"+theme.SymbolMore))
	}
	at := s.chosenFormat()
	first := max(0, min(at-1, len(s.choices)-max(1, h-len(out)))) // the chosen format stays visible
	for i := first; i < len(s.choices); i++ {
		out = append(out, s.choiceLine(i, i == at, w))
	}
	return tui.Fill(out, w, h)
}

// choiceLine draws the line of one format.
func (s *Save) choiceLine(i int, chosen bool, w int) string {
	t, c := s.stack.vc.Theme, s.choices[i]
	about := c.Purpose
	if c.needs != "" {
		about = "not here: " + c.needs
	}
	line := fmt.Sprintf(" %-8s %s", c.Ext, format.Fit(about, max(0, w-16)))
	switch {
	case chosen:
		return t.RenderSelected(theme.Plain, format.Pad("  "+theme.SymbolCursor+line, w))
	case c.needs != "":
		return "   " + t.Render(theme.Dim, line)
	}
	return "   " + line
}

// Footer returns the keys of the prompt.
func (s *Save) Footer(w int) []string {
	return []string{s.stack.keyHints([]key.Binding{
		tui.Bind("enter", "write it", "enter"), tui.Bind("tab", "next format", "tab"), tui.Bind("esc", "close", "esc"),
	}, w)}
}

// describeProgress describes the progress of writing, once it takes longer than a
// moment.
func (s *Save) describeProgress() string {
	if s.ticks == 0 {
		return ""
	}
	took := time.Duration(s.ticks) * saveTick
	return fmt.Sprintf("Writing: %s in %s. esc stops it.", format.Bytes(s.written.Load()), format.Duration(took))
}

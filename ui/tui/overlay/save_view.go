package overlay

import (
	"fmt"
	"slices"
	"time"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Lines draws the name, a note about it, and the formats.
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
	return tui.Fill(append(out, s.choiceLines(w, h-len(out))...), w, h)
}

// choiceLines draws the formats in at most h lines: those that can be written, always
// including the chosen one, and below them why the others cannot.
func (s *Save) choiceLines(w, h int) (out []string) {
	t, chosen, at := s.stack.vc.Theme, s.chosenFormat(), 0
	var missing []string // endings, by their reason
	var reasons []string
	for i, c := range s.choices {
		if c.needs == "" {
			if i == chosen {
				at = len(out)
			}
			out = append(out, s.choiceLine(c, i == chosen, w))
			continue
		}
		k := slices.Index(reasons, c.needs)
		if k < 0 {
			k, reasons, missing = len(reasons), append(reasons, c.needs), append(missing, "")
		}
		missing[k] += c.Ext + " "
	}
	for k, why := range reasons {
		for _, l := range format.WrapIndented("not available: "+missing[k]+theme.SymbolDot+" "+why, w-2, "    ") {
			out = append(out, t.Render(theme.Dim, l))
		}
	}
	first := max(0, min(at-1, len(out)-max(1, h)))
	return out[first:]
}

// choiceLine draws the line of one format.
func (s *Save) choiceLine(c choice, chosen bool, w int) string {
	width := 0
	for _, c := range s.choices {
		width = max(width, format.Width(c.Ext))
	}
	line := " " + format.Pad(c.Ext, width) + " " + c.Purpose
	if chosen {
		return s.stack.vc.Theme.RenderSelected(theme.Plain, format.Pad(format.Fit("  "+theme.SymbolCursor+line, w), w))
	}
	return "   " + format.Fit(line, w-3)
}

// Footer returns the keys of the prompt.
func (s *Save) Footer(w int) []string {
	return []string{s.stack.keyHints([]key.Binding{
		tui.Bind("enter", "save", "enter"), tui.Bind("tab", "next format", "tab"), tui.Bind("esc", "close", "esc"),
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

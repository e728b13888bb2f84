package ui

import (
	"fmt"
	"time"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// lines draws the prompt: the name, what is to be said of it, and the formats.
func (s *saving) lines(t theme.Theme, w, h int) []string {
	at := s.chosen()
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
		note = s.progress()
	}
	for _, l := range tui.Wrap(note, w-2, "   ") {
		out = append(out, t.Render(tone, l))
	}
	if len(s.forms) == 0 {
		out = append(out, "   "+t.Render(theme.Dim, "gathering the view"+theme.SymbolMore))
	}
	first := max(0, min(at-1, len(s.forms)-max(1, h-len(out)))) // the chosen one stays in sight
	for i, f := range s.forms {
		if i < first {
			continue
		}
		about := f.About
		if f.needs != "" {
			about = "not here: " + f.needs
		}
		line := fmt.Sprintf(" %-8s %s", f.Ext, format.Fit(about, max(0, w-16)))
		switch {
		case i == at:
			line = t.RenderSelected(theme.Plain, tui.Pad("  "+theme.SymbolCursor+line, w))
		case f.needs != "":
			line = "   " + t.Render(theme.Dim, line)
		default:
			line = "   " + line
		}
		out = append(out, line)
	}
	return tui.Fill(out, w, h)
}

// saveKeys are the keys of the prompt.
func saveKeys() []key.Binding {
	return []key.Binding{tui.Bind("enter", "write it", "enter"), tui.Bind("tab", "next format", "tab"), tui.Bind("esc", "close", "esc")}
}

// progress says how far the writing is, once it takes longer than a moment.
func (s *saving) progress() string {
	if s.ticks == 0 {
		return ""
	}
	took := time.Duration(s.ticks) * saveTick
	return fmt.Sprintf("Writing: %s in %s. esc stops it.", format.Bytes(s.done.Load()), format.Duration(took))
}

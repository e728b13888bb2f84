package ui

import (
	"slices"

	"charm.land/bubbles/v2/key"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/evidence"
)

// keyLine draws the keys of the page and the position of its cursor.
func (c *core) keyLine() string {
	k := c.vc.Keys
	return c.drawHints(append(c.pageHints(), c.commonHints()...), []key.Binding{k.Help, k.Quit})
}

// drawHints draws the keys of hints, then those of always, which are never left out, and
// the position of the cursor.
func (c *core) drawHints(hints, always []key.Binding) string {
	t, w := c.vc.Theme, c.width
	place := c.currentPage().Position()
	if f, ok := c.currentPage().(tui.Filterable); ok && f.Filter() != "" {
		place = "/" + format.Clean(f.Filter()) + "  " + place
	}
	right := t.Render(theme.Dim, place+" ")
	room := w - format.Width(right)
	left := " " + tui.HintLine(t, hints, always, room-2)
	return format.Pad(left, room) + right
}

// pageHints returns the keys of the page that are worth showing; in a replay, those
// that move it come first.
func (c *core) pageHints() []key.Binding {
	all, k := c.currentPage().Hints(), c.vc.Keys
	if c.vc.Paused {
		all = slices.DeleteFunc(all, func(b key.Binding) bool { return b.Help() == k.Pause.Help() })
		return append([]key.Binding{tui.Bind(k.Pause.Help().Key, "resume", "space")}, all...)
	}
	if c.session == nil || c.session.Player() == nil || c.isSingle() {
		return all
	}
	out := []key.Binding{
		tui.Bind("space", "play", "space"), tui.Bind(", .", "step", ",", "."), tui.Bind("[ ]", "events", "[", "]"), tui.Bind("< >", "speed", "<", ">"),
	}
	if len(all) > 0 && all[0].Help() == k.Back.Help() { // the way back comes first everywhere
		out = append([]key.Binding{k.Back}, out...)
	}
	for _, b := range all {
		if b.Help() != k.Pause.Help() && b.Help() != k.Back.Help() {
			out = append(out, b)
		}
	}
	return out
}

// commonHints returns the keys that are shown after those of every page, if they
// have an effect there.
func (c *core) commonHints() []key.Binding {
	if len(c.vc.State.Heap)+len(c.vc.State.Goroutines) == 0 {
		return nil // there is nothing to use them on
	}
	why := c.vc.Keys.Evidence
	suspects := len(c.vc.State.Report.Suspects)
	switch c.currentPage().(type) {
	case suspectPage:
		why.SetHelp("v", "next suspect")
		if suspects < 2 {
			why = key.Binding{}
		}
	case *evidence.WhyNot:
		why.SetHelp("v", "first suspect")
		if suspects == 0 {
			why = key.Binding{}
		}
	}
	return []key.Binding{why, c.vc.Keys.Profile}
}

package overlay

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Help explains the page on screen, then every key.
type Help struct {
	stack *Stack
	page  tui.Page
	path  []string // titles from the pane to the page
	w, h  int      // as last drawn
	top   int      // first line shown
}

// OpenHelp explains a page with the given path, in a body of w columns and h lines.
func (s *Stack) OpenHelp(page tui.Page, path []string, w, h int) {
	s.Open(&Help{stack: s, page: page, path: path, w: w, h: h})
}

// Key scrolls; any other key closes the help.
func (p *Help) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	if msg.String() == "ctrl+c" {
		return tea.Quit, true
	}
	if move := tui.ScrollBy(msg, p.h); move != 0 {
		p.scrollBy(move)
		return nil, true
	}
	p.stack.Close(p)
	return nil, true
}

// Mouse scrolls.
func (p *Help) Mouse(msg tea.MouseMsg) bool {
	p.scrollBy(tui.ScrollBy(msg, p.h))
	return true
}

// Update does nothing.
func (p *Help) Update(tea.Msg) tea.Cmd { return nil }

func (p *Help) scrollBy(lines int) {
	p.top = max(0, min(p.top+lines, len(p.helpText(p.w))-p.h))
}

// Lines returns the visible part of the help.
func (p *Help) Lines(w, h int) []string {
	p.w, p.h = w, h
	text := p.helpText(w)
	return tui.Fill(text[min(p.top, len(text)):], w, h)
}

// Footer returns the keys of the help, and which of its lines are visible.
func (p *Help) Footer(w int) []string {
	keys := []key.Binding{tui.ScrollHint, tui.Bind("any other key", "closes", "esc")}
	place := tui.LinesShown(p.top, p.h, len(p.helpText(p.w)))
	right := p.stack.vc.Theme.Render(theme.Dim, place+" ")
	return []string{p.stack.keyHints(keys, w-format.Width(right)) + right}
}

// helpText returns the whole help, for a body of w columns.
func (p *Help) helpText(w int) []string {
	t := p.stack.vc.Theme
	title := strings.Join(p.path, " "+theme.SymbolPath+" ")
	out := []string{" " + t.Render(theme.Title, format.FitLeft(title, w-2))}
	for _, paragraph := range p.page.Help() {
		out = append(out, format.WrapIndented(paragraph, w-1, " ")...)
	}
	own := tui.TableKeys()
	if k, ok := p.page.(tui.Keyed); ok {
		own = k.PageKeys()
	}
	for _, g := range append(p.stack.vc.Keys.Groups(), own) {
		out = append(out, "", " "+t.Render(theme.Header, g.Title))
		out = append(out, keyLines(t, g.Keys, w)...)
	}
	return out
}

// keyLines lays keys out in columns.
func keyLines(t theme.Theme, keys []key.Binding, w int) []string {
	const cell = 38
	perLine := max(1, (w-1)/cell)
	var out []string
	line := ""
	for i, k := range keys {
		h := k.Help()
		text := t.Render(theme.Key, fmt.Sprintf("%-10s", h.Key)) + " " + h.Desc
		line += format.Pad(format.Fit(text, cell-1), cell)
		if (i+1)%perLine == 0 || i == len(keys)-1 {
			out = append(out, "   "+line)
			line = ""
		}
	}
	return out
}

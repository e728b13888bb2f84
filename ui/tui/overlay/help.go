package overlay

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	"charm.land/bubbles/v2/textinput"
	tea "charm.land/bubbletea/v2"

	"github.com/charmbracelet/x/ansi"

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

	input  textinput.Model // of the search
	typing bool
	match  tui.Matcher // nil for no search
}

// OpenHelp explains a page with the given path, in a body of w columns and h lines.
func (s *Stack) OpenHelp(page tui.Page, path []string, w, h int) {
	s.Open(&Help{stack: s, page: page, path: path, w: w, h: h, input: newInput("/", "")})
}

// Key scrolls and searches; any other key closes the help.
func (p *Help) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	if msg.String() == "ctrl+c" {
		return tea.Quit, true
	}
	if p.typing {
		return p.typeSearch(msg), true
	}
	if move := tui.ScrollBy(msg, p.h); move != 0 {
		p.scrollBy(move)
		return nil, true
	}
	keys := p.stack.vc.Keys
	switch {
	case key.Matches(msg, keys.Filter):
		p.typing = true
		return p.input.Focus(), true
	case p.match != nil && key.Matches(msg, keys.NextHit):
		p.goToHit(p.top+1, 1)
	case p.match != nil && key.Matches(msg, keys.PrevHit):
		p.goToHit(p.top-1, -1)
	case p.match != nil && msg.String() == "esc":
		p.match = nil
		p.input.SetValue("")
	default:
		p.stack.Close(p)
	}
	return nil, true
}

// typeSearch edits the search; the first match is shown while it is typed.
func (p *Help) typeSearch(msg tea.KeyPressMsg) (cmd tea.Cmd) {
	switch msg.String() {
	case "enter":
		p.typing = false
		return nil
	case "esc":
		p.typing, p.match = false, nil
		p.input.SetValue("")
		return nil
	}
	p.input, cmd = p.input.Update(msg)
	p.match = tui.NewMatcher(p.input.Value())
	if p.match != nil {
		p.goToHit(0, 1)
	}
	return cmd
}

// goToHit scrolls to the next line that matches, from a line on, cyclically.
func (p *Help) goToHit(from, step int) {
	text := p.helpText(p.w)
	n := len(text)
	for i := range n {
		at := ((from+i*step)%n + n) % n
		if p.match.Match(ansi.Strip(text[at])) {
			p.top = 0
			p.scrollBy(at)
			p.top = max(p.top, min(at, n-1)) // even at the end of the text
			return
		}
	}
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
	text = text[min(p.top, len(text)):]
	text = text[:min(h, len(text))]
	for i, l := range text {
		text[i] = p.markHits(l)
	}
	return tui.Fill(text, w, h)
}

// markHits highlights what matches on a line.
func (p *Help) markHits(line string) string {
	if p.match == nil {
		return line
	}
	plain := ansi.Strip(line)
	out, at := "", 0
	for _, hit := range p.match.Find(plain) {
		if len(hit) == 2 && hit[0] >= at && hit[1] > hit[0] {
			out += plain[at:hit[0]] + p.stack.vc.Theme.Render(theme.Match, plain[hit[0]:hit[1]])
			at = hit[1]
		}
	}
	if at == 0 {
		return line
	}
	return out + plain[at:]
}

// Footer returns the keys of the help, and which of its lines are visible.
func (p *Help) Footer(w int) []string {
	if p.typing {
		return []string{format.Pad(" "+p.input.View()+p.stack.vc.Theme.Render(theme.Dim, "  enter keeps it, n and N go to matches, esc drops it"), w)}
	}
	keys := []key.Binding{tui.ScrollHint, tui.Bind("/", "search", "/")}
	if p.match != nil {
		keys = append(keys, tui.Bind("n N", "next, previous", "n"))
	}
	keys = append(keys, tui.Bind("any other key", "closes", "esc"))
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
	groups := append(p.stack.vc.Keys.Groups(), own)
	if p.stack.vc.Keys.ChartCursor.Enabled() {
		groups = append(groups, cursorKeys())
	}
	for _, g := range groups {
		out = append(out, "", " "+t.Render(theme.Header, g.Title))
		out = append(out, keyLines(t, g.Keys, w)...)
	}
	return out
}

// keyLines lays keys out in columns.
func keyLines(t theme.Theme, keys []key.Binding, w int) []string {
	const cell = 38
	perLine := max(1, (w-3)/cell)
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

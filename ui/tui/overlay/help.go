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
func (h *Help) Key(msg tea.KeyPressMsg) (tea.Cmd, bool) {
	if msg.String() == "ctrl+c" {
		return tea.Quit, true
	}
	if h.typing {
		return h.typeSearch(msg), true
	}
	if move := tui.ScrollBy(msg, h.h); move != 0 {
		h.scrollBy(move)
		return nil, true
	}
	keys := h.stack.vc.Keys
	switch {
	case key.Matches(msg, keys.Filter):
		h.typing = true
		return h.input.Focus(), true
	case h.match != nil && key.Matches(msg, keys.NextHit):
		h.goToHit(h.top+1, 1)
	case h.match != nil && key.Matches(msg, keys.PrevHit):
		h.goToHit(h.top-1, -1)
	case h.match != nil && msg.String() == "esc":
		h.match = nil
		h.input.SetValue("")
	default:
		h.stack.Close(h)
	}
	return nil, true
}

// typeSearch edits the search; the first match is shown while it is typed.
func (h *Help) typeSearch(msg tea.KeyPressMsg) (cmd tea.Cmd) {
	switch msg.String() {
	case "enter":
		h.typing = false
		return nil
	case "esc":
		h.typing, h.match = false, nil
		h.input.SetValue("")
		return nil
	}
	h.input, cmd = h.input.Update(msg)
	h.match = tui.NewMatcher(h.input.Value())
	if h.match != nil {
		h.goToHit(0, 1)
	}
	return cmd
}

// goToHit scrolls to the next line that matches, from a line on, cyclically.
func (h *Help) goToHit(from, step int) {
	text := h.helpText(h.w)
	n := len(text)
	for i := range n {
		at := ((from+i*step)%n + n) % n
		if h.match.Match(ansi.Strip(text[at])) {
			h.top = 0
			h.scrollBy(at)
			h.top = max(h.top, min(at, n-1)) // even at the end of the text
			return
		}
	}
}

// Mouse scrolls.
func (h *Help) Mouse(msg tea.MouseMsg) bool {
	h.scrollBy(tui.ScrollBy(msg, h.h))
	return true
}

// Update does nothing.
func (h *Help) Update(tea.Msg) tea.Cmd { return nil }

func (h *Help) scrollBy(lines int) {
	h.top = max(0, min(h.top+lines, len(h.helpText(h.w))-h.h))
}

// Lines returns the visible part of the help.
func (h *Help) Lines(width, height int) []string {
	h.w, h.h = width, height
	text := h.helpText(width)
	text = text[min(h.top, len(text)):]
	text = text[:min(height, len(text))]
	for i, l := range text {
		text[i] = h.markHits(l)
	}
	return tui.Fill(text, width, height)
}

// markHits highlights what matches on a line.
func (h *Help) markHits(line string) string {
	if h.match == nil {
		return line
	}
	plain := ansi.Strip(line)
	out, at := "", 0
	for _, hit := range h.match.Find(plain) {
		if len(hit) == 2 && hit[0] >= at && hit[1] > hit[0] {
			out += plain[at:hit[0]] + h.stack.vc.Theme.Render(theme.Match, plain[hit[0]:hit[1]])
			at = hit[1]
		}
	}
	if at == 0 {
		return line
	}
	return out + plain[at:]
}

// Footer returns the keys of the help, and which of its lines are visible.
func (h *Help) Footer(w int) []string {
	if h.typing {
		return []string{format.Pad(" "+h.input.View()+h.stack.vc.Theme.Render(theme.Dim, "  enter keeps it, n and N go to matches, esc drops it"), w)}
	}
	keys := []key.Binding{tui.ScrollHint, tui.Bind("/", "search", "/")}
	if h.match != nil {
		keys = append(keys, tui.Bind("n N", "next, previous", "n"))
	}
	keys = append(keys, tui.Bind("any other key", "closes", "esc"))
	place := tui.LinesShown(h.top, h.h, len(h.helpText(h.w)))
	right := h.stack.vc.Theme.Render(theme.Dim, place+" ")
	return []string{h.stack.keyHints(keys, w-format.Width(right)) + right}
}

// helpText returns the whole help, for a body of w columns.
func (h *Help) helpText(w int) []string {
	t := h.stack.vc.Theme
	title := strings.Join(h.path, " "+theme.SymbolPath+" ")
	out := []string{" " + t.Render(theme.Title, format.FitLeft(title, w-2))}
	for _, paragraph := range h.page.Help() {
		out = append(out, format.WrapIndented(paragraph, w-1, " ")...)
	}
	own := tui.TableKeys()
	if k, ok := h.page.(tui.Keyed); ok {
		own = k.PageKeys()
	}
	groups := append(h.stack.vc.Keys.Groups(), own)
	if h.stack.vc.Keys.ChartCursor.Enabled() {
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

package ui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

func (m *Model) openHelp(tea.KeyPressMsg) tea.Cmd {
	m.helping, m.helpTop = true, 0
	return nil
}

// helpKeys are the keys of the help.
func helpKeys() []key.Binding {
	return []key.Binding{tui.ScrollHint, tui.Bind("any other key", "closes", "esc")}
}

func (m *Model) helpKey(msg tea.KeyPressMsg) tea.Cmd {
	if msg.String() == "ctrl+c" {
		return tea.Quit
	}
	if move := tui.ScrollBy(msg, m.layout.body.H); move != 0 {
		m.scrollHelp(move)
		return nil
	}
	m.helping = false
	return nil
}

func (m *Model) scrollHelp(lines int) {
	last := len(m.helpText(m.layout.body.W)) - m.layout.body.H
	m.helpTop = max(0, min(m.helpTop+lines, last))
}

// helpPlace says which lines of the help are on screen.
func (m *Model) helpPlace() string {
	return tui.LinesShown(m.helpTop, m.layout.body.H, len(m.helpText(m.layout.body.W)))
}

func (m *Model) helpLines(w, h int) []string {
	text := m.helpText(w)
	return tui.Fill(text[min(m.helpTop, len(text)):], w, h)
}

// helpText explains the page on screen, then every key.
func (m *Model) helpText(w int) []string {
	t := m.vc.Theme
	out := []string{" " + t.Render(theme.Title, format.FitLeft(m.crumbs(), w-2))}
	for _, p := range m.page().Help() {
		out = append(out, tui.Wrap(p, w-1, " ")...)
	}
	own := tui.TableKeys()
	if k, ok := m.page().(tui.Keyed); ok {
		own = k.PageKeys()
	}
	groups := append(m.vc.Keys.Groups(), own)
	for _, g := range groups {
		out = append(out, "", " "+t.Render(theme.Header, g.Title))
		out = append(out, keyLines(t, g.Keys, w)...)
	}
	return out
}

// keyLines lays keys out in columns.
func keyLines(t theme.Theme, keys []key.Binding, w int) []string {
	const cell = 38
	per := max(1, (w-1)/cell)
	var out []string
	line := ""
	for i, k := range keys {
		h := k.Help()
		text := t.Render(theme.Key, fmt.Sprintf("%-10s", h.Key)) + " " + h.Desc
		line += tui.Pad(format.Fit(text, cell-1), cell)
		if (i+1)%per == 0 || i == len(keys)-1 {
			out = append(out, "   "+line)
			line = ""
		}
	}
	return out
}

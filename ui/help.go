package ui

import (
	"fmt"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/theme"
)

func (m *Model) openHelp(tea.KeyPressMsg) tea.Cmd {
	m.helping, m.helpTop = true, 0
	return nil
}

// helpKeys are the keys of the help.
func helpKeys() []key.Binding {
	return []key.Binding{scrollHint, bind("any other key", "closes", "esc")}
}

func (m *Model) helpKey(msg tea.KeyPressMsg) tea.Cmd {
	if msg.String() == "ctrl+c" {
		return tea.Quit
	}
	if move := scrollBy(msg, m.layout.body.h); move != 0 {
		m.scrollHelp(move)
		return nil
	}
	m.helping = false
	return nil
}

func (m *Model) scrollHelp(lines int) {
	last := len(m.helpText(m.layout.body.w)) - m.layout.body.h
	m.helpTop = max(0, min(m.helpTop+lines, last))
}

// helpPlace says which lines of the help are on screen.
func (m *Model) helpPlace() string {
	return linesShown(m.helpTop, m.layout.body.h, len(m.helpText(m.layout.body.w)))
}

func (m *Model) helpLines(w, h int) []string {
	text := m.helpText(w)
	return fill(text[min(m.helpTop, len(text)):], w, h)
}

// helpText explains the page on screen, then every key.
func (m *Model) helpText(w int) []string {
	t := m.sh.theme
	out := []string{" " + t.Render(theme.Title, format.FitLeft(m.crumbs(), w-2))}
	for _, p := range m.page().help() {
		out = append(out, wrap(p, w-1, " ")...)
	}
	own := tableKeys()
	if k, ok := m.page().(keyed); ok {
		own = k.pageKeys()
	}
	groups := append(m.sh.keys.groups(), own)
	for _, g := range groups {
		out = append(out, "", " "+t.Render(theme.Header, g.title))
		out = append(out, keyLines(t, g.keys, w)...)
	}
	return out
}

// tableKeys are the keys of a table, as the help shows them.
func tableKeys() keyGroup {
	g := keyGroup{title: "Table"}
	for _, keys := range table.DefaultKeyMap().FullHelp() {
		g.keys = append(g.keys, keys...)
	}
	return g
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
		line += pad(format.Fit(text, cell-1), cell)
		if (i+1)%per == 0 || i == len(keys)-1 {
			out = append(out, "   "+line)
			line = ""
		}
	}
	return out
}

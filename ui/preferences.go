package ui

import (
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/ui/config"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Preferences are the user's choices for the screen. The zero value has the defaults.
type Preferences struct {
	Theme    string         // one of config.Themes; empty is auto
	Window   *time.Duration // 0 is everything; nil is the default
	Sort     string         // ID of a column
	Columns  []string       // IDs of the columns to show; all if empty
	Warnings []string       // what was wrong with the settings
}

// themeChoice is how the theme is chosen.
type themeChoice struct {
	name    string // one of config.Themes; empty is auto
	dark    bool   // the background is, or is taken to be
	unknown bool   // the terminal has not said what its background is
}

// newTheme returns the theme for the choice on this terminal. On an unknown background
// only the terminal's own 16 colors are used, with the selected row in reverse: they
// are readable on any.
func (m *Model) newTheme() theme.Theme {
	dark, colors := m.theme.dark, m.colors
	switch m.theme.name {
	case "light", "dark":
		dark = m.theme.name == "dark"
	case "mono":
		colors = min(colors, colorprofile.ASCII)
	default:
		if m.theme.unknown {
			colors = min(colors, colorprofile.ANSI)
		}
	}
	t := theme.New(dark, colors)
	t.ASCII = m.ascii
	return t
}

// applyTheme draws everything with the theme of the choice.
func (m *Model) applyTheme() {
	m.vc.Theme = m.newTheme()
	m.overview.SetTheme(m.vc.Theme)
	for _, p := range m.nav.allPages() {
		if t, ok := p.(tui.Themed); ok {
			t.SetTheme(m.vc.Theme)
		}
	}
}

// setBackground notes the terminal's background.
func (m *Model) setBackground(dark bool) {
	m.theme.dark, m.theme.unknown = dark, false
	m.applyTheme()
}

// chooseTheme selects a theme by name.
func (m *Model) chooseTheme(name string) tea.Cmd {
	for _, known := range config.Themes {
		if name == known {
			m.theme.name = name
			m.applyTheme()
			return nil
		}
	}
	m.reportStatus(true, "There is no theme "+name+": use "+strings.Join(config.Themes, ", ")+".")
	return nil
}

// applyPreferences applies the user's choices before the first screen.
func (m *Model) applyPreferences(p Preferences, environ []string) {
	m.theme.name = p.Theme
	dark, known := theme.Background(environ)
	m.theme.unknown = !known
	if known {
		m.theme.dark = dark
	}
	m.applyTheme()
	if p.Window != nil {
		m.vc.Window = *p.Window
	}
	m.showColumns(p.Columns)
	for _, page := range m.nav.panes {
		if t, ok := page.(hasColumns); ok && p.Sort != "" {
			t.SortBy(strings.ToLower(p.Sort))
		}
	}
	if len(p.Warnings) > 0 {
		m.reportStatus(true, strings.Join(p.Warnings, " "+theme.SymbolDot+" "))
	}
}

// showColumns hides all columns but the first of each table and those with these IDs;
// none is all.
func (m *Model) showColumns(ids []string) {
	if len(ids) == 0 {
		return
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[strings.ToLower(id)] = true
	}
	for _, page := range m.nav.panes {
		if t, ok := page.(hasColumns); ok {
			for _, c := range t.Columns()[1:] {
				if !wanted[c.ID] && c.Title != "" {
					m.vc.HideColumn(c.ID, true)
				}
			}
		}
	}
}

package ui

import (
	"fmt"
	"slices"
	"strings"
	"time"

	tea "charm.land/bubbletea/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/ui/config"
	"github.com/leaktop/leaktop/ui/table"
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

// appearance is how a view is drawn on this terminal, by the user's choices.
type appearance struct {
	*core
	colors  colorprofile.Profile
	ascii   bool   // the terminal does not display Unicode
	name    string // of the theme, one of config.Themes; empty is auto
	dark    bool   // the background is dark, or assumed to be
	unknown bool   // the terminal has not reported its background
}

func newAppearance(c *core, colors colorprofile.Profile, ascii bool) *appearance {
	return &appearance{core: c, colors: colors, ascii: ascii, dark: true}
}

// finishFrame adapts a drawn screen to the terminal: it removes what the terminal cannot
// display, and control characters from untrusted text.
func (a *appearance) finishFrame(drawn string) string {
	if a.ascii {
		drawn = theme.ToASCII(drawn)
	}
	return plain.Frame(drawn)
}

// newTheme returns the chosen theme for this terminal. On an unknown background it uses
// only the terminal's own 16 colors, with the selected row in reverse, which are
// readable on any background.
func (a *appearance) newTheme() theme.Theme {
	dark, colors := a.dark, a.colors
	switch a.name {
	case "light", "dark":
		dark = a.name == "dark"
	case "mono":
		colors = min(colors, colorprofile.ASCII)
	default:
		if a.unknown {
			colors = min(colors, colorprofile.ANSI)
		}
	}
	t := theme.New(dark, colors)
	t.ASCII = a.ascii
	return t
}

// applyTheme redraws everything in the chosen theme.
func (a *appearance) applyTheme() {
	a.vc.Theme = a.newTheme()
	if a.overview != nil {
		a.overview.SetTheme(a.vc.Theme)
	}
	for _, p := range a.nav.allPages() {
		if t, ok := p.(tui.Themed); ok {
			t.SetTheme(a.vc.Theme)
		}
	}
}

// setBackground records the terminal's background.
func (a *appearance) setBackground(dark bool) {
	a.dark, a.unknown = dark, false
	a.applyTheme()
}

// inherit copies the theme of another view, and what that view knows about the
// terminal.
func (a *appearance) inherit(other *appearance) {
	a.name, a.dark, a.unknown = other.name, other.dark, other.unknown
	a.applyTheme()
}

// chooseTheme selects a theme by name.
func (a *appearance) chooseTheme(name string) tea.Cmd {
	for _, known := range config.Themes {
		if name == known {
			a.name = name
			a.applyTheme()
			return nil
		}
	}
	a.reportStatus(true, "There is no theme "+name+": use "+strings.Join(config.Themes, ", ")+".")
	return nil
}

// detectBackground records what the environment says about the terminal's background.
func (a *appearance) detectBackground(environ []string) {
	dark, known := theme.Background(environ)
	a.unknown = !known
	if known {
		a.dark = dark
	}
	a.applyTheme()
}

// applyPreferences applies the user's choices before the first screen.
func (a *appearance) applyPreferences(p Preferences) {
	a.name, a.sortedBy = p.Theme, strings.ToLower(p.Sort)
	a.applyTheme()
	if p.Window != nil {
		a.vc.Window = *p.Window
	}
	a.showColumns(p.Columns)
	for _, page := range a.nav.panes {
		a.sortPage(page)
	}
	if warnings := append(slices.Clone(p.Warnings), a.unknownColumns(p)...); len(warnings) > 0 {
		a.reportStatus(true, strings.Join(warnings, " "+theme.SymbolDot+" "))
	}
}

// unknownColumns returns a warning for each column of the settings that no table has.
func (a *appearance) unknownColumns(p Preferences) (warnings []string) {
	known, sortable := map[string]bool{}, map[string]bool{}
	for _, page := range a.nav.panes {
		if t, ok := page.(hasColumns); ok {
			for _, c := range t.Columns() {
				known[c.ID] = true
				sortable[c.ID] = c.Sort != table.SortNone
			}
		}
	}
	if s := strings.ToLower(p.Sort); s != "" && !sortable[s] {
		warnings = append(warnings, fmt.Sprintf("settings: no table can be sorted by %q: | lists columns", p.Sort))
	}
	for _, id := range p.Columns {
		if !known[strings.ToLower(id)] {
			warnings = append(warnings, fmt.Sprintf("settings: no table has a column %q: | lists them", id))
		}
	}
	return warnings
}

// showColumns hides all columns except the first of each table and those with the given
// IDs; without IDs it shows all.
func (a *appearance) showColumns(ids []string) {
	if len(ids) == 0 {
		return
	}
	wanted := map[string]bool{}
	for _, id := range ids {
		wanted[strings.ToLower(id)] = true
	}
	for _, page := range a.nav.panes {
		if t, ok := page.(hasColumns); ok {
			for _, c := range t.Columns()[1:] {
				if !wanted[c.ID] && c.Title != "" {
					a.vc.HideColumn(c.ID, true)
				}
			}
		}
	}
}

// openColumns lists the columns of the table.
func (a *appearance) openColumns() tea.Cmd {
	p, ok := a.currentPage().(hasColumns)
	if !ok {
		a.reportStatus(false, "This page is not a table: it has no columns to choose.")
		return nil
	}
	var titled []table.Column
	for _, c := range p.Columns() {
		if c.Title != "" {
			titled = append(titled, c)
		}
	}
	a.overlays.OpenColumns(titled, func() tea.Cmd {
		a.hideColumns()
		return nil
	})
	return nil
}

// hideColumns applies the choice of columns to every table.
func (a *appearance) hideColumns() {
	for _, p := range a.nav.allPages() {
		if t, ok := p.(hasColumns); ok {
			t.HideColumns()
		}
	}
}

package ui

import (
	"slices"
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/config"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/table"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
)

// argCommands are the commands that take an argument. All others come from the
// bindings.
var argCommands = []struct {
	name, args, about string
	choices           func(*Model) []string
	run               func(*Model, string) tea.Cmd
}{
	{"window", "DURATION", "time span of charts and growth", listWindows, chooseWindow},
	{"theme", "NAME", "colors", func(*Model) []string { return config.Themes }, func(m *Model, name string) tea.Cmd { return m.appearance.chooseTheme(name) }},
	{"export", "FORMAT", "write this view to a file", listFormats, exportAs},
	{"sort", "COLUMN", "sort the table", listColumns, sortBy},
	{"filter", "TEXT", "filter the rows, like /", nil, filterBy},
	{"pane", "NAME", "go to a pane", listPanes, choosePane},
	{"profile", "KIND", "show another profile", listKinds, chooseProfile},
}

// openPalette lists every command with its key.
func (m *Model) openPalette() tea.Cmd { return m.overlays.OpenPalette(m.listCommands()) }

// listCommands returns the commands with an argument, those of the bindings, and
// those of a replay.
func (m *Model) listCommands() []overlay.Command {
	var out []overlay.Command
	for _, c := range argCommands {
		cmd := overlay.Command{Name: c.name, Args: c.args, About: c.about, Run: func(arg string) tea.Cmd { return c.run(m, arg) }}
		if c.choices != nil {
			cmd.Choices = c.choices(m)
		}
		out = append(out, cmd)
	}
	taken := func(name string) bool {
		return slices.ContainsFunc(out, func(c overlay.Command) bool { return c.Name == name })
	}
	for _, b := range m.bindings {
		k := b.key(m.vc.Keys)
		if b.name == "" || !k.Enabled() {
			continue
		}
		if taken(b.name) { // its key is that of the command with an argument
			i := slices.IndexFunc(out, func(c overlay.Command) bool { return c.Name == b.name })
			out[i].Key = k.Help().Key
			continue
		}
		out = append(out, overlay.Command{Name: b.name, Key: k.Help().Key, About: k.Help().Desc, Run: func(string) tea.Cmd { return b.do(m, tea.KeyPressMsg{}) }})
	}
	if p := m.session.Player(); p != nil && !m.isSingle() {
		for _, move := range replayMoves {
			k := move.key(m.vc.Keys)
			out = append(out, overlay.Command{Name: "replay-" + slugOf(k.Help().Desc, maxCommandName), Key: k.Help().Key, About: k.Help().Desc, Run: func(string) tea.Cmd {
				move.do(p)
				return nil
			}})
		}
	}
	return out
}

func listWindows(*Model) []string { return []string{"4m", "30m", "2h", "all"} }

// chooseWindow sets the window of charts and growth.
func chooseWindow(m *Model, arg string) tea.Cmd {
	d, err := config.ParseWindow(arg)
	if err != nil {
		m.reportStatus(true, err.Error())
		return nil
	}
	return m.actions.values.setWindow(d)
}

func listFormats(*Model) []string {
	var out []string
	for _, f := range export.Formats {
		out = append(out, strings.TrimPrefix(f.Ext, "."))
	}
	return out
}

// exportAs asks for a file name with the extension of a format.
func exportAs(m *Model, arg string) tea.Cmd {
	ext := "." + strings.TrimPrefix(strings.ToLower(arg), ".")
	if _, ok := export.FormatOf("x" + ext); !ok {
		m.reportStatus(true, "There is no format "+arg+": use "+strings.Join(listFormats(m), ", ")+".")
		return nil
	}
	return m.actions.export.openSaveAs(ext)
}

// hasColumns is a page that is a table.
type hasColumns interface {
	Columns() []table.Column
	SortBy(id string) bool
	HideColumns()
}

func listColumns(m *Model) (ids []string) {
	if p, ok := m.currentPage().(hasColumns); ok {
		for _, c := range p.Columns() {
			if c.Sort != table.SortNone {
				ids = append(ids, c.ID)
			}
		}
	}
	return ids
}

// sortBy sorts the table by a column.
func sortBy(m *Model, arg string) tea.Cmd {
	if p, ok := m.currentPage().(hasColumns); !ok || !p.SortBy(strings.ToLower(arg)) {
		m.reportStatus(true, "There is no column "+arg+" to sort by: "+strings.Join(listColumns(m), ", ")+".")
	}
	return nil
}

// filterBy filters the rows.
func filterBy(m *Model, arg string) tea.Cmd {
	f, ok := m.currentPage().(tui.FilterablePage)
	if !ok {
		m.reportStatus(false, noFilter)
		return nil
	}
	return f.SetFilter(arg)
}

func listPanes(*Model) (names []string) {
	for _, p := range paneTable {
		names = append(names, strings.ToLower(p.name))
	}
	return names
}

// choosePane goes to the pane whose name begins with an argument.
func choosePane(m *Model, arg string) tea.Cmd {
	i := slices.IndexFunc(listPanes(m), func(name string) bool { return strings.HasPrefix(name, strings.ToLower(arg)) })
	if i < 0 {
		m.reportStatus(true, "There is no pane "+arg+": "+strings.Join(listPanes(m), ", ")+".")
		return nil
	}
	return m.moves.goToPane(i)
}

func listKinds(m *Model) (kinds []string) {
	for _, k := range m.session.Source.Offers() {
		if s, _ := m.vc.History.Latest(k); s != nil {
			kinds = append(kinds, string(k))
		}
	}
	return kinds
}

// chooseProfile shows the values of a profile that was fetched already.
func chooseProfile(m *Model, arg string) tea.Cmd {
	k := profile.Kind(strings.ToLower(arg))
	if s, _ := m.vc.History.Latest(k); s == nil {
		m.reportStatus(true, "No profile "+arg+" has been fetched; "+m.vc.Keys.Profile.Help().Key+" lists those that the service offers.")
		return nil
	}
	return m.actions.values.showKind(k)
}

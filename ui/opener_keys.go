package ui

import (
	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/config"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
)

// openerBinding maps a key to its effect on a list of processes.
type openerBinding struct {
	key func(tui.KeyMap) key.Binding
	do  func(*opener, tea.KeyPressMsg) tea.Cmd
}

// openerBindings are the keys of every list of processes.
var openerBindings = []openerBinding{
	{func(k tui.KeyMap) key.Binding { return k.Quit }, func(*opener, tea.KeyPressMsg) tea.Cmd { return tea.Quit }},
	{func(k tui.KeyMap) key.Binding { return k.Suspend }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return o.moves.suspendProgram() }},
	{func(k tui.KeyMap) key.Binding { return k.Help }, (*opener).openHelp},
	{func(k tui.KeyMap) key.Binding { return k.Open }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return o.openRow() }},
	{func(k tui.KeyMap) key.Binding { return k.Back }, (*opener).goBack},
	{func(k tui.KeyMap) key.Binding { return k.NextPane }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return o.moves.turnPane(1) }},
	{func(k tui.KeyMap) key.Binding { return k.PrevPane }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return o.moves.turnPane(-1) }},
	{func(k tui.KeyMap) key.Binding { return k.Pane }, func(o *opener, msg tea.KeyPressMsg) tea.Cmd { return o.moves.openPane(msg) }},
	{func(k tui.KeyMap) key.Binding { return k.Palette }, (*opener).openPalette},
	{func(k tui.KeyMap) key.Binding { return k.Filter }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return o.moves.openFilter() }},
	{func(k tui.KeyMap) key.Binding { return k.NextHit }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return o.moves.goToHit(true) }},
	{func(k tui.KeyMap) key.Binding { return k.PrevHit }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return o.moves.goToHit(false) }},
	{func(k tui.KeyMap) key.Binding { return k.Pause }, (*opener).togglePause},
	{func(k tui.KeyMap) key.Binding { return k.ColumnChooser }, func(o *opener, _ tea.KeyPressMsg) tea.Cmd { return o.appearance.openColumns() }},
	{func(k tui.KeyMap) key.Binding { return k.Export }, (*opener).openSave},
	{func(k tui.KeyMap) key.Binding { return k.Copy }, (*opener).copyView},
}

// keysOfOne returns the keys that need a single process.
func keysOfOne(k tui.KeyMap) []key.Binding {
	return []key.Binding{
		k.Evidence, k.SampleType, k.Profile, k.Baseline, k.DropBaseline, k.WebView, k.Collect, k.NameCreators, k.ProveLeaks,
		k.DumpGoroutines, k.Record, k.Pods, k.Zoom, k.ChartCursor, k.CopyName, k.Editor, k.Bundle,
	}
}

// allBindings are the keys of this list, its own first.
func (o *opener) allBindings() []openerBinding { return append(o.list.bindings(), o.common...) }

// openPalette lists every command, with its key.
func (o *opener) openPalette(tea.KeyPressMsg) tea.Cmd {
	all := []overlay.Command{{
		Name: "theme", Args: "NAME", About: "colors", Choices: config.Themes, Run: func(name string) tea.Cmd { return o.appearance.chooseTheme(name) },
	}}
	seen := map[string]bool{}
	for _, b := range o.allBindings() {
		k := b.key(o.vc.Keys)
		if name := commandName(k, o.keys); k.Enabled() && name != "" && !seen[name] {
			seen[name] = true
			all = append(all, overlay.Command{Name: name, Key: k.Help().Key, About: k.Help().Desc, Run: func(string) tea.Cmd {
				return b.do(o, tea.KeyPressMsg{})
			}})
		}
	}
	return o.overlays.OpenPalette(all)
}

// commandName returns the name of a key in the palette, which is the same in every view;
// "" if the palette does not list it.
func commandName(k key.Binding, keys tui.KeyMap) string {
	for _, b := range bindings {
		if b.key(keys).Help() == k.Help() {
			return b.name
		}
	}
	return "replay-" + slugOf(k.Help().Desc, maxCommandName)
}

// maxCommandName is the width of names in the palette, in columns.
const maxCommandName = 26

// routeKey offers a key to the overlays, then to the bindings, then to the page.
func (o *opener) routeKey(msg tea.KeyPressMsg) tea.Cmd {
	o.status.clear()
	o.pending = ""
	o.vc.Untouched = false
	if cmd, handled := o.overlays.Key(msg); handled {
		return cmd
	}
	for _, b := range o.allBindings() {
		if key.Matches(msg, b.key(o.keys)) {
			return b.do(o, msg)
		}
	}
	for _, k := range keysOfOne(o.keys) {
		if key.Matches(msg, k) {
			o.reportStatus(false, "This key works on one "+o.list.noun()+": enter opens it.")
			return nil
		}
	}
	return o.currentPage().Update(msg)
}

func (o *opener) openHelp(tea.KeyPressMsg) tea.Cmd {
	o.overlays.OpenHelp(o.currentPage(), o.nav.stepTitles(), o.layout.body.W, o.layout.body.H)
	return nil
}

// openRow opens what the cursor is on.
func (o *opener) openRow() tea.Cmd {
	if c, ok := o.currentPage().(tui.Chooser); ok {
		return c.Choose()
	}
	if p := o.currentPage().Open(); p != nil {
		return o.openPage(p)
	}
	o.reportStatus(false, "There is nothing to open here.")
	return nil
}

// goBack removes a filter, or goes up one step; on another pane it returns to the first.
func (o *opener) goBack(tea.KeyPressMsg) tea.Cmd {
	if cmd, had := o.moves.dropFilter(); had {
		return cmd
	}
	if o.nav.pop() {
		return o.showPage()
	}
	if o.nav.pane > 0 {
		return o.moves.goToPane(0)
	}
	o.reportStatus(false, "q quits.")
	return nil
}

// routeMouse dispatches a mouse event: to an overlay, a tab or the page. A click on the
// selected row opens it.
func (o *opener) routeMouse(msg tea.MouseMsg) tea.Cmd {
	if o.overlays.Mouse(msg) {
		return nil
	}
	at := msg.Mouse()
	if _, click := msg.(tea.MouseClickMsg); !click {
		return o.currentPage().Update(msg)
	}
	o.status.clear()
	if at.Y == o.layout.tabs && len(o.nav.path) == 0 {
		return o.moves.goToPane(o.tabAt(at.X))
	}
	if c, ok := o.currentPage().(tui.HasCursor); ok && at.Button == tea.MouseLeft && c.OnCursor(at.X, at.Y) {
		return o.openRow()
	}
	return o.currentPage().Update(msg)
}

// buildDocument returns a function that builds a document of the page; it runs in a
// command.
func (o *opener) buildDocument() func() export.Document {
	d := o.list.newDocument(o.currentPage().Title())
	add := pageDocument(o.currentPage())
	return func() export.Document {
		add(&d)
		return d
	}
}

func (o *opener) openSave(tea.KeyPressMsg) tea.Cmd {
	build := o.buildDocument()
	name := o.fileName(o.currentPage().Title()) + ".md"
	return o.overlays.OpenSave("Export this view", name, o.width, func() (export.Document, []export.Format) {
		return build(), export.Formats
	})
}

func (o *opener) copyView(tea.KeyPressMsg) tea.Cmd {
	return exportAction{o.core}.copyDocument(o.buildDocument())
}

package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/evidence"
)

// Next to a table, from minMaster columns on, are the details of the selected row.
const (
	minMaster    = 120 // columns of the screen
	minTable     = 72  // columns of the table
	minDetailRow = 10  // lines of the body
)

// detailAction loads the source of the selected row, for the details next to a table.
type detailAction struct {
	*core
	busy   bool
	loaded map[string][]string // lines of files by path; none if a file is not on this machine
}

// maxLoaded is the maximum number of files kept.
const maxLoaded = 16

// linesMsg carries the lines of a file.
type linesMsg struct {
	action *detailAction
	file   string
	lines  []string
}

// hasDetail reports whether the page on screen is a table whose rows have details. A
// page that explains what is under the pointer needs the whole width.
func (c *core) hasDetail() bool {
	p := c.currentPage()
	_, rows := p.(tui.HasRow)
	_, explains := p.(tui.PointerFollower)
	if d, ok := p.(tui.HasDescriptions); ok && !d.DescribesRows() {
		return false
	}
	return rows && !explains && len(c.nav.path) == 0 && c.width >= minMaster
}

// splitBody divides the body between a table and its details, if there are any.
func (c *core) splitBody(l screenLayout) screenLayout {
	if !c.hasDetail() || l.body.H < minDetailRow {
		return l
	}
	w := max(minTable, l.body.W*59/100)
	l.detail = tui.Rect{X: w + 2, Y: l.body.Y, W: l.body.W - w - 3, H: l.body.H}
	l.body.W = w
	return l
}

// selectedDetail returns the row whose details are shown.
func (c *core) selectedDetail() (tui.Row, bool) {
	if c.layout.detail.W == 0 {
		return tui.Row{}, false
	}
	p, ok := c.currentPage().(tui.HasRow)
	if !ok {
		return tui.Row{}, false
	}
	return p.SelectedRow()
}

// readSource returns a command that reads the source of the selected row, unless it
// is known or another is being read.
func (a *detailAction) readSource() tea.Cmd {
	r, ok := a.selectedDetail()
	if !ok || a.busy || r.At.Func == nil || r.At.Func.File == "" {
		return nil
	}
	at := r.At
	if _, known := a.loaded[at.Func.File]; known {
		return nil
	}
	a.busy = true
	read, version := a.vc.ReadSource, a.vc.State.Facts.GoVersion
	return func() tea.Msg {
		return linesMsg{a, at.Func.File, read(at.Func, at.Line, version).Lines}
	}
}

// Apply keeps the lines; the next row's are read if it has been selected since.
func (m linesMsg) Apply() tea.Cmd {
	a := m.action
	a.busy = false
	if a.loaded == nil || len(a.loaded) >= maxLoaded {
		a.loaded = map[string][]string{}
	}
	a.loaded[m.file] = m.lines
	return nil // Update reads on
}

// drawDetail draws the details next to the lines of the table.
func (a *detailAction) drawDetail(body []string) []string {
	r, ok := a.selectedDetail()
	d := a.layout.detail
	lines := make([]string, d.H)
	if ok {
		lines = evidence.Detail(a.vc, r, a.sourceOf(r.At), d.W, d.H)
	}
	bar := a.vc.Theme.Render(theme.Border, "│") + " "
	for i := range body {
		body[i] += bar + lines[i]
		if !ok {
			body[i] += strings.Repeat(" ", d.W)
		}
		body[i] += " "
	}
	return body
}

func (a *detailAction) sourceOf(at profile.Frame) []string {
	if at.Func == nil {
		return nil
	}
	return a.loaded[at.Func.File]
}

package ui

import (
	"slices"
	"strconv"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// View draws the member that is opened, or the list.
func (o *opener) View() tea.View {
	if o.opened != nil {
		return o.opened.View()
	}
	defer o.throttle.Draw()
	if o.frame == "" {
		o.frame = o.appearance.finishFrame(o.drawScreen())
	}
	return newScreenView(o.frame, o.list.name())
}

func (o *opener) drawScreen() string {
	w, h := o.width, o.screenH
	if w == 0 || h == 0 {
		return " "
	}
	if w < minWidth || h < minHeight {
		return tooSmall(w, h)
	}
	lines := o.list.drawTop()
	if o.hasTabs() {
		lines = append(lines, o.drawTabs())
	}
	body := o.overlays.Lines(o.layout.body.W, o.layout.body.H)
	if body == nil {
		body = tui.Fill(strings.Split(o.currentPage().View(), "\n"), o.layout.body.W, o.layout.body.H)
	}
	lines = append(lines, body...)
	footer := o.drawFooter()
	lines = append(lines[:len(lines)-len(footer)+1], footer...)
	return strings.Join(lines, "\n")
}

// drawStatusLine draws the first line of the screen: on the left what is watched, on the right
// how. The first part is always drawn; if the name leaves too little room, the others are
// dropped, starting with the second.
func (o *opener) drawStatusLine(left string, parts ...string) string {
	left = " " + o.vc.Theme.Render(theme.Title, "leaktop") + "  " + left
	dot := o.vc.Theme.Render(theme.Dim, " "+theme.SymbolDot+" ")
	right := strings.Join(parts, dot) + " "
	for len(parts) > 1 && format.Width(left)+1+format.Width(right) > o.width {
		parts = slices.Delete(slices.Clone(parts), 1, 2)
		right = strings.Join(parts, dot) + " "
	}
	room := max(0, o.width-format.Width(right)-1)
	return format.Pad(format.Fit(left, room), room) + " " + format.Fit(right, max(0, o.width-1))
}

// openerTabGap is the gap between two tabs, in columns.
const openerTabGap = 3

func (o *opener) hasTabs() bool { return len(o.nav.panes) > 1 }

// tabNames returns the names on the line of tabs.
func (o *opener) tabNames() []string {
	names := o.list.paneNames()
	for i := range names {
		names[i] = strconv.Itoa(i+1) + " " + names[i]
	}
	return names
}

func (o *opener) drawTabs() string {
	t := o.vc.Theme
	left := tui.TabLine(t, o.tabNames(), o.nav.pane, openerTabGap)
	right := t.Render(theme.Dim, tui.WindowName(o.vc.Window)+" ")
	if len(o.nav.path) > 0 {
		left = " " + t.Render(theme.Accent, format.FitLeft(o.nav.pathText(), max(10, o.width-format.Width(right)-2)))
	}
	room := o.width - format.Width(right)
	return format.Pad(format.Fit(left, room), room) + right
}

// tabAt returns the pane whose tab is at a column, -1 for none.
func (o *opener) tabAt(x int) int {
	at := 1
	for i, n := range o.tabNames() {
		if x >= at && x < at+format.Width(n) {
			return i
		}
		at += format.Width(n) + openerTabGap
	}
	return -1
}

// drawFooter draws the last line, or several for a long message.
func (o *opener) drawFooter() []string {
	lines := o.status.drawLines(o.vc.Theme, o.width, o.layout.body.H)
	if over := o.overlays.Footer(o.width); over != nil {
		return append(lines, over...)
	}
	if lines != nil {
		return lines
	}
	k := o.vc.Keys
	return []string{o.drawHints(o.pageHints(), []key.Binding{k.Help, k.Quit})}
}

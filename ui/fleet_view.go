package ui

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// newFleetLayout divides the screen of a fleet: a few lines for the verdict, the rest for
// the page.
func newFleetLayout(w, h int) screenLayout {
	said := 2
	switch {
	case h >= 50:
		said = 9
	case h >= 36:
		said = 7
	case h >= 22:
		said = 5
	case h >= 16:
		said = 3
	}
	l := screenLayout{suspects: tui.Rect{X: 0, Y: 1, W: w, H: said}, tabs: 1 + said, footer: h - 1}
	l.body = tui.Rect{X: 0, Y: l.tabs + 1, W: w, H: max(0, l.footer-l.tabs-1)}
	return l
}

// View draws the member that is opened, or the screen of all.
func (m *FleetModel) View() tea.View {
	if m.opened != nil {
		return m.opened.View()
	}
	defer m.throttle.Draw()
	if m.frame == "" {
		m.frame = m.drawScreen()
		if m.window.ascii {
			m.frame = theme.ToASCII(m.frame)
		}
		m.frame = plain.Frame(m.frame)
	}
	v := tea.NewView(m.frame)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = plain.Line("leaktop " + m.fleet.Name())
	return v
}

func (m *FleetModel) drawScreen() string {
	w, h := m.width, m.window.height
	if w == 0 || h == 0 {
		return " "
	}
	if w < minWidth || h < minHeight {
		return tooSmall(w, h)
	}
	lines := []string{m.drawHeader()}
	lines = append(lines, m.drawSentences()...)
	lines = append(lines, m.drawFleetTabs())
	body := m.overlays.Lines(m.layout.body.W, m.layout.body.H)
	if body == nil {
		body = tui.Fill(strings.Split(m.currentPage().View(), "\n"), m.layout.body.W, m.layout.body.H)
	}
	lines = append(lines, body...)
	footer := m.drawFleetFooter()
	lines = append(lines[:len(lines)-len(footer)+1], footer...)
	return strings.Join(lines, "\n")
}

// drawHeader draws the first line: what is watched, and how.
func (m *FleetModel) drawHeader() string {
	t, st := m.vc.Theme, m.vc.Fleet
	left := " " + t.Render(theme.Title, "leaktop") + "  " + format.Clean(st.Name)
	if counted := fmt.Sprintf("%s %s", format.Count(st.Comparison.Summary.Members), m.noun(st.Comparison.Summary.Members)); counted != st.Name {
		left += t.Render(theme.Dim, "  "+counted)
	}
	right := m.watchStatus() + " "
	room := max(0, m.width-format.Width(right)-1)
	return format.Pad(format.Fit(left, room), room) + " " + format.Fit(right, max(0, m.width-1))
}

// watchStatus says how the members are watched.
func (m *FleetModel) watchStatus() string {
	t, st := m.vc.Theme, m.vc.Fleet
	dot := t.Render(theme.Dim, " "+theme.SymbolDot+" ")
	var parts []string
	wait, cost, polled := pollCost(*st)
	switch {
	case st.Ended && st.Err != nil:
		parts = append(parts, t.Render(theme.Bad, theme.SymbolFailed+" ended"))
	case st.Ended:
		parts = append(parts, t.Render(theme.Dim, "ended"))
	case m.replayStatus() != "":
		parts = append(parts, m.replayStatus())
		cost = 0
	case polled == 0:
		parts = append(parts, t.Render(theme.Dim, "connecting"+theme.SymbolMore))
	default:
		parts = append(parts, t.Render(theme.Good, theme.SymbolLive+" live every "+format.Duration(wait.Round(time.Second))))
	}
	if m.vc.Paused {
		parts = append(parts, t.Render(theme.Warn, theme.SymbolPaused+" table paused"))
	}
	if cost > 0 {
		parts = append(parts, t.Render(theme.Dim, "cost up to "+format.Percent(cost)+" each"))
	}
	if !st.Started.IsZero() && st.Now.After(st.Started) {
		parts = append(parts, t.Render(theme.Dim, format.Elapsed(st.Now.Sub(st.Started))))
	}
	return strings.Join(parts, dot)
}

// pollCost returns the longest time between polls, the highest cost, and how many endpoints
// are polled.
func pollCost(st fleet.State) (wait time.Duration, cost float64, polled int) {
	for _, x := range st.Members {
		if x.IsGone() || x.Err != nil {
			continue
		}
		for _, e := range x.State.Status.Endpoints {
			if e.Kind.Info().Polled && !e.Disabled {
				wait = max(wait, e.Wait)
				polled++
			}
		}
		cost = max(cost, x.State.Status.Cost)
	}
	return wait, cost, polled
}

// replayStatus says which moment of a replay is shown; empty for a live fleet.
func (m *FleetModel) replayStatus() string {
	for _, x := range m.vc.Fleet.Members {
		r := x.State.Replay
		if r == nil {
			continue
		}
		symbol := theme.SymbolPaused
		if r.Playing {
			symbol = theme.SymbolCursor
		}
		return m.vc.Theme.Render(theme.Accent, fmt.Sprintf("%s replay %gx  %s of %s", symbol, r.Speed, r.At.Local().Format(time.TimeOnly), r.To.Local().Format(time.TimeOnly)))
	}
	return ""
}

// drawSentences draws what is said of the fleet. It fills its lines, so that the table
// does not move.
func (m *FleetModel) drawSentences() []string {
	r := m.layout.suspects
	var out []string
	for _, s := range report.FleetSentences(*m.vc.Fleet) {
		indent := strings.Repeat(" ", format.Width(s.Head)+3)
		for i, l := range format.WrapIndented(s.Text, r.W-1, indent) {
			if i == 0 {
				l = " " + m.vc.Theme.Render(s.Tone, s.Head) + "  " + strings.TrimPrefix(l, indent)
			}
			out = append(out, l)
		}
	}
	if m.vc.Untouched && len(out) < r.H {
		out = append(out, " "+m.vc.Theme.Render(theme.Accent, theme.SymbolMark)+"  enter opens one of them, with its own history; esc comes back. ? explains the rest.")
	}
	for i := range out {
		out[i] = format.Fit(out[i], r.W)
	}
	return tui.Fill(out[:min(len(out), r.H)], r.W, r.H)
}

// fleetTabs are the names on the line of tabs.
func fleetTabs() []string {
	var names []string
	for i, p := range fleetPanes {
		names = append(names, strconv.Itoa(i+1)+" "+p.name)
	}
	return names
}

const fleetTabGap = 3

func (m *FleetModel) drawFleetTabs() string {
	t := m.vc.Theme
	left := tui.TabLine(t, fleetTabs(), m.nav.pane, fleetTabGap)
	right := t.Render(theme.Dim, tui.WindowName(m.vc.Window)+" ")
	if len(m.nav.path) > 0 {
		left = " " + t.Render(theme.Accent, format.FitLeft(m.nav.pathText(), max(10, m.width-format.Width(right)-2)))
	}
	room := m.width - format.Width(right)
	return format.Pad(format.Fit(left, room), room) + right
}

// tabAt returns the pane whose tab is at a column, -1 for none.
func (m *FleetModel) tabAt(x int) int {
	at := 1
	for i, n := range fleetTabs() {
		if x >= at && x < at+format.Width(n) {
			return i
		}
		at += format.Width(n) + fleetTabGap
	}
	return -1
}

// drawFleetFooter draws the last line, or several for a long message.
func (m *FleetModel) drawFleetFooter() []string {
	lines := m.status.drawLines(m.vc.Theme, m.width, m.layout.body.H)
	if over := m.overlays.Footer(m.width); over != nil {
		return append(lines, over...)
	}
	if lines != nil {
		return lines
	}
	t, k := m.vc.Theme, m.vc.Keys
	place := m.currentPage().Place()
	if f, ok := m.currentPage().(tui.Filterable); ok && f.Filter() != "" {
		place = "/" + format.Clean(f.Filter()) + "  " + place
	}
	right := t.Render(theme.Dim, place+" ")
	room := m.width - format.Width(right)
	left := " " + tui.HintLine(t, m.currentPage().Hints(), []key.Binding{k.Help, k.Quit}, room-2)
	return []string{format.Pad(left, room) + right}
}

package ui

import (
	"fmt"
	"strings"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// newMachineLayout divides the screen of the processes: a line on them all, a sentence,
// the page, and the keys.
func newMachineLayout(w, h int) screenLayout {
	l := screenLayout{suspects: tui.Rect{X: 0, Y: 1, W: w, H: 1}, footer: h - 1}
	l.body = tui.Rect{X: 0, Y: 2, W: w, H: max(0, h-3)}
	return l
}

// View draws the process that is opened, or the list.
func (m *MachineModel) View() tea.View {
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
	v.WindowTitle = "leaktop"
	return v
}

func (m *MachineModel) drawScreen() string {
	w, h := m.width, m.window.height
	if w == 0 || h == 0 {
		return " "
	}
	if w < minWidth || h < minHeight {
		return tooSmall(w, h)
	}
	lines := []string{m.drawHeader(), m.drawSentence()}
	body := m.overlays.Lines(m.layout.body.W, m.layout.body.H)
	if body == nil {
		body = tui.Fill(strings.Split(m.currentPage().View(), "\n"), m.layout.body.W, m.layout.body.H)
	}
	lines = append(lines, body...)
	footer := m.drawFooter()
	lines = append(lines[:len(lines)-len(footer)+1], footer...)
	return strings.Join(lines, "\n")
}

// drawHeader draws the first line: how many processes there are, and what they use.
func (m *MachineModel) drawHeader() string {
	t := m.vc.Theme
	left := " " + t.Render(theme.Title, "leaktop") + "  "
	right := t.Render(theme.Good, theme.SymbolLive+" every "+format.Duration(scanWait)) + " "
	switch {
	case m.failed != nil:
		right = t.Render(theme.Bad, theme.SymbolFailed+" cannot list them") + " "
	case m.vc.Paused:
		right = t.Render(theme.Warn, theme.SymbolPaused+" table paused") + " "
	}
	if found := m.vc.Processes; found == nil {
		left += "Go processes of this machine"
	} else {
		served, used := 0, uint64(0)
		for _, p := range found.Processes {
			used += p.Used()
			if _, ok := p.Pprof(); ok {
				served++
			}
		}
		processes := "processes"
		if len(found.Processes) == 1 {
			processes = "process"
		}
		left += fmt.Sprintf("%s Go %s", format.Count(len(found.Processes)), processes) +
			t.Render(theme.Dim, fmt.Sprintf(" %s %s in all %s %s with pprof", theme.SymbolDot, format.Bytes(used), theme.SymbolDot, format.Count(served)))
	}
	room := max(0, m.width-format.Width(right)-1)
	return format.Pad(format.Fit(left, room), room) + " " + format.Fit(right, max(0, m.width-1))
}

// drawSentence draws what the user should know of the list.
func (m *MachineModel) drawSentence() string {
	t := m.vc.Theme
	text, tone := "enter watches one with pprof.", theme.Dim
	switch found := m.vc.Processes; {
	case m.failed != nil:
		text, tone = format.Capitalize(tui.Explain(m.failed))+".", theme.Bad
	case found != nil && found.Hidden > 0:
		text += " " + describeHidden(found.Hidden)
	}
	return format.Pad(format.Fit(" "+t.Render(tone, text), m.width), m.width)
}

// describeHidden says how many processes could not be read.
func describeHidden(n int) string {
	if n == 1 {
		return "1 other process cannot be read; root can."
	}
	return format.Count(n) + " other processes cannot be read; root can."
}

// drawFooter draws the last line, or several for a long message.
func (m *MachineModel) drawFooter() []string {
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

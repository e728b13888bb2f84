package ui

import (
	"strings"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// View draws the screen. The result is cached until the next message.
func (m *Model) View() tea.View {
	if !m.awaitsRows {
		defer m.throttle.Draw()
	}
	if m.frame == "" {
		m.frame = m.appearance.finishFrame(m.drawScreen())
	}
	v := newScreenView(m.frame, m.targetName())
	if _, ok := m.currentPage().(tui.PointerFollower); ok {
		v.MouseMode = tea.MouseModeAllMotion
	}
	return v
}

// newScreenView returns the view of a finished screen; name is what it shows, for the window
// title.
func newScreenView(frame, name string) tea.View {
	v := tea.NewView(frame)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	v.WindowTitle = plain.Line("leaktop " + name)
	return v
}

// drawScreen composes the screen: the status line, the charts, the verdict, the
// tabs, the page or its overlay, and the footer.
func (m *Model) drawScreen() string {
	w, h := m.width, m.height
	if w == 0 || h == 0 {
		return " " // the size is not known yet; an empty frame would be redrawn repeatedly
	}
	if w < minWidth || h < minHeight {
		return tooSmall(w, h)
	}
	l := m.layout
	lines := []string{overview.Header(m.vc, m.headerName(), w, m.isCompact())}
	if l.overview.H > 0 {
		lines = append(lines, strings.Split(m.overview.View(), "\n")...)
	}
	lines = append(lines, overview.VerdictLines(m.vc, w, l.suspects.H)...)
	lines = append(lines, m.drawTabs())
	lines = append(lines, m.drawBody()...)
	footer := m.drawFooter()
	lines = append(lines[:len(lines)-len(footer)+1], footer...)
	return strings.Join(lines, "\n")
}

// tooSmall draws the notice for a screen that is too small.
func tooSmall(w, h int) string {
	lines := format.WrapIndented("leaktop needs 40 columns and 10 lines", w, "")
	for i := range lines {
		lines[i] = format.Fit(lines[i], w)
	}
	return strings.Join(lines[:min(len(lines), h)], "\n")
}

// drawBody returns the page, or what an overlay shows in its place.
func (m *Model) drawBody() []string {
	b := m.layout.body
	if lines := m.overlays.Lines(m.width, b.H); lines != nil {
		return lines
	}
	lines := tui.Fill(strings.Split(m.currentPage().View(), "\n"), b.W, b.H)
	if m.layout.detail.W > 0 {
		lines = m.actions.detail.drawDetail(lines)
	}
	return lines
}

// drawFooter draws the last line of the screen, or several for a long message: the
// status above the overlay's footer, else the status or the keys.
func (m *Model) drawFooter() []string {
	lines := m.status.drawLines(m.vc.Theme, m.width, m.layout.body.H)
	if over := m.overlays.Footer(m.width); over != nil {
		if len(lines) >= m.layout.body.H {
			return lines
		}
		return append(lines, over...)
	}
	if lines != nil {
		return lines
	}
	return []string{m.keyLine()}
}

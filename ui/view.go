package ui

import (
	"slices"
	"strings"
	"time"

	"charm.land/bubbles/v2/key"
	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile/plain"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/flame"
	"github.com/leaktop/leaktop/ui/tui/overview"
)

// View draws the screen. It is kept until the next message.
func (m *Model) View() tea.View {
	defer m.pace.Draw()
	if m.frame == "" {
		m.frame = m.draw()
		if m.ascii {
			m.frame = theme.ToASCII(m.frame)
		}
		m.frame = plain.Frame(m.frame)
	}
	v := tea.NewView(m.frame)
	v.AltScreen = true
	v.MouseMode = tea.MouseModeCellMotion
	if _, ok := m.page().(*flame.Pane); ok {
		v.MouseMode = tea.MouseModeAllMotion // what is under the pointer is explained
	}
	v.WindowTitle = plain.Line("leaktop " + m.name())
	return v
}

func (m *Model) name() string {
	if n := m.vc.State.Facts.Name; n != "" {
		return n
	}
	return m.watch.Source.Name()
}

func (m *Model) draw() string {
	w, h := m.width, m.height
	if w == 0 || h == 0 {
		return " " // the size is not known yet; an empty frame would be drawn again and again
	}
	if w < smallestWidth || h < smallestHeight {
		lines := tui.Wrap("leaktop needs 40 columns and 10 lines", w, "")
		for i := range lines {
			lines[i] = format.Fit(lines[i], w)
		}
		return strings.Join(lines[:min(len(lines), h)], "\n")
	}
	l := m.layout
	lines := []string{overview.Header(m.vc, m.name(), w)}
	if l.overview.H > 0 {
		lines = append(lines, strings.Split(m.overview.View(), "\n")...)
	}
	lines = append(lines, overview.VerdictLines(m.vc, w, l.suspects.H)...)
	lines = append(lines, m.tabs())
	lines = append(lines, m.body()...)
	foot := m.foot()
	lines = append(lines[:len(lines)-len(foot)+1], foot...)
	return strings.Join(lines, "\n")
}

func (m *Model) body() []string {
	b := m.layout.body
	switch {
	case m.helping:
		return m.helpLines(b.W, b.H)
	case m.menu != nil:
		return m.menuLines(b.W, b.H)
	case m.save != nil:
		return m.save.lines(m.vc.Theme, b.W, b.H)
	}
	return tui.Fill(strings.Split(m.page().View(), "\n"), b.W, b.H)
}

// tabs is the line of panes, or on the way down the path; on the right, what
// the values are.
func (m *Model) tabs() string {
	t := m.vc.Theme
	left, room := tui.TabLine(t, m.tabNames(), m.pane, m.tabGap()), 0
	if len(m.path) > 0 {
		right := m.what(m.width / 2)
		left = " " + t.Render(theme.Accent, format.FitLeft(m.crumbs(), max(10, m.width-format.Width(right)-2)))
	}
	right := t.Render(theme.Dim, m.what(m.width-format.Width(left)-1))
	room = m.width - format.Width(right)
	return tui.Pad(format.Fit(left, room), room) + right
}

// roomForTabs is the width from which the names of panes leave room for what the
// values are.
const roomForTabs = 94

func (m *Model) tabNames() []string {
	names := make([]string, len(panes))
	for i, p := range panes {
		name := p.name
		if m.width < roomForTabs {
			name = p.short
		}
		names[i] = string(rune('1'+i)) + " " + name
	}
	return names
}

// tabAt is the pane whose tab is at a column, -1 for none.
func (m *Model) tabAt(x int) int {
	at := 1
	for i, n := range m.tabNames() {
		w := format.Width(n)
		if x >= at && x < at+w {
			return i
		}
		at += w + m.tabGap()
	}
	return -1
}

// tabGap is how far the tabs stand from each other, so that what the values are
// has room beside them on every pane.
func (m *Model) tabGap() int {
	switch w := m.width; {
	case w >= 120:
		return 3
	case w >= 110 || w < roomForTabs:
		return 2
	}
	return 1
}

// what says what the values of the page are, in at most room columns: what
// changes their meaning most comes first.
func (m *Model) what(room int) string {
	var parts []string
	shown := m.shows()
	if shown.Baseline {
		parts = append(parts, "since baseline")
	}
	switch s, stays := m.stays(); {
	case s.Kind != "":
		parts = append(parts, format.Sample(string(s.Kind), s.Sample))
	case !stays:
		parts = append(parts, format.Sample(string(shown.Kind), shown.Sample))
	}
	switch taken := shown.Taken; {
	case taken.IsZero() && !shown.Baseline: // growth is since the baseline, where there is one
		parts = append(parts, tui.WindowName(shown.Window))
	case !taken.IsZero():
		parts = append(parts, "at "+taken.Local().Format(time.TimeOnly))
		if m.vc.State.Restarts > 0 && taken.Before(m.vc.State.Start) {
			parts = slices.Insert(parts, 0, "old process")
		}
	}
	for n := len(parts); n > 0; n-- {
		if s := strings.Join(parts[:n], " "+theme.SymbolDot+" ") + " "; format.Width(s) <= room {
			return s
		}
	}
	return ""
}

// shows are the settings that what is on screen has: the next rows may be under
// way.
func (m *Model) shows() tui.Settings {
	if p, ok := m.page().(tui.HasSettings); ok {
		return p.Shows()
	}
	s := m.vc.Settings()
	s.Baseline = false // it has no differences
	return s
}

// mostSaid is how many lines what was just said may take, over the page.
const mostSaid = 4

// said is what was just said, at the bottom.
func (m *Model) said(text string, tone theme.Tone) []string {
	lines := tui.Wrap(text, m.width-1, " ")
	most := max(1, min(mostSaid, m.layout.body.H))
	if len(lines) > most {
		lines[most-1] = format.Fit(lines[most-1]+" "+strings.TrimSpace(lines[most]), m.width-1)
	}
	lines = lines[:min(len(lines), most)]
	for i, l := range lines {
		lines[i] = tui.Pad(m.vc.Theme.Render(tone, l), m.width)
	}
	return lines
}

// foot is the last line, and more where much was just said: the prompt, what was
// said or is asked, or the keys.
func (m *Model) foot() []string {
	switch {
	case m.question != nil:
		return m.said(m.question.text, theme.Warn)
	case m.save != nil:
		return []string{m.only(saveKeys())}
	case m.asking:
	case m.toast != "":
		return m.toasted()
	case m.menu != nil:
		return []string{m.only(menuKeys(m.vc.Keys))}
	case m.helping:
		right := m.vc.Theme.Render(theme.Dim, m.helpPlace()+" ")
		return []string{tui.Pad(m.only(helpKeys()), m.width-format.Width(right)) + right}
	case m.job != nil:
		return []string{m.job.line(m.vc, m.width)}
	}
	return []string{m.keyLine()}
}

// toasted is what was just said, over how far a job is.
func (m *Model) toasted() []string {
	tone := theme.Accent
	if m.toastBad {
		tone = theme.Bad
	}
	lines := m.said(m.toast, tone)
	if m.job != nil && len(lines) < m.layout.body.H {
		lines = append(lines, m.job.line(m.vc, m.width))
	}
	return lines
}

// only is a line of keys where no others count.
func (m *Model) only(keys []key.Binding) string {
	return tui.Pad(" "+tui.HintLine(m.vc.Theme, keys, nil, m.width-2), m.width)
}

// keyLine is the prompt, or the keys of the page and where its cursor is.
func (m *Model) keyLine() string {
	t, w := m.vc.Theme, m.width
	if m.asking {
		left := " " + m.prompt.View() + "  " + t.Render(theme.Dim, filterHelp)
		right := t.Render(theme.Dim, m.page().Place()+" ")
		return tui.Pad(left, w-format.Width(right)) + right
	}
	place := m.page().Place()
	if f, ok := m.page().(tui.Filterable); ok && f.Filter() != "" {
		place = "/" + format.Clean(f.Filter()) + "  " + place
	}
	right := t.Render(theme.Dim, place+" ")
	room := w - format.Width(right)
	k := m.vc.Keys
	left := " " + tui.HintLine(t, append(m.hints(), m.everywhere()...), []key.Binding{k.Help, k.Quit}, room-2)
	return tui.Pad(left, room) + right
}

// filterHelp stands beside the filter while it is typed.
const filterHelp = "regexp, or ~fuzzy · enter keeps it · esc drops it"

// roomForPlace is what the place among the rows takes: "1–12 of 31,491".
const roomForPlace = 16

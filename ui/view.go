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
)

// View draws the screen. It is kept until the next message.
func (m *Model) View() tea.View {
	defer m.pace.draw()
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
	if _, ok := m.page().(*flamePane); ok {
		v.MouseMode = tea.MouseModeAllMotion // what is under the pointer is explained
	}
	v.WindowTitle = plain.Line("leaktop " + m.name())
	return v
}

func (m *Model) name() string {
	if n := m.sh.state.Facts.Name; n != "" {
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
		lines := wrap("leaktop needs 40 columns and 10 lines", w, "")
		for i := range lines {
			lines[i] = format.Fit(lines[i], w)
		}
		return strings.Join(lines[:min(len(lines), h)], "\n")
	}
	l := m.layout
	lines := []string{header(m.sh, m.name(), w)}
	if l.overview.h > 0 {
		lines = append(lines, strings.Split(m.overview.view(), "\n")...)
	}
	lines = append(lines, suspectLines(m.sh, w, l.suspects.h)...)
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
		return m.helpLines(b.w, b.h)
	case m.menu != nil:
		return m.menuLines(b.w, b.h)
	case m.save != nil:
		return m.save.lines(m.sh.theme, b.w, b.h)
	}
	return fill(strings.Split(m.page().view(), "\n"), b.w, b.h)
}

// tabs is the line of panes, or on the way down the path; on the right, what
// the values are.
func (m *Model) tabs() string {
	t := m.sh.theme
	left, room := tabLine(t, m.tabNames(), m.pane, m.tabGap()), 0
	if len(m.path) > 0 {
		right := m.what(m.width / 2)
		left = " " + t.Render(theme.Accent, format.FitLeft(m.crumbs(), max(10, m.width-format.Width(right)-2)))
	}
	right := t.Render(theme.Dim, m.what(m.width-format.Width(left)-1))
	room = m.width - format.Width(right)
	return pad(format.Fit(left, room), room) + right
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
	if shown.baseline {
		parts = append(parts, "since baseline")
	}
	switch s, stays := m.stays(); {
	case s.kind != "":
		parts = append(parts, format.Sample(string(s.kind), s.sample))
	case !stays:
		parts = append(parts, format.Sample(string(shown.kind), shown.sample))
	}
	switch taken := shown.taken; {
	case taken.IsZero() && !shown.baseline: // growth is since the baseline, where there is one
		parts = append(parts, windowName(shown.window))
	case !taken.IsZero():
		parts = append(parts, "at "+taken.Local().Format(time.TimeOnly))
		if m.sh.state.Restarts > 0 && taken.Before(m.sh.state.Start) {
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
func (m *Model) shows() settings {
	if p, ok := m.page().(interface{ shows() settings }); ok {
		return p.shows()
	}
	s := m.sh.settings()
	s.baseline = false // it has no differences
	return s
}

// mostSaid is how many lines what was just said may take, over the page.
const mostSaid = 4

// said is what was just said, at the bottom.
func (m *Model) said(text string, tone theme.Tone) []string {
	lines := wrap(text, m.width-1, " ")
	most := max(1, min(mostSaid, m.layout.body.h))
	if len(lines) > most {
		lines[most-1] = format.Fit(lines[most-1]+" "+strings.TrimSpace(lines[most]), m.width-1)
	}
	lines = lines[:min(len(lines), most)]
	for i, l := range lines {
		lines[i] = pad(m.sh.theme.Render(tone, l), m.width)
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
		return []string{m.only(menuKeys(m.sh.keys))}
	case m.helping:
		right := m.sh.theme.Render(theme.Dim, m.helpPlace()+" ")
		return []string{pad(m.only(helpKeys()), m.width-format.Width(right)) + right}
	case m.job != nil:
		return []string{m.job.line(m.sh, m.width)}
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
	if m.job != nil && len(lines) < m.layout.body.h {
		lines = append(lines, m.job.line(m.sh, m.width))
	}
	return lines
}

// only is a line of keys where no others count.
func (m *Model) only(keys []key.Binding) string {
	return pad(" "+hintLine(m.sh.theme, keys, nil, m.width-2), m.width)
}

// keyLine is the prompt, or the keys of the page and where its cursor is.
func (m *Model) keyLine() string {
	t, w := m.sh.theme, m.width
	if m.asking {
		left := " " + m.prompt.View() + "  " + t.Render(theme.Dim, filterHelp)
		right := t.Render(theme.Dim, m.page().place()+" ")
		return pad(left, w-format.Width(right)) + right
	}
	place := m.page().place()
	if f, ok := m.page().(filterable); ok && f.filter() != "" {
		place = "/" + format.Clean(f.filter()) + "  " + place
	}
	right := t.Render(theme.Dim, place+" ")
	room := w - format.Width(right)
	k := m.sh.keys
	left := " " + hintLine(t, append(m.hints(), m.everywhere()...), []key.Binding{k.Help, k.Quit}, room-2)
	return pad(left, room) + right
}

// filterHelp stands beside the filter while it is typed.
const filterHelp = "regexp, or ~fuzzy · enter keeps it · esc drops it"

// roomForPlace is what the place among the rows takes: "1–12 of 31,491".
const roomForPlace = 16

// hintLine draws as many keys as have room, and last those that a newcomer
// needs: they take the room first.
func hintLine(t theme.Theme, keys, last []key.Binding, room int) string {
	const gap = 2
	width := func(k key.Binding) int { return format.Width(k.Help().Key) + 1 + format.Width(k.Help().Desc) + gap }
	room += gap
	for _, k := range last {
		room -= width(k)
	}
	var shown []key.Binding
	for _, k := range keys {
		if n := width(k); n <= room && k.Help().Key != "" {
			room -= n
			shown = append(shown, k)
		}
	}
	var parts []string
	for _, k := range append(shown, last...) {
		parts = append(parts, t.Render(theme.Key, k.Help().Key)+" "+t.Render(theme.Dim, k.Help().Desc))
	}
	return strings.Join(parts, blank(gap))
}

// fill makes lines exactly h lines of w columns.
func fill(lines []string, w, h int) []string {
	out := make([]string, h)
	for i := range out {
		if i < len(lines) {
			out[i] = pad(lines[i], w)
		} else {
			out[i] = pad("", w)
		}
	}
	return out
}

// bar is a progress bar.
func bar(n, of int) string {
	return strings.Repeat("█", n) + strings.Repeat("░", max(0, of-n))
}

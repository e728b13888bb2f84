package chart

import (
	"time"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/kept"
	"github.com/leaktop/leaktop/ui/theme"
)

// Model is a chart of one or two series over time. Use [New].
type Model struct {
	theme  theme.Theme
	label  func(float64) string
	binary bool
	window time.Duration
	empty  string

	width, height int
	data          Data
	line, other   [][]dot // what of the data can be drawn

	value scale // the value axis, kept from one drawing to the next
	view  kept.View
}

// New makes a chart of values in a unit, named as pprof does: "bytes", "count".
func New(t theme.Theme, unit string) Model {
	m := Model{theme: t}
	m.SetUnit(unit)
	return m
}

// SetTheme changes colours and styles.
func (m *Model) SetTheme(t theme.Theme) {
	m.theme = t
	m.view.Changed()
}

// SetUnit changes the unit of the values, and finds the value axis anew.
func (m *Model) SetUnit(unit string) {
	m.label, m.binary = format.Short(unit), format.Binary(unit)
	m.value = scale{}
	m.changed()
}

// SetSize gives the chart its room on the screen.
func (m *Model) SetSize(width, height int) {
	if m.width == width && m.height == height {
		return
	}
	m.width, m.height = max(width, 0), max(height, 0)
	m.changed()
}

// SetWindow sets how much of the time up to now is shown; 0 is all.
func (m *Model) SetWindow(d time.Duration) {
	if m.window != d {
		m.window = d
		m.changed()
	}
}

// SetEmpty sets what is said while there is no point to show.
func (m *Model) SetEmpty(text string) {
	if m.empty != text {
		m.empty = text
		m.changed()
	}
}

// SetData shows other points. The chart doesn't change the slices, and they
// must not change while it has them.
func (m *Model) SetData(d Data) {
	m.data = d
	m.line, m.other = series(d.Line), series(d.Other)
	m.changed()
}

// changed finds the axes for what is shown now.
func (m *Model) changed() {
	m.view.Changed()
	a, ok := m.timeAxis(m.width)
	if !ok {
		return
	}
	// What just left the axis counts too: how wide it is in the end depends on
	// the labels of the values.
	from := a.left - (a.right()-a.left)/10
	if lo, hi, ok := bounds(from, a.right(), m.line, m.other); ok {
		m.value = m.value.fit(lo, hi, m.data.Limit, m.binary)
	}
}

// timeAxis lays the time out on some cells; ok is false if there are no points
// or no cells.
func (m Model) timeAxis(cells int) (a timeAxis, ok bool) {
	first, last, ok := span(m.line, m.other)
	if !ok || cells <= 0 {
		return timeAxis{}, false
	}
	now, set := nanos(m.data.Now)
	if !set || m.data.Now.IsZero() {
		now = last
	}
	return newTimeAxis(first, now, m.window, cells), true
}

// View draws the chart: exactly as many lines as it has room for, each exactly
// as wide. It is kept until something changes.
func (m Model) View() string { return m.view.Get(m.draw) }

const (
	withTime   = 4  // lines from which there is a row for the time axis
	withValues = 20 // columns from which there are labels at the value axis
)

func (m Model) draw() string {
	if m.width <= 0 || m.height <= 0 {
		return ""
	}
	p := plot{g: newGrid(m.width, m.height), w: m.width, h: m.height, value: m.value, late: m.data.Late}
	if m.height >= withTime {
		p.h--
	}
	labels := m.labelWidth(p.h)
	if labels > 0 {
		p.x, p.w = labels+1, m.width-labels-1
	}
	a, ok := m.timeAxis(p.w)
	if !ok {
		p.g.notice(m.empty)
		return p.g.render(m.theme)
	}
	p.time = a
	m.paint(p)
	if labels > 0 {
		p.valueLabels(labels, m.label, m.data.Limit)
	}
	if p.h < m.height {
		p.timeLabels(p.h, m.data.Marks)
	}
	return p.g.render(m.theme)
}

// labelWidth is the width of the labels of the value axis beside a plot of some
// rows; 0 if there is no room for any.
func (m Model) labelWidth(rows int) int {
	if m.width < withValues || rows < 2 || m.value.step == 0 {
		return 0
	}
	w := labelWidth(m.value, m.data.Limit, m.label)
	if m.width-w-1 < withValues/2 {
		return 0
	}
	return w
}

// paint draws what lies behind first.
func (m Model) paint(p plot) {
	p.level(m.data.Limit, theme.ChartLimit)
	for _, k := range m.data.Marks {
		t, ok := nanos(k.T)
		switch {
		case !ok:
		case k.Kind == MarkBoundary:
			p.upright(t, '╎', theme.Bad)
		case k.Kind == MarkFlag:
			p.upright(t, '┊', theme.ChartMark)
		}
	}
	p.line(m.other, theme.ChartOther, second(m.theme))
	p.line(m.line, theme.ChartLine, solid)
}

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
	line, other   [][]dot // the drawable points of data

	value scale // the value axis, kept between drawings
	view  kept.View
}

// New returns a chart of values in a unit, named as pprof does: "bytes", "count".
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

// SetUnit changes the unit of the values and recomputes the value axis.
func (m *Model) SetUnit(unit string) {
	m.label, m.binary = format.Short(unit), format.Binary(unit)
	m.value = scale{}
	m.changed()
}

// SetSize sets the size of the chart, in columns and lines.
func (m *Model) SetSize(width, height int) {
	if m.width == width && m.height == height {
		return
	}
	m.width, m.height = max(width, 0), max(height, 0)
	m.changed()
}

// SetWindow sets how much of the time up to now is shown; 0 means all of it.
func (m *Model) SetWindow(d time.Duration) {
	if m.window != d {
		m.window = d
		m.changed()
	}
}

// SetEmpty sets the text shown while there are no points.
func (m *Model) SetEmpty(text string) {
	if m.empty != text {
		m.empty = text
		m.changed()
	}
}

// SetData replaces the data. The chart does not modify the slices, and the caller
// must not either.
func (m *Model) SetData(d Data) {
	m.data = d
	m.line, m.other = series(d.Line), series(d.Other)
	m.changed()
}

// changed recomputes the value axis and drops the drawn view.
func (m *Model) changed() {
	m.view.Changed()
	a, ok := m.timeAxis(m.width)
	if !ok {
		return
	}
	// Include points that have just left the axis: its final width depends on the
	// width of the value labels.
	from := a.left - (a.right()-a.left)/10
	if lo, hi, ok := bounds(from, a.right(), m.line, m.other); ok {
		m.value = m.value.fit(lo, hi, m.data.Limit, m.binary)
	}
}

// timeAxis lays out the time axis on a number of cells. ok is false if there are
// no points or no cells.
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

// View draws the chart, in exactly its size. The result is cached until something
// changes.
func (m Model) View() string { return m.view.Get(m.draw) }

const (
	withTime   = 4  // minimum lines for a chart with a row for the time axis
	withValues = 20 // minimum columns for a chart with labels at the value axis
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

// labelWidth returns the width of the value axis' labels next to a plot of a
// number of rows; 0 if there is no room for them.
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

// paint draws the plot from back to front.
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

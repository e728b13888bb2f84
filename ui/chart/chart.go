package chart

import (
	"time"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/memo"
	"github.com/leaktop/leaktop/ui/theme"
)

// Model is a chart of one or two series over time. Use [New].
type Model struct {
	theme  theme.Theme
	label  func(float64) string
	binary bool
	window time.Duration
	empty  string

	width, height       int
	data                Data
	lineDots, otherDots [][]dot // the drawable points of data
	pastDots            [][]dot

	axis   valueAxis // kept between drawings, so that it rarely changes
	cached memo.View
}

// New returns a chart of values in a unit, named as pprof does: "bytes", "count".
func New(t theme.Theme, unit string) Model {
	m := Model{theme: t}
	m.SetUnit(unit)
	return m
}

// SetTheme changes colors and styles.
func (m *Model) SetTheme(t theme.Theme) {
	m.theme = t
	m.cached.Invalidate()
}

// SetUnit changes the unit of the values and recomputes the value axis.
func (m *Model) SetUnit(unit string) {
	m.label, m.binary = format.AxisFormat(unit), format.IsBinary(unit)
	m.axis = valueAxis{}
	m.refit()
}

// SetSize sets the size of the chart, in columns and lines.
func (m *Model) SetSize(width, height int) {
	if m.width == width && m.height == height {
		return
	}
	m.width, m.height = max(width, 0), max(height, 0)
	m.refit()
}

// SetWindow sets how much of the time up to now is shown; 0 means all of it.
func (m *Model) SetWindow(d time.Duration) {
	if m.window != d {
		m.window = d
		m.refit()
	}
}

// SetEmpty sets the text shown while there are no points.
func (m *Model) SetEmpty(text string) {
	if m.empty != text {
		m.empty = text
		m.refit()
	}
}

// SetData replaces the data. The chart does not modify the slices, and the caller
// must not either.
func (m *Model) SetData(d Data) {
	m.data = d
	m.lineDots, m.otherDots, m.pastDots = drawablePoints(d.Line), drawablePoints(d.Other), drawablePoints(d.Past)
	m.refit()
}

// refit recomputes the value axis and drops the drawn view.
func (m *Model) refit() {
	m.cached.Invalidate()
	a, ok := m.timeAxis(m.width)
	if !ok {
		return
	}
	// Include points that have just left the axis: its final width depends on the
	// width of the value labels.
	from := a.left - (a.end()-a.left)/10
	if lo, hi, ok := valueRange(from, a.end(), m.lineDots, m.otherDots, m.shownPast()); ok {
		m.axis = m.axis.fitRange(lo, hi, m.data.Limit, m.binary)
	}
}

// timeAxis lays out the time axis on a number of cells. ok is false if there are
// no points or no cells.
func (m Model) timeAxis(cells int) (a timeAxis, ok bool) {
	first, last, ok := timeRange(m.lineDots, m.otherDots, m.shownPast())
	if !ok || cells <= 0 {
		return timeAxis{}, false
	}
	now, set := toNanos(m.data.Now)
	if !set || m.data.Now.IsZero() {
		now = last
	}
	if start, ok := toNanos(m.data.Start); ok && !m.data.Start.IsZero() {
		first = min(first, start)
	}
	return newTimeAxis(first, now, m.window, cells), true
}

// shownPast returns the points from before the watch, if there is a window that bounds
// them.
func (m Model) shownPast() [][]dot {
	if m.window <= 0 {
		return nil
	}
	return m.pastDots
}

// View draws the chart, in exactly its size. The result is cached until something
// changes.
func (m Model) View() string { return m.cached.Get(m.drawView) }

const (
	minTimeHeight  = 4  // minimum lines for a chart with a row for the time axis
	minLabelsWidth = 20 // minimum columns for a chart with labels at the value axis
)

func (m Model) drawView() string {
	if m.width <= 0 || m.height <= 0 {
		return ""
	}
	p := plot{g: newGrid(m.width, m.height), w: m.width, h: m.height, value: m.axis, late: m.data.Late, end: m.data.End}
	if m.height >= minTimeHeight {
		p.h--
	}
	labels := m.labelWidth(p.h)
	if labels > 0 {
		p.x, p.w = labels+1, m.width-labels-1
	}
	a, ok := m.timeAxis(p.w)
	if !ok {
		p.g.writeNotice(m.empty)
		return p.g.render(m.theme)
	}
	p.time = a
	m.drawPlot(p)
	if labels > 0 {
		p.valueLabels(labels, m.label, m.data.Limit)
	}
	if p.h < m.height {
		p.timeLabels(p.h, m.data.Marks, m.data.Cursor)
	}
	return p.g.render(m.theme)
}

// TimeAt returns the time at a column of the chart; ok is false left of the plot, or
// if there are no points.
func (m Model) TimeAt(x int) (at time.Time, ok bool) {
	rows := m.height
	if rows >= minTimeHeight {
		rows--
	}
	if labels := m.labelWidth(rows); labels > 0 {
		x -= labels + 1
		labels++
		a, ok := m.timeAxis(m.width - labels)
		return a.timeAt(x), ok && x >= 0
	}
	a, ok := m.timeAxis(m.width)
	return a.timeAt(x), ok && x >= 0
}

// labelWidth returns the width of the value axis' labels next to a plot of a
// number of rows; 0 if there is no room for them.
func (m Model) labelWidth(rows int) int {
	if m.width < minLabelsWidth || rows < 2 || m.axis.step == 0 {
		return 0
	}
	w := labelWidth(m.axis, m.data.Limit, m.label)
	if m.width-w-1 < minLabelsWidth/2 {
		return 0
	}
	return w
}

// drawPlot draws the plot from back to front.
func (m Model) drawPlot(p plot) {
	p.drawLevel(m.data.Limit, theme.ChartLimit)
	for _, k := range m.data.Marks {
		t, ok := toNanos(k.T)
		switch {
		case !ok:
		case k.Kind == MarkBoundary:
			p.drawVertical(t, '╎', theme.Bad)
		case k.Kind == MarkFlag:
			p.drawVertical(t, '┊', theme.ChartMark)
		}
	}
	p.drawMoment(m.data.From, '┋', theme.ChartMark)
	p.drawMoment(m.data.Cursor, '│', theme.Accent)
	p.drawLine(m.shownPast(), theme.Dim, secondStroke(m.theme))
	p.drawLine(m.otherDots, theme.ChartOther, secondStroke(m.theme))
	p.drawLine(m.lineDots, theme.ChartLine, solidStroke)
}

package chart

import (
	"time"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// Model is a chart of one or two series over time. Use [New].
type Model struct {
	theme  theme.Theme
	label  func(float64) string
	binary bool
	window time.Duration
	clock  bool
	empty  string

	width, height int
	data          Data

	version int
	cache   *cache
}

// cache is the last view, shared by copies of a Model. Versions are given out
// by it, so that two copies that went apart have different ones.
type cache struct {
	next, version int
	view          string
	value         scale // the value axis in use
}

// New makes a chart of values in a unit, named as pprof does: "bytes", "count".
func New(t theme.Theme, unit string) Model {
	m := Model{theme: t, cache: &cache{}}
	m.SetUnit(unit)
	return m
}

func (m *Model) changed() {
	m.cache.next++
	m.version = m.cache.next
}

// SetTheme changes colours and styles.
func (m *Model) SetTheme(t theme.Theme) {
	m.theme = t
	m.changed()
}

// SetUnit changes the unit of the values, and finds the value axis anew.
func (m *Model) SetUnit(unit string) {
	m.label, m.binary = format.Short(unit), format.Binary(unit)
	m.cache.value = scale{}
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

// SetClock labels the time axis with the time of day, in the local zone,
// instead of the time before now.
func (m *Model) SetClock(on bool) {
	if m.clock != on {
		m.clock = on
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
	m.changed()
}

// View draws the chart: exactly as many lines as it has room for, each exactly
// as wide. It is kept until something changes.
func (m Model) View() string {
	if m.cache == nil {
		return ""
	}
	if m.cache.version != m.version {
		m.cache.view, m.cache.version = m.draw(), m.version
	}
	return m.cache.view
}

const (
	withTime   = 4  // lines from which there is a row for the time axis
	withValues = 20 // columns from which there are labels at the value axis
)

func (m Model) draw() string {
	if m.width <= 0 || m.height <= 0 {
		return ""
	}
	g := newGrid(m.width, m.height)
	line, other := series(m.data.Line), series(m.data.Other)
	first, last, ok := span(line, other)
	if !ok {
		s := format.Fit(narrow(m.empty), m.width)
		g.text((m.width-format.Width(s))/2, m.height/2, s, theme.Dim)
		return g.render(m.theme)
	}
	now, set := nanos(m.data.Now)
	if !set || m.data.Now.IsZero() {
		now = last
	}
	p := plot{g: g, w: m.width, h: m.height}
	if m.height >= withTime {
		p.h--
	}
	p.time = newTimeAxis(first, now, m.window, p.w)
	m.layValues(&p, line, other)
	m.paint(p, line, other)
	return g.render(m.theme)
}

// layValues finds the value axis and makes room for its labels.
func (m Model) layValues(p *plot, line, other [][]dot) {
	lo, hi, ok := bounds(p.time.left, p.time.right(), line, other)
	if ok {
		m.cache.value = m.cache.value.fit(lo, hi, m.data.Limit, m.binary)
	}
	p.value = m.cache.value
	if p.w < withValues || p.h < 2 || p.value.step == 0 {
		return
	}
	w := labelWidth(p.value, m.data.Limit, m.label)
	if p.w-w-1 < withValues/2 {
		return
	}
	p.x, p.w = w+1, p.w-w-1
	first := p.time.left
	if f, _, ok := span(line, other); ok {
		first = f
	}
	p.time = newTimeAxis(first, p.time.now, m.window, p.w)
}

func (m Model) paint(p plot, line, other [][]dot) {
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
	p.line(other, theme.ChartOther)
	p.line(line, theme.ChartLine)
	if p.x > 0 {
		p.valueLabels(p.x-1, m.label, m.data.Limit)
	}
	if p.h < p.g.h {
		p.timeLabels(p.h, m.data.Marks, m.clock)
	}
}

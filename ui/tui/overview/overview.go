// Package overview draws what is above the tabs on every page: the status line, the
// three charts, and the verdict in sentences.
package overview

import (
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Model is the three charts of the first screen: live heap, goroutines, and
// memory against its limit.
type Model struct {
	vc        *tui.ViewContext
	charts    [3]chart.Model
	titles    [3]string
	room      tui.Rect
	widths    [3]int
	chartKeys [3]chartKey
	late      time.Duration // age of the newest value, as shown
	axisNow   time.Time     // where the time axes of all charts end
	cached    string

	cursor, from time.Time // times of the cursor and of the first of two marked moments; zero for none
}

// chartKey identifies the data that a chart was last drawn with. A chart is redrawn
// only when its own line or the axis changes, so that not every poll redraws all three.
type chartKey struct {
	newest, now time.Time
	points      int // changes if a replay that jumps to its end fills in earlier points
	limit       float64
	marks       int
	window      time.Duration
	late        time.Duration
	cursor      time.Time
	from        time.Time
	past        time.Time // of the newest value from before the watch
}

// axisStep is how far the time axes may lag behind, so that the polls of one round
// share an axis.
const axisStep = time.Second

// New makes the charts.
func New(vc *tui.ViewContext) *Model {
	o := &Model{vc: vc}
	for i, unit := range []string{"bytes", "count", "bytes"} {
		o.charts[i] = chart.New(vc.Theme, unit)
		o.charts[i].SetWindow(vc.Window)
	}
	return o
}

// SetTheme draws the charts with another theme.
func (m *Model) SetTheme(t theme.Theme) {
	for i := range m.charts {
		m.charts[i].SetTheme(t)
	}
	m.Refresh()
}

// Resize sets the area of the charts.
func (m *Model) Resize(r tui.Rect) {
	m.room = r
	m.widths = [3]int{r.W / 3, (r.W + 1) / 3, (r.W + 2) / 3}
	for i, w := range m.widths {
		m.charts[i].SetSize(max(0, w-1), max(0, r.H-1))
	}
	m.Refresh()
}

// chartData returns the data of the charts.
func (m *Model) chartData() [3]chart.Data {
	st := m.vc.State
	marks := chartMarks(withoutOldBaselines(st.Events, m.vc.History.Baseline()))
	heap, goroutines, all := outagesOf(st.Events, profile.Heap), outagesOf(st.Events, profile.Goroutine), outagesOf(st.Events, source.Memory)
	now, late := m.axisNow, m.late
	end := ""
	if st.Replay != nil { // a recording does not end now
		end = m.vc.FormatClock(st.Now)
	}
	data := [3]chart.Data{
		{Now: now, Late: late, End: end, Line: toSegments(st.Heap, heap), Marks: marks},
		{Now: now, Late: late, End: end, Line: toSegments(st.Goroutines, goroutines), Marks: marks},
		{Now: now, Late: late, End: end, Line: toSegments(st.Sys, all), Limit: float64(st.Facts.Limit), Marks: marks},
	}
	if len(st.RSS) > 0 {
		data[2].Line, data[2].Other = toSegments(st.RSS, all), toSegments(st.Sys, all)
	}
	data[1].Past, data[2].Past = m.pastLines()
	start := m.oldestTime(data[1].Past, data[2].Past)
	for i := range data {
		data[i].Cursor, data[i].From, data[i].Start = m.cursor, m.from, start
	}
	return data
}

// moveAxis moves the end of the time axes to the newest state, or to the newest value while
// the target does not answer.
func (m *Model) moveAxis() {
	now := m.vc.State.Now
	if m.late > 0 {
		now = m.newestTime()
	}
	if d := now.Sub(m.axisNow); d >= axisStep || d < 0 || m.late > 0 {
		m.axisNow = now
	}
}

// oldestTime returns the time of the first value of all charts, so that their axes begin
// together; zero if there is none.
func (m *Model) oldestTime(past ...[][]chart.Point) (at time.Time) {
	st := m.vc.State
	earlier := func(t time.Time) {
		if at.IsZero() || t.Before(at) {
			at = t
		}
	}
	for _, l := range []profile.Line{st.Heap, st.Goroutines, st.RSS, st.Sys} {
		if len(l) > 0 && len(l[0]) > 0 {
			earlier(l[0][0].Time)
		}
	}
	for _, l := range past {
		if m.vc.Window > 0 && len(l) > 0 && len(l[0]) > 0 { // shown only in a window
			earlier(l[0][0].T)
		}
	}
	return at
}

// dataAge returns the age of the newest value while the target does not answer.
func (m *Model) dataAge() time.Duration {
	st := m.vc.State
	silent := st.Status.Failure() != nil || !st.Status.WaitingSince.IsZero() || st.Err != nil
	at := m.newestTime()
	if late := m.vc.Now.Sub(at).Round(time.Second); silent && !at.IsZero() && late >= minStale {
		return late
	}
	return 0
}

// IsStale reports whether the age shown on the charts is out of date.
func (m *Model) IsStale() bool { return m.dataAge() != m.late }

func (m *Model) newestTime() time.Time {
	st := m.vc.State
	return tui.NewestTime([]profile.Line{st.Heap, st.Goroutines, st.RSS, st.Sys})
}

// waitingFor says that values are still to come, or are not in the recording.
func (m *Model) waitingFor(what string) string {
	switch {
	case m.vc.IsReading():
		return "reading" + theme.SymbolMore
	case m.vc.State.Replay != nil && tui.CountPolls(m.vc.State.Replay) > 0:
		return "none before this moment"
	case m.vc.IsRecorded:
		return "not in the recording"
	}
	return "waiting for " + what
}

// noHeap says why there is no heap.
func (m *Model) noHeap() string {
	if r := m.vc.State.Replay; r != nil && r.Polls[profile.Heap] == 0 {
		return "not in the " + tui.DescribeFiles(r)
	}
	if tui.IsMissing(m.vc, profile.Heap) {
		return "not served"
	}
	return m.waitingFor("a heap profile")
}

// noGoroutines says why there are no goroutines.
func (m *Model) noGoroutines() string {
	if r := m.vc.State.Replay; r != nil && r.Polls[profile.Goroutine] == 0 {
		return "not in the " + tui.DescribeFiles(r)
	}
	if tui.IsMissing(m.vc, profile.Goroutine) {
		return "not served"
	}
	return m.waitingFor("goroutines")
}

// noMemory says why there are no memory values. Whether a service exposes them is
// unknown until it has been asked.
func (m *Model) noMemory() string {
	st := m.vc.State
	if r := st.Replay; r != nil {
		if !r.IsFiles && len(st.Heap)+len(st.Goroutines) == 0 {
			return m.waitingFor("the memory")
		}
		return "not in the " + tui.DescribeFiles(r)
	}
	if m.vc.IsRecorded || len(st.Heap)+len(st.Goroutines) == 0 {
		return m.waitingFor("the memory")
	}
	for _, e := range st.Status.Endpoints {
		if e.Kind == source.Memory && e.Err == nil {
			return "waiting for the memory"
		}
	}
	return "not reported by the service: needs expvar or /metrics"
}

// minStale is the minimum age of the newest value for the charts to end before the
// current time.
const minStale = 3 * time.Second

// Refresh shows the newest lines.
func (m *Model) Refresh() {
	st := m.vc.State
	m.late = m.dataAge()
	m.moveAxis()
	m.charts[0].SetEmpty(m.noHeap())
	m.charts[1].SetEmpty(m.noGoroutines())
	m.charts[2].SetEmpty(m.noMemory())
	lines := [3][]profile.Line{{st.Heap}, {st.Goroutines}, {st.RSS, st.Sys}}
	for i, d := range m.chartData() {
		news := chartKey{newest: tui.NewestTime(lines[i]), points: countPoints(lines[i]), now: m.axisNow, limit: d.Limit, marks: len(d.Marks), window: m.vc.Window, late: d.Late, cursor: m.cursor, from: m.from, past: pastTime(d.Past)}
		if m.chartKeys[i] == news {
			continue
		}
		m.chartKeys[i] = news
		m.charts[i].SetWindow(m.vc.Window)
		m.charts[i].SetData(d)
	}
	m.titles = [3]string{ // a space before each, and another one after it
		m.lineTitle("live heap", profile.Heap, m.widths[0]-2),
		m.lineTitle("goroutines", profile.Goroutine, m.widths[1]-2),
		m.memoryTitle(m.widths[2] - 2),
	}
	for i, w := range m.widths {
		if title, ok := m.cursorTitle(i, w-2); ok {
			m.titles[i] = title
		}
		m.titles[i] = format.Fit(m.titles[i], max(0, w-2))
	}
	m.cached = ""
}

// countPoints returns the number of values of some lines.
func countPoints(lines []profile.Line) (n int) {
	for _, l := range lines {
		for _, segment := range l {
			n += len(segment)
		}
	}
	return n
}

// lineTitle returns the title of a chart: its name, the newest value and its
// growth; shortened if there is little room.
func (m *Model) lineTitle(name string, of profile.Kind, w int) string {
	t, unit := m.vc.Theme, unitOf(of)
	v, ok := m.vc.State.Newest(m.vc.State.TotalOf(of))
	if !ok {
		return t.Render(theme.Dim, name)
	}
	tone, long, short := theme.Dim, "", ""
	if per, ok := m.vc.State.GrowthPerHour(of, m.vc.Span()); ok {
		if per > 0 && m.vc.State.Report.Verdict == leak.Leaks {
			tone = theme.GrowthUp
		}
		long, short = format.PerHour(per, unit), format.PerHourShort(per, unit)
	}
	write := func(name, gap, value, growth string) string {
		s := t.Render(theme.Dim, name) + gap + t.Render(theme.Title, value)
		if growth != "" {
			s += gap + t.Render(tone, growth)
		}
		return s
	}
	full, few := format.Value(int64(v), unit), format.AxisFormat(unit)(v)
	return format.FirstFit(w, write(name, "  ", full, long), write(name, " ", full, long), write(name, " ", few, short),
		write(name, " ", few, ""), t.Render(theme.Title, few))
}

// unitOf returns the unit of the total of a kind of profile.
func unitOf(k profile.Kind) string {
	if k == profile.Goroutine {
		return "count"
	}
	return "bytes"
}

// memoryTitle returns the title of the third chart. Numbers are never cut: if there is
// little room, the name is shortened first, then the limit is dropped.
func (m *Model) memoryTitle(w int) string {
	t, st := m.vc.Theme, m.vc.State
	name, short := "memory", "memory"
	v, ok := st.Newest(st.RSS)
	if !ok {
		name, short = "memory of Go", "Go"
		v, ok = st.Newest(st.Sys)
	}
	tone := theme.Title
	if tui.IsNearLimit(m.vc) {
		tone = theme.Bad
	}
	write := func(name, gap string, size func(float64) string, limited bool) string {
		s := t.Render(theme.Dim, name)
		if ok {
			s += gap + t.Render(tone, size(v))
		}
		if st.Facts.Limit > 0 && limited {
			s += t.Render(theme.Dim, " of "+size(float64(st.Facts.Limit)))
		}
		return s
	}
	full := write(name, "  ", format.Bytes[float64], true)
	second := ""
	if sys, both := st.Newest(st.Sys); both && len(st.RSS) > 0 {
		second = "  " + t.Render(theme.ChartOther, chart.SecondLineSample(t)) + t.Render(theme.Dim, " of Go  ") + t.Render(theme.Title, format.Bytes(sys))
	}
	return format.FirstFit(w, full+second, full, write(name, " ", format.BytesShort, true), write(short, " ", format.BytesShort, true),
		write("", "", format.BytesShort, true), write("", "", format.BytesShort, false))
}

// View draws the charts; the result is cached until something changes.
func (m *Model) View() string {
	if m.cached != "" || m.room.H <= 0 {
		return m.cached
	}
	lines := make([]string, m.room.H)
	for i, w := range m.widths {
		body := strings.Split(m.charts[i].View(), "\n")
		for y := range lines {
			cell := ""
			switch {
			case y == 0:
				cell = " " + m.titles[i]
			case y-1 < len(body):
				cell = " " + body[y-1]
			}
			lines[y] += format.Pad(format.Fit(cell, w), w)
		}
	}
	m.cached = strings.Join(lines, "\n")
	return m.cached
}

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
func (o *Model) SetTheme(t theme.Theme) {
	for i := range o.charts {
		o.charts[i].SetTheme(t)
	}
	o.Refresh()
}

// Resize sets the area of the charts.
func (o *Model) Resize(r tui.Rect) {
	o.room = r
	o.widths = [3]int{r.W / 3, (r.W + 1) / 3, (r.W + 2) / 3}
	for i, w := range o.widths {
		o.charts[i].SetSize(max(0, w-1), max(0, r.H-1))
	}
	o.Refresh()
}

// chartData returns the data of the charts.
func (o *Model) chartData() [3]chart.Data {
	st := o.vc.State
	marks := chartMarks(withoutOldBaselines(st.Events, o.vc.History.Baseline()))
	heap, goroutines, all := outagesOf(st.Events, profile.Heap), outagesOf(st.Events, profile.Goroutine), outagesOf(st.Events, source.Memory)
	now, late := o.axisNow, o.late
	end := ""
	if st.Replay != nil { // a recording does not end now
		end = o.vc.FormatClock(st.Now)
	}
	data := [3]chart.Data{
		{Now: now, Late: late, End: end, Line: toSegments(st.Heap, heap), Marks: marks},
		{Now: now, Late: late, End: end, Line: toSegments(st.Goroutines, goroutines), Marks: marks},
		{Now: now, Late: late, End: end, Line: toSegments(st.Sys, all), Limit: float64(st.Facts.Limit), Marks: marks},
	}
	if len(st.RSS) > 0 {
		data[2].Line, data[2].Other = toSegments(st.RSS, all), toSegments(st.Sys, all)
	}
	data[1].Past, data[2].Past = o.pastLines()
	start := o.oldestTime(data[1].Past, data[2].Past)
	for i := range data {
		data[i].Cursor, data[i].From, data[i].Start = o.cursor, o.from, start
	}
	return data
}

// moveAxis moves the end of the time axes to the newest state, or to the newest value while
// the target does not answer.
func (o *Model) moveAxis() {
	now := o.vc.State.Now
	if o.late > 0 {
		now = o.newestTime()
	}
	if d := now.Sub(o.axisNow); d >= axisStep || d < 0 || o.late > 0 {
		o.axisNow = now
	}
}

// oldestTime returns the time of the first value of all charts, so that their axes begin
// together; zero if there is none.
func (o *Model) oldestTime(past ...[][]chart.Point) (at time.Time) {
	st := o.vc.State
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
		if o.vc.Window > 0 && len(l) > 0 && len(l[0]) > 0 { // shown only in a window
			earlier(l[0][0].T)
		}
	}
	return at
}

// dataAge returns the age of the newest value while the target does not answer.
func (o *Model) dataAge() time.Duration {
	st := o.vc.State
	silent := st.Status.Failure() != nil || !st.Status.WaitingSince.IsZero() || st.Err != nil
	at := o.newestTime()
	if late := o.vc.Now.Sub(at).Round(time.Second); silent && !at.IsZero() && late >= minStale {
		return late
	}
	return 0
}

// IsStale reports whether the age shown on the charts is out of date.
func (o *Model) IsStale() bool { return o.dataAge() != o.late }

func (o *Model) newestTime() time.Time {
	st := o.vc.State
	return tui.NewestTime([]profile.Line{st.Heap, st.Goroutines, st.RSS, st.Sys})
}

// waitingFor says that values are still to come, or are not in the recording.
func (o *Model) waitingFor(what string) string {
	switch {
	case o.vc.IsReading():
		return "reading" + theme.SymbolMore
	case o.vc.State.Replay != nil && tui.CountPolls(o.vc.State.Replay) > 0:
		return "none before this moment"
	case o.vc.IsRecorded:
		return "not in the recording"
	}
	return "waiting for " + what
}

// noHeap says why there is no heap.
func (o *Model) noHeap() string {
	if r := o.vc.State.Replay; r != nil && r.Polls[profile.Heap] == 0 {
		return "not in the " + tui.DescribeFiles(r)
	}
	if tui.IsMissing(o.vc, profile.Heap) {
		return "not served"
	}
	return o.waitingFor("a heap profile")
}

// noGoroutines says why there are no goroutines.
func (o *Model) noGoroutines() string {
	if r := o.vc.State.Replay; r != nil && r.Polls[profile.Goroutine] == 0 {
		return "not in the " + tui.DescribeFiles(r)
	}
	if tui.IsMissing(o.vc, profile.Goroutine) {
		return "not served"
	}
	return o.waitingFor("goroutines")
}

// noMemory says why there are no memory values. Whether a service exposes them is
// unknown until it has been asked.
func (o *Model) noMemory() string {
	st := o.vc.State
	if r := st.Replay; r != nil {
		if !r.IsFiles && len(st.Heap)+len(st.Goroutines) == 0 {
			return o.waitingFor("the memory")
		}
		return "not in the " + tui.DescribeFiles(r)
	}
	if o.vc.IsRecorded || len(st.Heap)+len(st.Goroutines) == 0 {
		return o.waitingFor("the memory")
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
func (o *Model) Refresh() {
	st := o.vc.State
	o.late = o.dataAge()
	o.moveAxis()
	o.charts[0].SetEmpty(o.noHeap())
	o.charts[1].SetEmpty(o.noGoroutines())
	o.charts[2].SetEmpty(o.noMemory())
	lines := [3][]profile.Line{{st.Heap}, {st.Goroutines}, {st.RSS, st.Sys}}
	for i, d := range o.chartData() {
		news := chartKey{newest: tui.NewestTime(lines[i]), points: countPoints(lines[i]), now: o.axisNow, limit: d.Limit, marks: len(d.Marks), window: o.vc.Window, late: d.Late, cursor: o.cursor, from: o.from, past: pastTime(d.Past)}
		if o.chartKeys[i] == news {
			continue
		}
		o.chartKeys[i] = news
		o.charts[i].SetWindow(o.vc.Window)
		o.charts[i].SetData(d)
	}
	o.titles = [3]string{ // a space before each, and another one after it
		o.lineTitle("live heap", profile.Heap, o.widths[0]-2),
		o.lineTitle("goroutines", profile.Goroutine, o.widths[1]-2),
		o.memoryTitle(o.widths[2] - 2),
	}
	for i, w := range o.widths {
		if title, ok := o.cursorTitle(i, w-2); ok {
			o.titles[i] = title
		}
		o.titles[i] = format.Fit(o.titles[i], max(0, w-2))
	}
	o.cached = ""
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
func (o *Model) lineTitle(name string, of profile.Kind, w int) string {
	t, unit := o.vc.Theme, unitOf(of)
	v, ok := o.vc.State.Newest(o.vc.State.TotalOf(of))
	if !ok {
		return t.Render(theme.Dim, name)
	}
	tone, long, short := theme.Dim, "", ""
	if per, ok := o.vc.State.GrowthPerHour(of, o.vc.Span()); ok {
		if per > 0 && o.vc.State.Report.Verdict == leak.Leaks {
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
func (o *Model) memoryTitle(w int) string {
	t, st := o.vc.Theme, o.vc.State
	name, short := "memory", "memory"
	v, ok := st.Newest(st.RSS)
	if !ok {
		name, short = "memory of Go", "Go"
		v, ok = st.Newest(st.Sys)
	}
	tone := theme.Title
	if tui.IsNearLimit(o.vc) {
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
func (o *Model) View() string {
	if o.cached != "" || o.room.H <= 0 {
		return o.cached
	}
	lines := make([]string, o.room.H)
	for i, w := range o.widths {
		body := strings.Split(o.charts[i].View(), "\n")
		for y := range lines {
			cell := ""
			switch {
			case y == 0:
				cell = " " + o.titles[i]
			case y-1 < len(body):
				cell = " " + body[y-1]
			}
			lines[y] += format.Pad(format.Fit(cell, w), w)
		}
	}
	o.cached = strings.Join(lines, "\n")
	return o.cached
}

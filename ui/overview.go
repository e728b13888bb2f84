package ui

import (
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// overview is the three charts of the first screen: live heap, goroutines, and
// memory against its limit.
type overview struct {
	sh     *shared
	charts [3]chart.Model
	titles [3]string
	room   rect
	widths [3]int
	told   [3]told
	late   time.Duration // how old the newest of all is, as told
	cached string
}

// told is what a chart was last told: it is told again when its own line has
// something new, so that not all three are written at each poll.
type told struct {
	newest, now time.Time
	limit       float64
	marks       int
	window      time.Duration
	late        time.Duration
}

// standsStill is how long a chart without new points stays as it is.
const standsStill = 10 * time.Second

func (a told) stillSays(b told) bool {
	soon := b.now.Sub(a.now) < standsStill
	a.now = b.now
	return soon && a == b
}

func newOverview(sh *shared) *overview {
	o := &overview{sh: sh}
	for i, unit := range []string{"bytes", "count", "bytes"} {
		o.charts[i] = chart.New(sh.theme, unit)
		o.charts[i].SetWindow(sh.window)
	}
	o.charts[0].SetEmpty("waiting for a heap profile")
	o.charts[1].SetEmpty("waiting for goroutines")
	return o
}

func (o *overview) setTheme(t theme.Theme) {
	for i := range o.charts {
		o.charts[i].SetTheme(t)
	}
	o.refresh()
}

func (o *overview) resize(r rect) {
	o.room = r
	o.widths = [3]int{r.w / 3, (r.w + 1) / 3, (r.w + 2) / 3}
	for i, w := range o.widths {
		o.charts[i].SetSize(max(0, w-1), max(0, r.h-1))
	}
	o.refresh()
}

// data is what the charts show: the newest lines.
func (o *overview) data() [3]chart.Data {
	st := o.sh.state
	marks := chartMarks(st.Events)
	now, late := st.Now, o.late
	if late > 0 {
		now = o.newest()
	}
	data := [3]chart.Data{
		{Now: now, Late: late, Line: segments(st.Heap), Marks: marks},
		{Now: now, Late: late, Line: segments(st.Goroutines), Marks: marks},
		{Now: now, Late: late, Line: segments(st.Sys), Limit: float64(st.Facts.Limit), Marks: marks},
	}
	if len(st.RSS) > 0 {
		data[2].Line, data[2].Other = segments(st.RSS), segments(st.Sys)
	}
	return data
}

// outOfDate is how old the newest of all lines is, while the target does not answer.
func (o *overview) outOfDate() time.Duration {
	st := o.sh.state
	silent := failed(st.Status) != nil || !st.Status.Asked.IsZero() || st.Err != nil
	at := o.newest()
	if late := o.sh.now.Sub(at).Round(time.Second); silent && !at.IsZero() && late >= saidLate {
		return late
	}
	return 0
}

func (o *overview) newest() time.Time {
	st := o.sh.state
	return newestTime([]profile.Line{st.Heap, st.Goroutines, st.RSS, st.Sys})
}

// noMemory says why there is nothing of the memory: that it is not told is known
// only of a service that was asked.
func (o *overview) noMemory() string {
	st := o.sh.state
	if len(st.Heap)+len(st.Goroutines) == 0 {
		return "waiting for the memory"
	}
	for _, e := range st.Status.Endpoints {
		if e.Kind == source.Memory && e.Err == nil {
			return "waiting for the memory"
		}
	}
	return "not told by the service: expvar or Prometheus metrics would"
}

// saidLate is how old the newest value may be for the charts to end now.
const saidLate = 3 * time.Second

// refresh shows the newest lines.
func (o *overview) refresh() {
	st := o.sh.state
	o.late = o.outOfDate()
	o.charts[2].SetEmpty(o.noMemory())
	lines := [3][]profile.Line{{st.Heap}, {st.Goroutines}, {st.RSS, st.Sys}}
	for i, d := range o.data() {
		news := told{newest: newestTime(lines[i]), now: st.Now, limit: d.Limit, marks: len(d.Marks), window: o.sh.window, late: d.Late}
		if o.told[i].stillSays(news) {
			continue
		}
		o.told[i] = news
		o.charts[i].SetWindow(o.sh.window)
		o.charts[i].SetData(d)
	}
	o.titles = [3]string{ // a blank before each, and another behind it
		o.sum("live heap", st.Heap, "bytes", o.widths[0]-2),
		o.sum("goroutines", st.Goroutines, "count", o.widths[1]-2),
		o.memory(o.widths[2] - 2),
	}
	for i, w := range o.widths {
		o.titles[i] = format.Fit(o.titles[i], max(0, w-2))
	}
	o.cached = ""
}

// sum is the title of a chart: its name, the newest value, its growth; in
// short where there is little room.
func (o *overview) sum(name string, l profile.Line, unit string, w int) string {
	t := o.sh.theme
	v, ok := newest(l)
	if !ok {
		return t.Render(theme.Dim, name)
	}
	tone, long, short := theme.Dim, "", ""
	if per, ok := o.growth(l); ok {
		if per > 0 && o.sh.state.Report.Verdict == leak.Leaks {
			tone = theme.GrowthUp
		}
		long, short = format.PerHour(per, unit), format.PerHourShort(per, unit)
	}
	write := func(gap, value, growth string) string {
		s := t.Render(theme.Dim, name) + gap + t.Render(theme.Title, value)
		if growth != "" {
			s += gap + t.Render(tone, growth)
		}
		return s
	}
	full, few := format.Value(int64(v), unit), format.Short(unit)(v)
	return firstFit(w, write("  ", full, long), write(" ", full, long), write(" ", few, short), write(" ", few, ""))
}

// memory is the title of the third chart.
func (o *overview) memory(w int) string {
	t, st := o.sh.theme, o.sh.state
	name, v, ok := "memory", 0.0, false
	if v, ok = newest(st.RSS); !ok {
		name = "memory of Go"
		v, ok = newest(st.Sys)
	}
	write := func(gap string, size func(float64) string) string {
		s := t.Render(theme.Dim, name)
		if ok {
			s += gap + t.Render(theme.Title, size(v))
		}
		if st.Facts.Limit > 0 {
			s += t.Render(theme.Dim, " of "+size(float64(st.Facts.Limit)))
		}
		return s
	}
	full := write("  ", format.Bytes[float64])
	second := ""
	if sys, both := newest(st.Sys); both && len(st.RSS) > 0 {
		second = "  " + t.Render(theme.ChartOther, chart.Legend(t)) + t.Render(theme.Dim, " of Go  ") + t.Render(theme.Title, format.Bytes(sys))
	}
	return firstFit(w, full+second, full, write(" ", format.BytesShort))
}

func newest(l profile.Line) (float64, bool) {
	if len(l) == 0 {
		return 0, false
	}
	seg := l[len(l)-1]
	return seg[len(seg)-1].V, true
}

// newestTime is that of the newest point of some lines.
func newestTime(lines []profile.Line) (t time.Time) {
	for _, l := range lines {
		if len(l) > 0 {
			if seg := l[len(l)-1]; seg[len(seg)-1].Time.After(t) {
				t = seg[len(seg)-1].Time
			}
		}
	}
	return t
}

func segments(l profile.Line) [][]chart.Point {
	out := make([][]chart.Point, len(l))
	for i, seg := range l {
		out[i] = make([]chart.Point, len(seg))
		for j, v := range seg {
			out[i][j] = chart.Point{T: v.Time, V: v.V}
		}
	}
	return out
}

// chartMarks puts what happened on the time axis. Collections are so many that
// only the Events pane has them.
func chartMarks(evs []profile.Event) []chart.Mark {
	var out []chart.Mark
	for _, e := range evs {
		switch e.Kind {
		case profile.EventRestart:
			out = append(out, chart.Mark{T: e.Time, Kind: chart.MarkBoundary, Label: "restart"})
		case profile.EventMark:
			out = append(out, chart.Mark{T: e.Time, Kind: chart.MarkFlag, Label: e.Text})
		}
	}
	return out
}

func (o *overview) view() string {
	if o.cached != "" || o.room.h <= 0 {
		return o.cached
	}
	lines := make([]string, o.room.h)
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
			lines[y] += pad(format.Fit(cell, w), w)
		}
	}
	o.cached = strings.Join(lines, "\n")
	return o.cached
}

// windowName says which window is shown.
func windowName(d time.Duration) string {
	if d == 0 {
		return "all"
	}
	return "last " + format.Duration(d)
}

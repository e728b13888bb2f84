package overview

import (
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
)

// SetCursor shows a cursor on the charts, and the first of two marked moments; a zero
// time hides it.
func (m *Model) SetCursor(from, at time.Time) {
	m.from, m.cursor = from, at
	m.Refresh()
}

// Times returns the times that have values within the window, in order.
func (m *Model) Times() []time.Time {
	st := m.vc.State
	since := time.Time{}
	if m.vc.Window > 0 {
		since = st.Now.Add(-m.vc.Window)
	}
	var out []time.Time
	for _, l := range []profile.Line{st.Heap, st.Goroutines, st.RSS, st.Sys} {
		for _, seg := range l {
			for _, v := range seg {
				if !v.Time.Before(since) {
					out = append(out, v.Time)
				}
			}
		}
	}
	slices.SortFunc(out, time.Time.Compare)
	return slices.CompactFunc(out, func(a, b time.Time) bool { return b.Sub(a).Abs() < time.Second/2 })
}

// TimeAt returns the time at a point of the screen; ok is false outside of the
// charts.
func (m *Model) TimeAt(x, y int) (at time.Time, ok bool) {
	if y < m.room.Y || y >= m.room.Y+m.room.H {
		return at, false
	}
	x -= m.room.X
	for i, w := range m.widths {
		if x < w {
			return m.charts[i].TimeAt(x - 1)
		}
		x -= w
	}
	return at, false
}

// momentValue is a value shown for a moment: its name, and the line that it comes from.
type momentValue struct {
	name, unit string
	line       profile.Line
}

func (m *Model) momentValues() []momentValue {
	st := m.vc.State
	out := []momentValue{{"live heap", "bytes", st.Heap}, {"goroutines", "count", st.Goroutines}, {"memory", "bytes", st.RSS}}
	if len(st.RSS) == 0 {
		out[2] = momentValue{"memory of Go", "bytes", st.Sys}
	}
	return out
}

// Describe describes the values at a time, or, if from is not zero, how they differ
// from those at from.
func (m *Model) Describe(from, at time.Time) string {
	var parts []string
	differs := !from.IsZero() && !from.Equal(at)
	for _, v := range m.momentValues() {
		now, ok := valueAt(v.line, at)
		if !ok || m.isLater(from) {
			continue
		}
		text := format.Value(int64(now), v.unit)
		if before, ok := valueAt(v.line, from); ok && differs {
			if from.After(at) {
				now, before = before, now
			}
			text = format.Delta(int64(now-before), v.unit)
		}
		parts = append(parts, v.name+" "+text)
	}
	if m.isLater(from) {
		parts = append(parts, "the replay is at another moment: enter goes there and compares")
	}
	clock := m.vc.FormatClock
	head := clock(at)
	if differs {
		a, b := from, at
		if b.Before(a) {
			a, b = b, a
		}
		head = clock(a) + " to " + clock(b) + ", " + format.Duration(b.Sub(a))
	} else if age := m.vc.State.Now.Sub(at).Round(time.Second); age > 0 && m.vc.State.Replay == nil {
		head += ", " + format.Duration(age) + " ago"
	}
	text := head + "  " + strings.Join(parts, " "+theme.SymbolDot+" ")
	if e, ok := m.eventNear(at); ok && !differs {
		text += "  " + string(e.Kind) + ": " + report.DescribeEvent(e)
	}
	return format.Clean(text)
}

// isLater reports whether a moment is later than what is shown, as it can be in a
// replay.
func (m *Model) isLater(at time.Time) bool {
	r := m.vc.State.Replay
	return r != nil && at.Sub(r.At) >= time.Second
}

// eventNear returns the event at a time, give or take a poll. It skips collections,
// which are too frequent.
func (m *Model) eventNear(at time.Time) (near profile.Event, ok bool) {
	const reach = 2 * time.Second
	for _, e := range m.vc.State.Events {
		if d := e.Time.Sub(at).Abs(); e.Kind != profile.EventGC && d <= reach && (!ok || d < near.Time.Sub(at).Abs()) {
			near, ok = e, true
		}
	}
	return near, ok
}

// valueAt returns the newest value at a time; ok is false if there was none.
func valueAt(l profile.Line, at time.Time) (v float64, ok bool) {
	const slack = time.Second // the times of the lines differ by the duration of a poll
	at = at.Add(slack)
	for _, seg := range l {
		i, _ := slices.BinarySearchFunc(seg, at, func(x profile.Value, t time.Time) int { return x.Time.Compare(t) })
		if i > 0 {
			v, ok = seg[i-1].V, true
		}
	}
	return v, ok
}

// cursorTitle returns the title of a chart while there is a cursor: the value there, or
// its difference from the value at the marked moment.
func (m *Model) cursorTitle(i, w int) (string, bool) {
	v := m.momentValues()[i]
	now, ok := valueAt(v.line, m.cursor)
	if m.cursor.IsZero() || !ok {
		return "", false
	}
	text := format.Value(int64(now), v.unit)
	if before, ok := valueAt(v.line, m.from); ok && !m.isLater(m.from) && !m.from.IsZero() && !m.from.Equal(m.cursor) {
		if m.from.After(m.cursor) {
			now, before = before, now
		}
		text = format.Delta(int64(now-before), v.unit)
	}
	t := m.vc.Theme
	name, value := t.Render(theme.Dim, v.name), t.Render(theme.Accent, text)
	at := t.Render(theme.Dim, " at "+m.vc.FormatClock(m.cursor))
	return format.FirstFit(w, name+"  "+value+at, name+"  "+value, value), true
}

// withoutOldBaselines leaves out the marks of baselines that are no longer set.
func withoutOldBaselines(evs []profile.Event, baseline time.Time) []profile.Event {
	var out []profile.Event
	for _, e := range evs {
		if e.Kind != profile.EventMark || e.Time.Equal(baseline) {
			out = append(out, e)
		}
	}
	return out
}

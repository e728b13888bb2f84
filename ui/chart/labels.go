package chart

import (
	"time"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// gutter is the minimum width of the value axis' labels: that of "1.02G", so that
// the plot does not move when the labels change.
const gutter = 5

// labelWidth returns the columns that the labels of an axis need.
func labelWidth(s valueAxis, limit float64, label func(float64) string) int {
	w := gutter
	for _, v := range append(s.ticks(), limit) {
		w = max(w, format.Width(keepNarrow(label(v))))
	}
	return w
}

// valueLabels writes the labels of the value axis: the limit and the ends first,
// then the others if the rows around them are free.
func (p plot) valueLabels(width int, label func(float64) string, limit float64) {
	put := func(v float64, tone theme.Tone) {
		y := p.y + p.dotRow(v)/4
		s := format.PadLeft(keepNarrow(label(v)), width)
		if p.g.isFree(0, y, width) {
			p.g.writeText(0, y, s, tone)
		}
	}
	if p.showsLimit(limit) {
		put(limit, theme.ChartLimit)
	}
	ticks := p.value.ticks()
	put(ticks[len(ticks)-1], theme.ChartAxis)
	put(ticks[0], theme.ChartAxis)
	for i := len(ticks) - 2; i > 0; i-- {
		y := p.y + p.dotRow(ticks[i])/4
		if p.g.isFree(0, y-1, width) && p.g.isFree(0, y+1, width) {
			put(ticks[i], theme.ChartAxis)
		}
	}
}

// timeLabels writes the row below the plot: now, how long ago the left end is,
// and the events.
func (p plot) timeLabels(y int, marks []Mark, cursor time.Time) {
	if t, ok := toNanos(cursor); ok && !cursor.IsZero() {
		if x, in := p.columnAt(t); in {
			label := cursor.Local().Format(format.ClockLayout(p.leftAge()))
			p.putLabel(max(p.x, min(x-len(label)/2, p.x+p.w-len(label))), y, label, theme.Accent)
		}
	}
	nowX, _ := p.columnAt(p.time.now)
	now, ago := "now", "-"+format.Duration(p.leftAge())
	switch {
	case p.end != "":
		now = p.end
	case p.late > 0:
		now = format.Duration(p.late) + " ago"
	}
	at := max(min(nowX-len(now)+1, p.x+p.w-len(now)), p.x)
	p.putLabel(at, y, now, theme.ChartAxis)
	p.putLabel(p.x, y, ago, theme.ChartAxis)
	for _, m := range marks {
		t, ok := toNanos(m.T)
		if x, in := p.columnAt(t); ok && in {
			p.putEvent(x, y, keepNarrow(m.Label))
		}
	}
	if p.time.moving {
		half := "-" + format.Duration((p.leftAge()+p.late)/2)
		p.putLabel(p.x+p.w/2-len(half)/2, y, half, theme.ChartAxis)
	}
}

// putEvent writes the label of an event below its column or next to it, or a tick if
// there is no room.
func (p plot) putEvent(x, y int, label string) {
	n := format.Width(label)
	for _, at := range []int{x - n/2, x, x - n + 1} {
		if n > 0 && p.putLabel(at, y, label, theme.ChartMark) {
			return
		}
	}
	p.putLabel(x, y, "╵", theme.ChartMark)
}

// putLabel writes s below the plot if it fits there without touching another label.
func (p plot) putLabel(x, y int, s string, tone theme.Tone) bool {
	n := format.Width(s)
	if x < p.x || x+n > p.x+p.w {
		return false
	}
	for i := -1; i <= n; i++ {
		if c := p.g.cellAt(x+i, y); c.r != 0 && c.r != '╵' {
			return false
		}
	}
	p.g.writeText(x, y, s, tone)
	return true
}

// leftAge returns how long ago the left end of the axis is. For a moving axis that is
// its length, which stays the same while now approaches its end.
func (p plot) leftAge() time.Duration {
	if p.time.moving {
		return (time.Duration(p.time.dot*int64(p.time.dots)) + p.late).Round(time.Second)
	}
	return (time.Duration(p.time.now-p.time.left) + p.late).Round(time.Second)
}

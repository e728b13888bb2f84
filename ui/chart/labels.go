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
func labelWidth(s scale, limit float64, label func(float64) string) int {
	w := gutter
	for _, v := range append(s.ticks(), limit) {
		w = max(w, format.Width(narrow(label(v))))
	}
	return w
}

// valueLabels writes the labels of the value axis: the limit and the ends first,
// then the others if the rows around them are free.
func (p plot) valueLabels(width int, label func(float64) string, limit float64) {
	put := func(v float64, tone theme.Tone) {
		y := p.y + p.dotRow(v)/4
		s := format.PadLeft(narrow(label(v)), width)
		if p.g.free(0, y, width) {
			p.g.text(0, y, s, tone)
		}
	}
	if p.limits(limit) {
		put(limit, theme.ChartLimit)
	}
	ticks := p.value.ticks()
	put(ticks[len(ticks)-1], theme.ChartAxis)
	put(ticks[0], theme.ChartAxis)
	for i := len(ticks) - 2; i > 0; i-- {
		y := p.y + p.dotRow(ticks[i])/4
		if p.g.free(0, y-1, width) && p.g.free(0, y+1, width) {
			put(ticks[i], theme.ChartAxis)
		}
	}
}

// timeLabels writes the row below the plot: now, how long ago the left end is,
// and the events.
func (p plot) timeLabels(y int, marks []Mark) {
	nowX, _ := p.cellAt(p.time.now)
	now, ago := "now", "-"+format.Duration(p.age())
	if p.late > 0 {
		now = format.Duration(p.late) + " ago"
	}
	at := max(min(nowX-len(now)+1, p.x+p.w-len(now)), p.x)
	p.put(at, y, now, theme.ChartAxis)
	p.put(p.x, y, ago, theme.ChartAxis)
	for _, m := range marks {
		t, ok := nanos(m.T)
		if x, in := p.cellAt(t); ok && in {
			p.event(x, y, narrow(m.Label))
		}
	}
	if p.time.moving {
		half := "-" + format.Duration((p.age()+p.late)/2)
		p.put(p.x+p.w/2-len(half)/2, y, half, theme.ChartAxis)
	}
}

// event writes the label of an event below its column or next to it, or a tick if
// there is no room.
func (p plot) event(x, y int, label string) {
	n := format.Width(label)
	for _, at := range []int{x - n/2, x, x - n + 1} {
		if n > 0 && p.put(at, y, label, theme.ChartMark) {
			return
		}
	}
	p.put(x, y, "╵", theme.ChartMark)
}

// put writes s below the plot if it fits there without touching another label.
func (p plot) put(x, y int, s string, tone theme.Tone) bool {
	n := format.Width(s)
	if x < p.x || x+n > p.x+p.w {
		return false
	}
	for i := -1; i <= n; i++ {
		if c := p.g.at(x+i, y); c.r != 0 && c.r != '╵' {
			return false
		}
	}
	p.g.text(x, y, s, tone)
	return true
}

// age returns how long ago the left end of the axis is. For a moving axis that is
// its length, which stays the same while now approaches its end.
func (p plot) age() time.Duration {
	if p.time.moving {
		return (time.Duration(p.time.dot*int64(p.time.dots)) + p.late).Round(time.Second)
	}
	return (time.Duration(p.time.now-p.time.left) + p.late).Round(time.Second)
}

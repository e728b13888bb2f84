package export

import (
	"fmt"
	"math"
	"strings"
	"time"

	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
)

// svgPlot maps times and values to pixels.
type svgPlot struct {
	from, to time.Time
	lo, hi   float64
}

func (p svgPlot) x(t time.Time) float64 {
	room := float64(chartWidth - gutterLeft - gutterRight)
	return gutterLeft + room*t.Sub(p.from).Seconds()/p.to.Sub(p.from).Seconds()
}

func (p svgPlot) y(v float64) float64 {
	room := float64(chartHeight - gutterTop - gutterFoot)
	return gutterTop + room*(1-(v-p.lo)/(p.hi-p.lo))
}

// drawChart draws a chart of chartWidth by chartHeight at the origin.
func drawChart(b *strings.Builder, c Chart) {
	fmt.Fprintf(b, `<text x="14" y="18"><tspan class="caption">%s</tspan> <tspan dx="6">%s</tspan>`, escapeXML(truncateText(c.Title, 400, 6.6)), escapeXML(c.Value))
	if c.OtherName != "" {
		fmt.Fprintf(b, `<tspan class="dim" dx="14">behind: %s</tspan>`, escapeXML(c.OtherName))
	}
	b.WriteString("</text>\n")
	to := axisEnd(c)
	from := to.Add(-axisLength(c))
	line, other := clipSeries(c.Data.Line, from), clipSeries(c.Data.Other, from)
	lo, hi, ok := valueRange(line, other)
	if !ok {
		fmt.Fprintf(b, `<text class="dim" x="%d" y="%d">no value yet</text>`, gutterLeft, chartHeight/2)
		return
	}
	ticks := chart.Ticks(lo, hi, c.Data.Limit, c.Unit)
	p := svgPlot{from, to, ticks[0], ticks[len(ticks)-1]}
	label := format.AxisFormat(c.Unit)
	for _, v := range ticks {
		y := p.y(v)
		fmt.Fprintf(b, `<line class="grid" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`, gutterLeft, y, chartWidth-gutterRight, y)
		fmt.Fprintf(b, `<text class="dim" text-anchor="end" x="%d" y="%.1f">%s</text>`+"\n", gutterLeft-8, y+4, escapeXML(label(v)))
	}
	p.drawTimes(b)
	p.drawMarks(b, c)
	p.drawSeries(b, other, "other")
	p.drawSeries(b, line, "line")
}

// drawTimes labels the time axis.
func (p svgPlot) drawTimes(b *strings.Builder) {
	layout := format.ClockLayout(p.to.Sub(p.from))
	const parts = 4
	for i := range parts + 1 {
		t := p.from.Add(p.to.Sub(p.from) * time.Duration(i) / parts)
		anchor := "middle"
		if i == 0 {
			anchor = "start"
		} else if i == parts {
			anchor = "end"
		}
		fmt.Fprintf(b, `<text class="dim" text-anchor="%s" x="%.1f" y="%d">%s</text>`, anchor, p.x(t), chartHeight-8, t.Format(layout))
	}
	b.WriteString("\n")
}

// drawMarks draws the limit and the events.
func (p svgPlot) drawMarks(b *strings.Builder, c Chart) {
	if l := c.Data.Limit; l > p.lo && l <= p.hi {
		fmt.Fprintf(b, `<line class="limit" x1="%d" y1="%.1f" x2="%d" y2="%.1f"/>`, gutterLeft, p.y(l), chartWidth-gutterRight, p.y(l))
		fmt.Fprintf(b, `<text class="bad" x="%d" y="%.1f">limit</text>`+"\n", gutterLeft+6, p.y(l)+14)
	}
	for _, m := range c.Data.Marks {
		if m.T.Before(p.from) || m.T.After(p.to) {
			continue
		}
		x := p.x(m.T)
		fmt.Fprintf(b, `<line class="mark" x1="%.1f" y1="%d" x2="%.1f" y2="%d"/>`, x, gutterTop, x, chartHeight-gutterFoot)
		anchor, dx := "start", 4.0
		if x > chartWidth-120 {
			anchor, dx = "end", -4
		}
		fmt.Fprintf(b, `<text class="dim" text-anchor="%s" x="%.1f" y="%d">%s</text>`+"\n", anchor, x+dx, gutterTop+10, escapeXML(truncateText(m.Label, 160, 6.6)))
	}
}

// drawSeries draws a series. Its segments are not connected.
func (p svgPlot) drawSeries(b *strings.Builder, segments [][]chart.Point, class string) {
	for _, s := range segments {
		if len(s) == 1 {
			fmt.Fprintf(b, `<circle class="spot" cx="%.1f" cy="%.1f" r="2"/>`, p.x(s[0].T), p.y(s[0].V))
			continue
		}
		fmt.Fprintf(b, `<polyline class="%s" points="`, class)
		for i, q := range s {
			if i > 0 {
				b.WriteByte(' ')
			}
			fmt.Fprintf(b, "%.1f,%.1f", p.x(q.T), p.y(q.V))
		}
		b.WriteString("\"/>\n")
	}
}

// clipSeries drops points before from, and those that are not finite.
func clipSeries(segments [][]chart.Point, from time.Time) [][]chart.Point {
	var out [][]chart.Point
	for _, s := range segments {
		var seg []chart.Point
		for _, p := range s {
			if !p.T.Before(from) && !math.IsNaN(p.V) && !math.IsInf(p.V, 0) {
				seg = append(seg, p)
			}
		}
		if len(seg) > 0 {
			out = append(out, seg)
		}
	}
	return out
}

// valueRange returns the smallest and the largest value of some series.
func valueRange(all ...[][]chart.Point) (lo, hi float64, ok bool) {
	for _, segments := range all {
		for _, p := range joinSegments(segments) {
			if !ok {
				lo, hi, ok = p.V, p.V, true
			}
			lo, hi = min(lo, p.V), max(hi, p.V)
		}
	}
	return lo, hi, ok
}

package memory

import (
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
)

// The heights of the charts of days, in lines.
const (
	minPastHeight = 5
	maxPastHeight = 12
	// tallRoom is the minimum height of a pane with a chart of goroutines.
	tallRoom = 24
)

// drawPast draws the days before: a sentence, a chart of the memory with restarts, and in
// a tall pane a chart of the goroutines. It returns nothing if no store was queried.
func (p *Pane) drawPast() (lines []string) {
	past := p.vc.State.Past
	if past == nil {
		return nil
	}
	t, w := p.vc.Theme, p.room.W
	metric, line := past.Memory()
	if len(line) == 0 {
		for _, d := range past.Diagnostics {
			lines = append(lines, format.WrapIndented(format.Clean(d.String()), w-2, " ")...)
		}
		return append(lines, "")
	}
	head := "last " + format.Duration(past.To.Sub(past.From))
	lines = append(lines, " "+format.Fit(t.Render(theme.Title, head)+t.Render(theme.Dim, "  "+fitParts(p.describeLines(metric), w-5-format.Width(head))), max(0, w-1)))
	h := min(max(p.room.H/3, minPastHeight), maxPastHeight)
	lines = append(lines, p.drawDays("bytes", line, past.Lines[longterm.Anonymous], past.Limit, h)...)
	if goroutines := past.Lines[longterm.Goroutines]; len(goroutines) > 0 && p.room.H >= tallRoom {
		lines = append(lines, " "+t.Render(theme.Dim, "goroutines  ")+t.Render(theme.Title, format.Count(int64(goroutines[len(goroutines)-1].V))))
		lines = append(lines, p.drawDays("count", goroutines, nil, 0, max(minPastHeight, h/2))...)
	}
	return append(lines, "")
}

// describeLines names the lines of the chart of memory, with their newest values.
func (p *Pane) describeLines(m longterm.Metric) string {
	past := p.vc.State.Past
	text := ""
	if n := countMarks(past.Marks, longterm.MarkRestart) + countMarks(past.Marks, longterm.MarkOOM); n > 0 {
		text = fmt.Sprintf("restarts %s", format.Count(n))
		if past.Kills > 0 {
			text += fmt.Sprintf(" (OOM kills %s)", format.Count(past.Kills))
		}
		text += ", "
	}
	mark := ""
	if len(past.Lines[longterm.Anonymous]) > 0 && m != longterm.Anonymous {
		mark = chart.SecondLineSample(p.vc.Theme) + " "
	}
	return text + report.DescribeSplit(past, mark)
}

// fitParts returns as many of the parts between commas as fit in a width, so that no
// number is cut.
func fitParts(text string, w int) string {
	for format.Width(text) > w {
		i := strings.LastIndex(text, ", ")
		if i < 0 {
			return ""
		}
		text = text[:i]
	}
	return text
}

func countMarks(all []longterm.Mark, k longterm.MarkKind) (n int) {
	for _, m := range all {
		if m.Kind == k {
			n++
		}
	}
	return n
}

// markLabels are the labels of restarts on a chart of days.
var markLabels = map[longterm.MarkKind]string{
	longterm.MarkRestart: "restart", longterm.MarkOOM: "OOM", longterm.MarkPod: "new pod", longterm.MarkRollout: "rollout",
}

// drawDays draws a chart of days.
func (p *Pane) drawDays(unit string, line, other []profile.Value, limit float64, h int) []string {
	past := p.vc.State.Past
	c := chart.New(p.vc.Theme, unit)
	c.SetSize(max(0, p.room.W-2), h)
	c.SetWindow(past.To.Sub(p.firstDay()))
	c.SetData(p.dayData(line, other, limit))
	lines := strings.Split(c.View(), "\n")
	for i := range lines {
		lines[i] = " " + lines[i]
	}
	return lines
}

// firstDay returns the time of the first value of the memory: where the charts of days begin.
func (p *Pane) firstDay() time.Time {
	_, line := p.vc.State.Past.Memory()
	return line[0].Time.Add(-p.vc.State.Past.Step)
}

// dayData returns the data of a chart of days. Rollouts are labeled first, restarts if
// there is room.
func (p *Pane) dayData(line, other []profile.Value, limit float64) chart.Data {
	past := p.vc.State.Past
	d := chart.Data{Now: past.To, Start: p.firstDay(), Limit: limit, Line: toDays(past.Split(line), past.Step), Other: toDays(past.Split(other), past.Step)}
	if age := p.vc.Now.Sub(past.To); p.vc.State.Replay != nil || age > 2*past.Step+time.Hour {
		d.End = format.Moment(past.To.Local())
	}
	for _, kind := range []longterm.MarkKind{longterm.MarkRollout, longterm.MarkPod, longterm.MarkOOM, longterm.MarkRestart} {
		for _, m := range past.Marks {
			if m.Kind == kind {
				d.Marks = append(d.Marks, chart.Mark{T: m.Time, Kind: chart.MarkBoundary, Label: markLabels[kind]})
			}
		}
	}
	return d
}

// toDays splits a line into segments, which end where values are missing.
func toDays(parts [][]profile.Value, step time.Duration) (out [][]chart.Point) {
	for _, part := range parts {
		var seg []chart.Point
		for i, v := range part {
			if i > 0 && v.Time.Sub(part[i-1].Time) > 4*step {
				out, seg = append(out, seg), nil
			}
			seg = append(seg, chart.Point{T: v.Time, V: v.V})
		}
		out = append(out, seg)
	}
	return out
}

// drawQueries lists the queries that were sent to the store.
func (p *Pane) drawQueries() (lines []string) {
	past := p.vc.State.Past
	if past == nil || len(past.Queries) == 0 {
		return nil
	}
	t := p.vc.Theme
	lines = append(lines, "", " "+t.Render(theme.Title, "queries of "+past.Store)+t.Render(theme.Dim, "  change them in [prometheus.pod] and [prometheus.job] of the settings file"))
	for _, q := range past.Queries {
		for i, l := range format.WrapIndented(format.Clean(describeQuery(q)), p.room.W-2, "   ") {
			if i > 0 {
				l = "  " + l
			}
			lines = append(lines, t.Render(theme.Dim, l))
		}
	}
	return lines
}

// describeQuery describes a query on one line.
func describeQuery(q longterm.Query) string {
	text := fmt.Sprintf("%s: %s", q.Metric, q.Text)
	switch {
	case q.Error != "":
		return text + "  " + q.Error
	case q.Series == 0:
		return text + "  no series"
	}
	return text + fmt.Sprintf("  %s series, %s values", format.Count(q.Series), format.Count(q.Points))
}

// addPast adds the days before to a document.
func (p *Pane) addPast() func(*export.Document) {
	past := p.vc.State.Past
	if past == nil {
		return func(*export.Document) {}
	}
	var charts []export.Chart
	metric, memoryLine := past.Memory()
	if len(memoryLine) == 0 {
		return func(*export.Document) {}
	}
	add := func(title, unit, other string, line, second []profile.Value, limit float64) {
		if len(line) == 0 {
			return
		}
		last := line[len(line)-1].V
		charts = append(charts, export.Chart{
			Title: title + ", days before", Value: format.Value(int64(last), unit), Unit: unit, LineName: title, OtherName: other,
			Data: p.dayData(line, second, limit),
		})
	}
	other := ""
	if len(past.Lines[longterm.Anonymous]) > 0 && metric != longterm.Anonymous {
		other = "anonymous"
	}
	add(strings.ReplaceAll(string(metric), "_", " "), "bytes", other, memoryLine, past.Lines[longterm.Anonymous], past.Limit)
	add("goroutines", "count", "", past.Lines[longterm.Goroutines], nil, 0)
	split := p.describeLines(metric)
	return func(d *export.Document) {
		d.Charts = append(d.Charts, charts...)
		d.Text = append(d.Text, export.Paragraph{Head: past.Store, Text: strings.Replace(split, "  ", " ", 1)})
		for _, q := range past.Queries {
			d.Text = append(d.Text, export.Paragraph{Head: "query", Text: describeQuery(q)})
		}
	}
}

package chart

import (
	"math"
	"slices"
	"testing"
	"time"

	"charm.land/lipgloss/v2"
	"github.com/charmbracelet/colorprofile"

	"github.com/leaktop/leaktop/ui/rendertest"
	"github.com/leaktop/leaktop/ui/theme"
)

// sawtooth is a heap that grows by a step and is collected now and then.
func sawtooth(i int) float64 {
	return (300 + 4*float64(i%19) + float64(i)/6 + 2*math.Sin(float64(i)*1.7)) * (1 << 20)
}

// BenchmarkBytesPerPoll measures the bytes written to the terminal per poll,
// with a poll every 2 s for half an hour: for a chart of 100 columns, low, high
// and over the whole time, and for three charts side by side.
func BenchmarkBytesPerPoll(b *testing.B) {
	one := func(w, h int, window time.Duration) []Model {
		m := New(theme.New(true, colorprofile.TrueColor), "bytes")
		m.SetSize(w, h)
		m.SetWindow(window)
		return []Model{m}
	}
	for _, c := range []struct {
		name   string
		charts []Model
	}{
		{"100x6", one(100, 6, 4*time.Minute)},
		{"100x12", one(100, 12, 4*time.Minute)},
		{"100x6-all", one(100, 6, 0)},
		{"3x33x4", slices.Concat(one(33, 4, 4*time.Minute), one(33, 4, 4*time.Minute), one(33, 4, 4*time.Minute))},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				poll(b, c.charts)
			}
		})
	}
}

// poll plays a watch and reports the bytes per frame: the mean, and the maxima
// for a new point, for a time axis that moves and for a new value axis.
func poll(b *testing.B, charts []Model) {
	const polls, warm = 900, 150
	t := rendertest.New(100, 30)
	start := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var points []Point
	most := map[string]int{}
	sum := 0
	left, value := int64(0), valueAxis{}
	for i := range polls {
		points = append(points, Point{start.Add(time.Duration(i) * 2 * time.Second), sawtooth(i)})
		views := make([]string, len(charts))
		for j := range charts {
			charts[j].SetData(Data{Line: [][]Point{points}})
			views[j] = charts[j].View()
		}
		n := t.Draw(b, lipgloss.JoinHorizontal(lipgloss.Top, views...))
		what := "point"
		m := charts[0]
		axis := newTimeAxis(start.UnixNano(), points[i].T.UnixNano(), m.window, m.width-gutter-1)
		switch {
		case m.axis != value:
			what = "rescaled"
		case axis.left != left:
			what = "shifted"
		}
		left, value = axis.left, m.axis
		if i >= warm {
			sum += n
			most[what] = max(most[what], n)
		}
	}
	b.ReportMetric(float64(sum)/(polls-warm), "bytes/poll")
	for what, n := range most {
		b.ReportMetric(float64(n), what+"-bytes")
	}
}

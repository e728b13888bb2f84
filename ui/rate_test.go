package ui

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
)

// A slope over the window is a rate only of what grows: not of a start, of a step
// or of the end of a saw.
func TestOnlyWhatGrowsHasARate(t *testing.T) {
	const m = 1 << 20
	rise, start := []float64{1 * m, 2 * m, 3 * m, 4 * m, 5 * m, 6 * m, 7 * m, 8 * m}, []float64{1 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m, 5 * m}
	filled := []float64{1 * m, 3 * m, 5 * m, 7 * m, 8 * m, 8 * m, 8 * m, 8 * m}
	late := []float64{1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 3 * m}
	for _, c := range []struct {
		shape  leak.Shape
		course []float64
		want   string
	}{
		{leak.ShapeLeak, rise, "+60.0 MiB"},
		{leak.ShapeLeak, start, "+60.0 MiB"}, // one large object: the judge knows better
		{leak.ShapeSteady, rise, "+60.0 MiB"},
		{leak.ShapeNone, start, "+60.0 MiB"},
		{leak.ShapeSteady, start, "+4M once"},
		{leak.ShapeStep, late, "+2M once"},
		{leak.ShapeWarmUp, filled, "~0"},
		{leak.ShapeSteady, []float64{2 * m, 4 * m, 2 * m, 4 * m, 2 * m, 4 * m, 2 * m, 4 * m}, "~0"},
		{leak.ShapeSteady, []float64{5 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m, 1 * m}, "-4M once"},
		{leak.ShapeSaw, rise, "~0"},
		{leak.ShapeSaw, start, "~0"},
	} {
		e := entry{unit: "bytes", growth: 60 * m, spark: c.course, look: leak.Evaluation{Shape: c.shape}}
		if got := growthText(&e); got != c.want {
			t.Errorf("%s with the course %v is written %q, not %q", c.shape, c.course, got, c.want)
		}
		if none := c.want[0] != '+' || c.want[1] == '4' || c.want[1] == '2'; (e.rate() == 0) != none {
			t.Errorf("%s, written %q, ranks by %g", c.shape, c.want, e.rate())
		}
	}
}

// What came at the start is no growth in the title of a chart, and neither is
// what is not one goroutine.
func TestTitlesLeaveOutTheStart(t *testing.T) {
	s := newScreen(t, files{}, 120, 36)
	s.m.sh.state = session.State{Start: time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)}
	line := func(of func(i float64) float64) profile.Line {
		l := rising(1, 0)
		for i := range l[0] {
			l[0][i].V = of(float64(i))
		}
		return l
	}
	at := func(l profile.Line) float64 {
		per, ok := s.m.overview.growth(l)
		if !ok {
			return 0
		}
		return per
	}
	wave := func(i float64) float64 { return float64(int(i)*7%5) * 1e4 }
	if per := at(line(func(i float64) float64 { return min(i, 10)*7e6 + wave(i) })); per != 0 {
		t.Errorf("a start of 70 MB and nothing since is %g an hour", per)
	}
	if per := at(line(func(i float64) float64 { return min(i, 8)*7e6 + i*1e6 + wave(i) })); per < 1.7e9 || per > 1.9e9 {
		t.Errorf("1 MB every 2 s after a start is %g an hour", per)
	}
	if per := at(line(func(i float64) float64 { return 208 + i/100 })); per != 0 {
		t.Errorf("a third of a goroutine is %g an hour", per)
	}
}

package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/colorprofile"
	"github.com/charmbracelet/x/exp/golden"
	"pgregory.net/rapid"

	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

var (
	plain = theme.New(true, colorprofile.NoTTY)
	start = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
)

func at(seconds int) time.Time { return start.Add(time.Duration(seconds) * time.Second) }

// points returns the points numbered from to to-1, two seconds apart; f returns
// the value of a number.
func points(from, to int, f func(i int) float64) []Point {
	var p []Point
	for i := from; i < to; i++ {
		p = append(p, Point{at(2 * i), f(i)})
	}
	return p
}

func TestViewGolden(t *testing.T) {
	goroutines := func(i int) float64 { return 12000 + 3.4*float64(i) }
	rss := func(i int) float64 { return (500 + float64(i)/4) * (1 << 20) }
	saw := Data{Line: [][]Point{points(0, 300, sawtooth)}}
	busy := Data{
		Line:  [][]Point{points(0, 90, sawtooth), points(95, 150, sawtooth)},
		Other: [][]Point{points(0, 90, rss), points(95, 150, rss)},
		Limit: 640 << 20,
		Marks: []Mark{{at(60), MarkFlag, "baseline"}, {at(130), MarkTick, ""}, {at(185), MarkBoundary, "restart"}},
	}
	for _, c := range []struct {
		name, unit string
		w, h       int
		window     time.Duration
		data       Data
	}{
		{"narrow", "bytes", 30, 3, 4 * time.Minute, saw},
		{"wide", "bytes", 100, 12, 4 * time.Minute, saw},
		{"all", "bytes", 60, 6, 0, saw},
		{"young", "bytes", 60, 6, 4 * time.Minute, Data{Line: [][]Point{points(0, 12, sawtooth)}}},
		{"busy", "bytes", 90, 8, 0, busy},
		{"failing", "bytes", 60, 6, 4 * time.Minute, Data{Now: at(700), Line: saw.Line}},
		{"count", "count", 60, 6, 4 * time.Minute, Data{Line: [][]Point{points(0, 300, goroutines)}}},
		{"from-zero", "count", 40, 6, 4 * time.Minute, Data{Line: [][]Point{points(0, 40, func(i int) float64 { return float64(5 * i) })}, Limit: math.NaN()}},
		{"constant", "count", 60, 6, 4 * time.Minute, Data{Line: [][]Point{points(0, 300, func(int) float64 { return 37 })}}},
		{"one-point", "count", 30, 4, 4 * time.Minute, Data{Line: [][]Point{points(0, 1, goroutines)}}},
		{"empty", "count", 30, 4, 4 * time.Minute, Data{}},
		{"empty-narrow", "count", 12, 4, 4 * time.Minute, Data{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := New(plain, c.unit)
			m.SetSize(c.w, c.h)
			m.SetWindow(c.window)
			m.SetEmpty("waiting for the first poll")
			m.SetData(c.data)
			golden.RequireEqual(t, frame(m.View()))
		})
	}
}

// frame shows where the lines of a view end.
func frame(view string) string { return strings.ReplaceAll(view, "\n", "|\n") + "|\n" }

func TestViewColors(t *testing.T) {
	m := New(theme.New(true, colorprofile.ANSI256), "bytes")
	m.SetSize(40, 6)
	m.SetData(Data{
		Line:  [][]Point{points(0, 90, sawtooth)},
		Limit: 512 << 20,
		Marks: []Mark{{at(100), MarkBoundary, "restart"}},
	})
	golden.RequireEqual(t, m.View())
}

// The two lines can be told apart without color.
func TestDotted(t *testing.T) {
	for in, want := range map[rune]rune{'⠉': '⠁', '⠒': '⠂', '⠤': '⠄', '⣀': '⡀', '⣿': '⡇', '⢸': '⡇', '⠈': '⠁', '⢀': '⡀', '⡠': '⡀'} {
		if got := dottedStroke(in); got != want {
			t.Errorf("%c became %c, want %c", in, got, want)
		}
	}
}

// Whatever the data, a chart is drawn in the requested size.
func TestViewHoldsItsSize(t *testing.T) {
	value := rapid.OneOf(
		rapid.Float64(),
		rapid.Float64Range(0, 1e10),
		rapid.SampledFrom([]float64{0, 1, -1, math.NaN(), math.Inf(1), math.Inf(-1), math.MaxFloat64, -math.MaxFloat64, 5e-324}),
	)
	when := rapid.OneOf(
		rapid.Map(rapid.IntRange(0, 100_000), at),
		rapid.SampledFrom([]time.Time{{}, start.AddDate(2000, 0, 0), start.AddDate(-100, 0, 0), start.AddDate(140, 0, 0)}),
	)
	point := rapid.Custom(func(t *rapid.T) Point { return Point{when.Draw(t, "t"), value.Draw(t, "v")} })
	mark := rapid.Custom(func(t *rapid.T) Mark {
		return Mark{when.Draw(t, "t"), MarkKind(rapid.IntRange(0, 3).Draw(t, "kind")), rapid.StringN(0, 9, -1).Draw(t, "label")}
	})
	segments := rapid.SliceOfN(rapid.SliceOfN(point, 0, 20), 0, 4)
	rapid.Check(t, func(t *rapid.T) {
		m := New(plain, rapid.SampledFrom([]string{"bytes", "count", "nanoseconds", "", "\x1b[2Jodd"}).Draw(t, "unit"))
		for range 3 {
			w, h := rapid.IntRange(-1, 120).Draw(t, "w"), rapid.IntRange(-1, 20).Draw(t, "h")
			m.SetSize(w, h)
			m.SetWindow(time.Duration(rapid.Int64Range(-1, math.MaxInt64).Draw(t, "window")))
			m.SetData(Data{
				Now: when.Draw(t, "now"), Line: segments.Draw(t, "line"), Other: segments.Draw(t, "other"),
				Limit: value.Draw(t, "limit"), Marks: rapid.SliceOfN(mark, 0, 5).Draw(t, "marks"),
			})
			wantSize(t, m.View(), w, h)
		}
	})
}

func wantSize(t interface{ Fatalf(string, ...any) }, view string, w, h int) {
	if w <= 0 || h <= 0 {
		if view != "" {
			t.Fatalf("%dx%d: want nothing, got %q", w, h, view)
		}
		return
	}
	lines := strings.Split(view, "\n")
	if len(lines) != h {
		t.Fatalf("%dx%d: got %d lines", w, h, len(lines))
	}
	for i, l := range lines {
		if n := format.Width(l); n != w {
			t.Fatalf("%dx%d: line %d is %d wide: %q", w, h, i, n, l)
		}
	}
}

// A new point changes nothing to the left of the previous one's column while
// the axes stay the same.
func TestNewPointChangesTheRightEndOnly(t *testing.T) {
	m := New(plain, "bytes")
	m.SetSize(100, 8)
	m.SetWindow(4 * time.Minute)
	var before []string
	var axis timeAxis
	var value valueAxis
	compared := 0
	for n := 200; n < 400; n++ {
		p := points(0, n, sawtooth)
		m.SetData(Data{Line: [][]Point{p}})
		lines := strings.Split(m.View(), "\n")
		now := newTimeAxis(start.UnixNano(), p[n-1].T.UnixNano(), m.window, m.width-gutter-1)
		if now.left == axis.left && m.axis == value {
			compared++
			last := gutter + 1 + axis.dotColumn(p[n-2].T.UnixNano())/2
			for y := range lines[:len(lines)-1] {
				a, b := []rune(before[y]), []rune(lines[y])
				if got, want := string(b[:last]), string(a[:last]); got != want {
					t.Fatalf("poll %d, row %d: %q became %q", n, y, want, got)
				}
			}
		}
		before, axis, value = lines, now, m.axis
	}
	if compared < 100 {
		t.Errorf("the axes stayed in %d of 200 polls only", compared)
	}
}

func TestCopiesKeepTheirOwnView(t *testing.T) {
	a := New(plain, "count")
	a.SetSize(30, 4)
	b := a
	a.SetData(Data{Line: [][]Point{points(0, 9, func(i int) float64 { return float64(i) })}})
	b.SetData(Data{Line: [][]Point{points(0, 9, func(i int) float64 { return float64(900 - i) })}})
	va, vb := a.View(), b.View()
	if va == vb || a.View() != va || b.View() != vb {
		t.Error("copies share a view")
	}
}

func BenchmarkView(b *testing.B) {
	for _, n := range []int{120, 5000} {
		b.Run(fmt.Sprint(n, " points"), func(b *testing.B) {
			m := New(theme.New(true, colorprofile.TrueColor), "bytes")
			m.SetSize(100, 8)
			d := Data{Line: [][]Point{points(0, n, sawtooth)}}
			for b.Loop() {
				m.SetData(d)
				m.View()
			}
		})
	}
	b.Run("kept", func(b *testing.B) {
		m := New(plain, "bytes")
		m.SetSize(100, 8)
		m.SetData(Data{Line: [][]Point{points(0, 5000, sawtooth)}})
		for b.Loop() {
			m.View()
		}
	})
}

// The two lines, and the legend, can also be told apart on a terminal without
// braille.
func TestSecondLineWithoutUnicode(t *testing.T) {
	th := plain
	th.ASCII = true
	level := func(v float64) []Point { return points(0, 90, func(int) float64 { return v }) }
	m := New(th, "count")
	m.SetSize(60, 8)
	m.SetData(Data{Line: [][]Point{level(100)}, Other: [][]Point{level(20)}})
	var first, second bool
	for l := range strings.SplitSeq(theme.ToASCII(m.View()), "\n") {
		crosses, strokes := strings.Count(l, "+"), strings.Count(l, "-")+strings.Count(l, "'")+strings.Count(l, ".")
		switch {
		case crosses > 40 && strokes < 5:
			second = true
		case strokes > 40 && crosses == 0:
			first = true
		}
	}
	if !first || !second {
		t.Errorf("the lines look alike:\n%s", theme.ToASCII(m.View()))
	}
	if got := theme.ToASCII(SecondLineSample(th)); got != "+++" {
		t.Errorf("the legend is %q", got)
	}
	if got := SecondLineSample(plain); got != "⠂⠂⠂" {
		t.Errorf("with Unicode the legend is %q", got)
	}
}

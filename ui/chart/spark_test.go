package chart

import (
	"math"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestSpark(t *testing.T) {
	nan := math.NaN()
	for _, c := range []struct {
		name   string
		values []float64
		width  int
		want   string
	}{
		{"nothing", nil, 8, ""},
		{"no room", []float64{1, 2}, 0, ""},
		{"growth", []float64{1, 2, 3, 4, 5, 6, 7, 8}, 8, "▁▂▃▄▅▆▇█"},
		{"constant", []float64{5, 5, 5}, 8, "▁▁▁"},
		{"zeros", []float64{0, 0}, 8, "▁▁"},
		{"noise of 1%", []float64{100, 101, 100}, 8, "▁▂▁"},
		{"the last ones", []float64{9, 9, 0, 7}, 2, "▁█"},
		{"no numbers", []float64{nan, 0, math.Inf(1), 7}, 8, " ▁ █"},
		{"only no numbers", []float64{nan}, 8, " "},
		{"below zero", []float64{-7, 0}, 8, "▁█"},
	} {
		if got := Spark(c.values, c.width); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestSparkOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		values := rapid.SliceOf(rapid.Float64()).Draw(t, "values")
		width := rapid.IntRange(-1, 20).Draw(t, "width")
		got := Spark(values, width)
		if n, want := utf8.RuneCountInString(got), min(len(values), max(width, 0)); n != want {
			t.Fatalf("got %d columns of %d: %q", n, want, got)
		}
		for _, r := range got {
			if r != ' ' && (r < '▁' || r > '█') {
				t.Fatalf("got %q", got)
			}
		}
	})
}

func TestBuckets(t *testing.T) {
	nan := math.NaN()
	p := []Point{{at(0), 2}, {at(10), 4}, {at(14), 6}, {at(34), 9}}
	for _, c := range []struct {
		name   string
		now    time.Time
		window time.Duration
		n      int
		want   []float64
	}{
		{"means, and gaps filled", at(34), 40 * time.Second, 4, []float64{2, 5, 5, 9}},
		{"before the first point", at(34), 60 * time.Second, 6, []float64{nan, nan, 2, 5, 5, 9}},
		{"from before the window", at(34), 20 * time.Second, 2, []float64{6, 9}},
		{"after the last point", at(54), 20 * time.Second, 2, []float64{9, 9}},
		{"no parts", at(34), time.Minute, 0, nil},
	} {
		// 03:04:05 lies in the middle of a part of ten seconds.
		if diff := cmp.Diff(c.want, Buckets(p, c.now, c.window, c.n), cmpopts.EquateNaNs()); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestBar(t *testing.T) {
	part := func(label string, v float64, fill rune) Part { return Part{Label: label, Value: v, Fill: fill} }
	for _, c := range []struct {
		name  string
		width int
		total float64
		parts []Part
		want  string
	}{
		{"nothing", 5, 0, nil, "·····"},
		{"no room", 0, 10, []Part{part("a", 1, 0)}, ""},
		{"half", 10, 100, []Part{part("", 30, 0), part("", 20, '▓')}, "███▓▓·····"},
		{"labels", 24, 4, []Part{part("live", 2, 0), part("idle heap", 1, '▒')}, "███ live ███▒▒▒▒▒▒······"},
		{"small ones are seen", 10, 1000, []Part{part("", 990, 0), part("", 1, '▓'), part("", 1, '▒')}, "████████▓▒"},
		{"more than all", 4, 10, []Part{part("", 30, 0), part("", 10, '▓')}, "███▓"},
		{"no numbers", 4, math.NaN(), []Part{part("", math.NaN(), 0), part("", -5, '▓'), part("", math.Inf(1), '▒')}, "▒▒▒▒"},
		{"more pieces than columns", 2, 3, []Part{part("", 1, '1'), part("", 1, '2'), part("", 1, '3')}, "13"},
	} {
		if got := Bar(plain, c.width, c.total, c.parts...); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

func TestBarHoldsItsWidth(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		w := rapid.IntRange(0, 80).Draw(t, "width")
		parts := rapid.SliceOf(rapid.Custom(func(t *rapid.T) Part {
			return Part{Label: rapid.String().Draw(t, "label"), Value: rapid.Float64().Draw(t, "v"), Fill: rapid.Rune().Draw(t, "fill")}
		})).Draw(t, "parts")
		wantSize(t, Bar(plain, w, rapid.Float64().Draw(t, "total"), parts...), w, 1)
	})
}

func BenchmarkSpark(b *testing.B) {
	values := make([]float64, 12)
	for i := range values {
		values[i] = sawtooth(i)
	}
	for b.Loop() {
		Spark(values, 12)
	}
}

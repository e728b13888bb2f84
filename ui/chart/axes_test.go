package chart

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestTimeAxisStandsStill(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		cells := rapid.IntRange(1, 200).Draw(t, "cells")
		window := time.Duration(rapid.Int64Range(1, int64(2*time.Hour)).Draw(t, "window"))
		first := rapid.Int64Range(-1e18, 1e18).Draw(t, "first")
		now := first + int64(window) + rapid.Int64Range(0, int64(time.Hour)).Draw(t, "age")
		a := newTimeAxis(first, now, window, cells)
		b := newTimeAxis(first, now+rapid.Int64Range(0, int64(window)).Draw(t, "later"), window, cells)
		if !a.moving || !b.moving {
			t.Fatal("the watch is older than the window, and the axis doesn't move")
		}
		if d := b.left - a.left; d%(2*a.dot) != 0 || d < 0 {
			t.Fatalf("the axis moved by %d, which is not whole cells of %d", d, 2*a.dot)
		}
		if c, step := a.dotColumn(now), 2*max(cells/axisSteps, 1); c >= a.dots || c < a.dots-step {
			t.Fatalf("now is at %d of %d dots, further from the end than a step of %d", c, a.dots, step)
		}
	})
}

func TestTimeAxisOfAYoungWatch(t *testing.T) {
	for _, c := range []struct {
		age, window time.Duration
		length      time.Duration
	}{
		{0, 4 * time.Minute, 30 * time.Second},
		{20 * time.Second, 4 * time.Minute, 30 * time.Second},
		{31 * time.Second, 4 * time.Minute, time.Minute},
		{3 * time.Minute, 4 * time.Minute, 4 * time.Minute},
		{7 * time.Hour, 0, 8 * time.Hour},
		{2 * time.Minute, 3 * time.Minute, 2 * time.Minute},
		{500 * time.Hour, 0, 768 * time.Hour},
	} {
		first := start.UnixNano()
		a := newTimeAxis(first, first+int64(c.age), c.window, 50)
		got := time.Duration(a.end() - a.left)
		if got < c.length || got > c.length+2*time.Duration(a.dot) || a.moving {
			t.Errorf("%v old in a window of %v: got %v, moving %v; want %v", c.age, c.window, got, a.moving, c.length)
		}
		if x := a.dotColumn(first); x != 0 {
			t.Errorf("%v old: the first point is at %d", c.age, x)
		}
		if x := a.dotColumn(a.now); x >= a.dots {
			t.Errorf("%v old: now is at %d of %d", c.age, x, a.dots)
		}
	}
}

func TestScaleHoldsTheValues(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.Float64Range(0, 1e12), rapid.Float64Range(-maxMagnitude, maxMagnitude))
		s, binary := valueAxis{}, rapid.Bool().Draw(t, "binary")
		for range 10 {
			lo, hi := value.Draw(t, "a"), value.Draw(t, "b")
			lo, hi = min(lo, hi), max(lo, hi)
			limit := value.Draw(t, "limit")
			s = s.fitRange(lo, hi, limit, binary)
			if slack := 1e-9 * (s.hi - s.lo); !(s.lo-slack <= lo && hi <= s.hi+slack) {
				t.Fatalf("%v doesn't hold %v to %v", s, lo, hi)
			}
			if room := s.hi - s.lo; room < minSpan*max(math.Abs(lo), math.Abs(hi))*0.8 {
				t.Fatalf("%v makes noise of %v to %v look like growth", s, lo, hi)
			}
			if again := s.fitRange(lo, hi, limit, binary); again != s {
				t.Fatalf("%v became %v for the same values", s, again)
			}
		}
	})
}

func TestScaleIsCalm(t *testing.T) {
	changes := func(n int, lo, hi func(i int) float64) int {
		s, c := valueAxis{}, 0
		for i := range n {
			next := s.fitRange(lo(i), hi(i), 0, true)
			if i > 0 && next != s {
				c++
			}
			s = next
		}
		return c
	}
	noise := func(base float64) func(int) float64 {
		return func(i int) float64 { return base * (1 + 0.02*math.Sin(float64(i))) }
	}
	if c := changes(1000, noise(3e8), noise(3.1e8)); c > 1 {
		t.Errorf("noise changed the axis %d times", c)
	}
	grow := func(i int) float64 { return 3e8 + 1e6*float64(i) } // fivefold in 1000 polls
	if c := changes(1000, func(int) float64 { return 3e8 }, grow); c > 12 {
		t.Errorf("steady growth changed the axis %d times", c)
	}
}

func TestScaleTable(t *testing.T) {
	const mib = 1 << 20
	for _, c := range []struct {
		name          string
		lo, hi, limit float64
		binary        bool
		want          valueAxis
	}{
		{"nothing", 0, 0, 0, false, valueAxis{0, 2, 1}},
		{"constant", 37, 37, 0, false, valueAxis{34, 40, 2}},
		{"from zero when it falls low", 10, 100, 0, false, valueAxis{0, 150, 50}},
		{"not from zero", 80, 100, 0, false, valueAxis{80, 110, 10}},
		{"binary", 300 * mib, 420 * mib, 0, true, valueAxis{256 * mib, 448 * mib, 64 * mib}},
		{"far below its limit", 100 * mib, 110 * mib, 512 * mib, true, valueAxis{96 * mib, 112 * mib, 4 * mib}},
		{"near its limit", 300 * mib, 310 * mib, 512 * mib, true, valueAxis{256 * mib, 512 * mib, 64 * mib}},
		{"below zero", -100, 50, 0, false, valueAxis{-100, 100, 50}},
	} {
		if got := (valueAxis{}).fitRange(c.lo, c.hi, c.limit, c.binary); got != c.want {
			t.Errorf("%s: got %v, want %v", c.name, got, c.want)
		}
	}
}

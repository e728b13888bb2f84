package trend

import (
	"math"
	"testing"
)

func TestLullAndTimeOfRise(t *testing.T) {
	series := func(v func(t float64) float64) (p []Point) {
		for s := 0.0; s <= 100; s += 2 {
			p = append(p, Point{T: s, V: v(s)})
		}
		return p
	}
	for name, tt := range map[string]struct {
		give        []Point
		lull, risen float64
	}{
		"none":           {nil, 0, 0},
		"flat":           {series(func(float64) float64 { return 5 }), 100, 0},
		"a line":         {series(func(t float64) float64 { return t }), 10, 90},
		"one step":       {series(func(t float64) float64 { return math.Floor(t / 60) }), 58, 60},
		"doubling":       {series(func(t float64) float64 { return math.Exp2(math.Floor(math.Log2(max(t, 1)))) }), 36, 64},
		"a line, levels": {series(func(t float64) float64 { return min(t, 50) }), 54, 46},
	} {
		if lull, risen := LongestLull(tt.give, 0.1), TimeOfRise(tt.give, 0.9); lull != tt.lull || risen != tt.risen {
			t.Errorf("%s: got a lull of %v and risen at %v, want %v and %v", name, lull, risen, tt.lull, tt.risen)
		}
	}
}

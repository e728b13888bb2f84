package trend

import (
	"math"
	"testing"
)

func TestStairs(t *testing.T) {
	series := func(v func(t float64) float64) (p []Point) {
		for s := 0.0; s <= 100; s += 2 {
			p = append(p, Point{T: s, V: v(s)})
		}
		return p
	}
	for name, tt := range map[string]struct {
		give                []Point
		steps               int
		period, regular     float64
		restLow, restAtMost float64
	}{
		"none":          {nil, 0, 0, 1, 0, 0},
		"flat":          {series(func(float64) float64 { return 5 }), 0, 0, 1, 0, 0},
		"a line":        {series(func(t float64) float64 { return t }), 1, 0, 1, 0, 0},
		"every 20":      {series(func(t float64) float64 { return math.Floor(t / 20) }), 5, 20, 0, 0, 0},
		"over 2 points": {series(func(t float64) float64 { return math.Floor(t/20) + min(1, math.Mod(t, 20)/4) }), 5, 20, 0.2, 0, 0.01},
		"small ones":    {series(func(t float64) float64 { return 10*math.Floor(t/50) + math.Floor(t/10) }), 2, 50, 1, 0.2, 0.5},
	} {
		s := Stairs(tt.give, 0.4)
		if len(s.Steps) != tt.steps || math.Abs(s.Period()-tt.period) > 1 || s.Regularity() > tt.regular+1e-9 || s.Rest < tt.restLow-1e-9 || s.Rest > tt.restAtMost+1e-9 {
			t.Errorf("%s: %+v, period %v, spread %v", name, s, s.Period(), s.Regularity())
		}
	}
}

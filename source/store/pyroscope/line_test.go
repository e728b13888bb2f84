package pyroscope

import (
	"math"
	"testing"
	"time"

	"github.com/leaktop/leaktop/source/store"
)

// TestDifferencesAreNotRestarts checks that allocations between two profiles can be told
// apart from allocations since the start of a process, even if the load is so constant that
// most differences are equal.
func TestDifferencesAreNotRestarts(t *testing.T) {
	for _, tt := range []struct {
		name    string
		value   func(i int) float64
		isDelta bool
	}{
		{"differences", func(i int) float64 { return 1000 + 300*math.Sin(float64(i*i)) }, true},
		{"mostly equal differences", func(i int) float64 { return 1000 - float64(i%4/3) }, true},
		{"differences that hardly ever change", func(i int) float64 { return 1000 - float64(i%15/14) }, true},
		{"differences that repeat twice", func(i int) float64 { return 1000 + float64(i/2%2) }, true},
		{"a counter", func(i int) float64 { return float64(100 * i) }, false},
		{"a counter that stays", func(int) float64 { return 1000 }, false},
		{"restarts", func(i int) float64 { return float64(100 * (i % 10)) }, false},
		{"restarts of an idle service", func(i int) float64 { return 1000 - float64(i/20) }, false},
		{"restarts that repeat values", func(i int) float64 { return float64(100 * (i % 12 / 2)) }, false},
		{"restarts after a large start", func(i int) float64 { return float64(10000 + i%6) }, false},
	} {
		l := line{step: time.Minute}
		for i := range 40 {
			l.add(store.Point{Time: l.from.Add(time.Duration(i) * time.Minute), Value: tt.value(i)})
		}
		s := l.series(store.Type{Sample: "alloc_objects"})
		if s.IsDelta != tt.isDelta {
			t.Errorf("%s: got differences %v, want %v", tt.name, s.IsDelta, tt.isDelta)
		}
		if last := s.Points[len(s.Points)-1].Value; tt.isDelta && last < 10*tt.value(0) {
			t.Errorf("%s: got a sum of %v", tt.name, last)
		}
	}
}

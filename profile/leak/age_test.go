package leak

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestAge checks that the objects in a cache keep the same age, while leaked objects age with
// the clock.
func TestAge(t *testing.T) {
	const perSecond = 1 << 20
	series := func(holds func(t float64) float64) *profile.Group {
		g := &profile.Group{Kind: profile.Heap}
		for s := 0.0; s <= 400; s += 4 {
			g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(s)), Value: int64(holds(s)), AllocSpace: int64(s * perSecond), RawAlloc: 2 * s})
		}
		return g
	}
	cache := series(func(t float64) float64 { return perSecond * min(t, 30) })
	leak := series(func(t float64) float64 { return perSecond * t })
	for name, tt := range map[string]struct {
		group *profile.Group
		want  time.Duration
	}{"a cache of 30 s": {cache, 30 * time.Second}, "a leak": {leak, 400 * time.Second}} {
		if got, ok := AgeOf(tt.group); !ok || (got-tt.want).Abs() > 5*time.Second {
			t.Errorf("%s: got %v, %v, want %v", name, got, ok, tt.want)
		}
	}
	idle := series(func(float64) float64 { return 1 << 20 })
	for i := range idle.Points {
		idle.Points[i].AllocSpace, idle.Points[i].RawAlloc = 1<<20, 2
	}
	for name, g := range map[string]*profile.Group{"nothing is made": idle, "one point": {Points: cache.Points[:1]}, "none": {}} {
		if got, ok := AgeOf(g); ok {
			t.Errorf("%s: got an age of %v, want none", name, got)
		}
	}
}

package leak

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// A service that has leaked for hours holds many goroutines and still leaks. One that holds as many and uses them does
// not.
func TestManyStandingGoroutines(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	tests := []struct {
		name  string
		count func(i int) float64
		want  Verdict
	}{
		{"a slow leak on top", func(i int) float64 { return 12_000 + 0.6*float64(2*i) }, Leaks},
		{"they stand", func(int) float64 { return 12_000 }, Steady},
		{"they come and go by chance", func(int) float64 { return 12_000 + math.Round(math.Sqrt(12_000)*rnd.NormFloat64()) }, Steady},
	}
	for _, tt := range tests {
		g := heldAtMarks(profile.Goroutine, "main.wait", 1)
		g.Points = nil
		for i := range 66 {
			g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(roundsStart.Add(time.Duration(2*i) * time.Second)), Value: int64(tt.count(i))})
		}
		r := Judge(Input{Now: g.Points[65].Time.AsTime(), Start: roundsStart, Goroutines: []profile.Group{g}})
		if r.Verdict != tt.want {
			t.Errorf("%s: got %s, want %s", tt.name, r.Verdict, tt.want)
		}
	}
}

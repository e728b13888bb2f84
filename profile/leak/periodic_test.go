package leak

import (
	"math"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestPeriodicSteps checks that growth in equal steps at regular times is a leak, and that growth at random times,
// temporary growth, and growth that has stopped are not.
func TestPeriodicSteps(t *testing.T) {
	for name, tt := range map[string]struct {
		count func(t float64) float64
		want  Verdict
		every string
	}{
		"one every five minutes": {func(t float64) float64 { return 20 + 40*math.Floor(t/300) }, Leaks, "one every 5m"},
		"every 20 s":             {func(t float64) float64 { return 20 + 15*math.Floor(min(t, 400)/20) }, Leaks, "one every 20s"},
		"it has stayed away":     {func(t float64) float64 { return 20 + 40*math.Floor(min(t, 1000)/300) }, Undecided, ""},
		"it replaces the last":   {func(t float64) float64 { return 60 + 40*math.Exp(-math.Mod(t, 300)/50) }, Steady, ""},
		"steps of all sizes":     {func(t float64) float64 { return 20 + 12*math.Pow(2, math.Floor(t/300)) }, Undecided, ""},
	} {
		end := 1790.0
		if strings.HasPrefix(name, "every") {
			end = 150
		}
		g := heldAtMarks(profile.Goroutine, "main.reload", 1)
		g.Points = nil
		for s := 0.0; s <= end; s += max(2, end/300) {
			g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(s)), Value: int64(tt.count(s))})
		}
		res := Judge(Input{Now: at(end), Start: began, Goroutines: []profile.Group{g}})
		if (res.Verdict == Leaks) != (tt.want == Leaks) {
			t.Errorf("%s: got %s, want %s: %+v", name, res.Verdict, tt.want, res.Suspects)
		}
		if tt.every != "" && (len(res.Suspects) == 0 || !strings.Contains(res.Suspects[0].Sentence, tt.every)) {
			t.Errorf("%s: got %+v, want it to contain %q", name, res.Suspects, tt.every)
		}
	}
}

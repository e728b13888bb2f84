package profile

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestThinnedDay(t *testing.T) {
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	var times []time.Time
	most := 0
	for s := 0; s < 24*3600; s += 2 {
		times = append(times, start.Add(time.Duration(s)*time.Second))
		if s%60 == 0 {
			var kept []time.Time
			for _, i := range keptIndices(times) {
				kept = append(kept, times[i])
			}
			times = kept
			most = max(most, len(times))
		}
	}
	if most > 450 {
		t.Errorf("got %d observations of a day, want at most 450", most)
	}
	if !times[0].Equal(start) {
		t.Errorf("the first observation was dropped")
	}
	now := times[len(times)-1]
	recent := 0
	for _, x := range times {
		if now.Sub(x) <= 4*time.Minute {
			recent++
		}
	}
	if recent < 120 {
		t.Errorf("got %d observations of the last 4 minutes, want all 120", recent)
	}
	if !slices.IsSortedFunc(times, time.Time.Compare) {
		t.Error("times are out of order")
	}
}

func TestThinnedIsStable(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := time.Unix(1_700_000_000, 0)
		var times []time.Time
		for range rapid.IntRange(0, 80).Draw(t, "n") {
			at = at.Add(time.Duration(rapid.IntRange(0, 3600).Draw(t, "step")) * time.Second)
			times = append(times, at)
		}
		pick := func(in []time.Time) (out []time.Time) {
			for _, i := range keptIndices(in) {
				out = append(out, in[i])
			}
			return out
		}
		once := pick(times)
		if twice := pick(once); len(twice) != len(once) {
			t.Fatalf("thinning again changed the number of points from %d to %d", len(once), len(twice))
		}
	})
}

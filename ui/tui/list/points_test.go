package list

import (
	"math"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// A heap grows by 1 MiB per second and is collected whenever it has doubled, so each
// profile shows the heap at the previous collection. A row has the rate of the heap
// although its values are older and older.
func TestGrowthOfRareCollections(t *testing.T) {
	const second = 1 << 20
	start := time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	before := 7.5
	points := []profile.GroupPoint{{Time: profile.InstantOf(start), Value: int64(before * second), AsOf: profile.InstantOf(start)}}
	for s := 15.0; s <= 120; s *= 2 {
		points = append(points, profile.GroupPoint{Time: profile.InstantOf(at(s)), Value: int64((7.5 + before) * second), AsOf: profile.InstantOf(at(before))})
		before = s
	}
	const want = 3600 * second
	if got, spark := MeasurePoints(points, profile.InstantOf(start)); math.Abs(got/want-1) > 0.01 || len(spark) != len(points) {
		t.Errorf("the row has %.0f MiB/h, %d points of its course; want 3600 and %d", got/second, len(spark), len(points))
	}
}

package ui

import (
	"math"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
)

// A heap that grows by 1 MiB a second and is collected whenever it has doubled, so
// that each profile shows what was there at the collection before: the rate is that
// of the heap, in the title of the chart and in the row, although what is seen is
// ever older.
func TestGrowthOfRareCollections(t *testing.T) {
	const second = 1 << 20
	start := time.Date(2026, 5, 4, 14, 2, 0, 0, time.UTC)
	at := func(s float64) time.Time { return start.Add(time.Duration(s * float64(time.Second))) }
	var seg []profile.Value
	var points []profile.GroupPoint
	before := 7.5
	seg = append(seg, profile.Value{Time: start, V: before * second, Shows: start})
	for s := 15.0; s <= 120; s *= 2 {
		seg = append(seg, profile.Value{Time: at(s), V: (7.5 + before) * second, Shows: at(before)})
		before = s
	}
	for _, v := range seg {
		points = append(points, profile.GroupPoint{Time: v.Time, Shows: v.Shows, Value: int64(v.V)})
	}
	again := seg[len(seg)-1] // asked once more, the service says the same
	again.Time = at(150)
	seg = append(seg, again)

	s := newScreen(t, files{}, 100, 30)
	s.m.sh.state = session.State{Start: start}
	const want = 3600 * second
	if got, ok := s.m.overview.growth(profile.Line{seg}); !ok || math.Abs(got/want-1) > 0.01 {
		t.Errorf("the title has %.0f MiB/h (%v), want 3600", got/second, ok)
	}
	if got, spark := course(points, start); math.Abs(got/want-1) > 0.01 || len(spark) != len(points) {
		t.Errorf("the row has %.0f MiB/h, %d points of its course; want 3600 and %d", got/second, len(spark), len(points))
	}
}

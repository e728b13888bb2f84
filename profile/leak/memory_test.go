package leak

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// The first profile of a watch shows the heap of a collection before the last one, so that what was allocated between
// these two looks like growth in the watch.
func TestGrowthBeforeTheWatchDoesNotCount(t *testing.T) {
	const loaded, grown = 30 << 20, 4 << 20
	point := func(sec, asOf float64, v int64) profile.GroupPoint {
		return profile.GroupPoint{Time: profile.InstantOf(at(sec)), AsOf: profile.InstantOf(at(asOf)), Value: v, AllocSpace: v}
	}
	load := profile.Group{Kind: profile.Heap, Blame: fetch, Points: []profile.GroupPoint{point(0, 0, 1<<20), point(15, 0, loaded), point(30, 15, loaded), point(45, 30, loaded)}}
	leak := profile.Group{Kind: profile.Heap, Blame: put, Points: []profile.GroupPoint{point(0, 0, 0), point(15, 0, 1<<20), point(30, 15, 2<<20), point(45, 30, 1<<20+grown)}}
	if got := growthOf([]profile.Group{load, leak}, 90); got != grown {
		t.Errorf("the heap grew by %.0f, want %d", got, grown)
	}
	if g, ok := grownOf(&load); ok {
		t.Errorf("what was loaded before grew: %+v", g)
	}
	if g, ok := grownOf(&leak); !ok || g.By != grown || g.Over != 45*time.Second {
		t.Errorf("got %+v, want growth by %d in 45s", g, grown)
	}
}

package leak

import (
	"fmt"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// rareHeap returns the profiles of a heap that doubles before each collection, so that the time between collections
// grows by a factor. The live heap grows at a rate until it is full. AsOf is the time of the previous profile, because
// the runtime shows the heap of the second-to-last collection.
func rareHeap(t *testing.T, until, rarer, mbPerSecond, fullAt float64) Input {
	t.Helper()
	var text []string
	for s, gap := 0.0, 2.0; s <= until; s, gap = s+gap, gap*rarer {
		live := 5 + mbPerSecond*min(s-gap/rarer+2, fullAt)
		text = append(text, fmt.Sprintf("%.1f:%.1f/%.1f", s, live, 2*live))
	}
	g := observedHeap(t, strings.Join(text, " "))
	for i := 1; i < len(g.Points); i++ {
		g.Points[i].AsOf = g.Points[i-1].Time
	}
	return Input{Now: at(until), Start: began, Heap: []profile.Group{g}}
}

// TestRareCollections checks that a heap that grew at each of a dozen collections is a leak although the newest profile
// is old, and that a heap that is full, has had few collections, or may still be filling is not.
func TestRareCollections(t *testing.T) {
	for _, tt := range []struct {
		name                 string
		until, perSec, fills float64
		want                 Verdict
	}{
		{"each collection finds more", 100, 0.7, 1000, Leaks},
		{"a ring that is full after 70 s", 100, 0.7, 70, Undecided},
		{"watched for 85 s", 85, 0.7, 1000, Undecided},
		{"too few samples to be sure", 100, 0.2, 1000, Undecided},
	} {
		r := Judge(rareHeap(t, tt.until, 1.15, tt.perSec, tt.fills))
		if r.Verdict != tt.want {
			t.Errorf("%s: got %s, want %s: %q", tt.name, r.Verdict, tt.want, r.Caveat.What)
		}
		if tt.want == Leaks && !strings.Contains(r.Caveat.What, "collections") {
			t.Errorf("%s: the caveat does not say how many collections: %q", tt.name, r.Caveat.What)
		}
	}
}

// TestWatchOfHundredSeconds checks that a watch of 100 s, which is usual in scripts, finds recorded leaks that grew at
// each collection, although the newest collection was 87 s after the first poll and shows an earlier heap. A heap that
// has been level since a quarter of that time is not a leak.
func TestWatchOfHundredSeconds(t *testing.T) {
	const grown = "0:3.1/4.2 4:4.7/5.8 6:4.7/5.8 8:5.8/6.8 10:7.9/8.9 12:9.4/11 14:9.9/11.5 18:9.9/11.5 22:11/13.1 26:12.5/15.7 30:15.7/19.4 34:17.3/21 40:19.9/24.1 " +
		"46:22.5/27.7 52:26.2/33 60:28.3/35.6 "
	for rest, want := range map[string]Verdict{"68:30.4/40.8 76:34.1/45.6 86.6:38.8/53.4": Leaks, "68:30.4/40.8 76:30.4/40.8 86.6:30.4/40.8": Undecided} {
		g := observedHeap(t, grown+rest)
		for i := 1; i < len(g.Points); i++ {
			g.Points[i].AsOf = g.Points[i-1].Time
		}
		if r := Judge(Input{Now: at(99), Start: began, Heap: []profile.Group{g}}); r.Verdict != want {
			t.Errorf("%s: got %s, want %s: %q", rest, r.Verdict, want, r.Caveat.What)
		}
	}
}

// TestGoalShowsGrowthGoesOn checks that if the newest profile is old, the collector's goal, which is one collection
// ahead, shows whether growth continues.
func TestGoalShowsGrowthGoesOn(t *testing.T) {
	for _, tt := range []struct {
		name string
		last uint64 // goal of the newest collection
		want Verdict
	}{{"goes on", 150 << 20, Leaks}, {"has ended", 131 << 20, Undecided}} {
		in := rareHeap(t, 98, 1.18, 0.7, 1000)
		last := in.Heap[0].Points[len(in.Heap[0].Points)-1].Time.AsTime()
		in.Memory = []memory.Reading{
			{Time: last.Add(-9e9), Source: memory.SourceHeapText, NumGC: 11, NextGC: 130 << 20},
			{Time: last.Add(13e9), Source: memory.SourceHeapText, NumGC: 12, NextGC: tt.last},
		}
		if r := Judge(in); r.Verdict != tt.want {
			t.Errorf("%s: got %s, want %s: %v %v", tt.name, r.Verdict, tt.want, last.Sub(began), in.Now.Sub(began))
		}
	}
}

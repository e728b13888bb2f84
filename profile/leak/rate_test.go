package leak

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestRateWhereCollectionsBecomeRarer checks that the rate is computed with the times of the heaps in the profiles, not
// of the polls.
func TestRateWhereCollectionsBecomeRarer(t *testing.T) {
	const rate = 300 << 10
	st := stackOf(put, put)
	g := profile.Group{Kind: profile.Heap, Blame: put, Stacks: []*profile.Stack{st}}
	for shows, seen := 8.0, 10.0; seen < 300; shows, seen = seen, seen*1.25 {
		n := int64(rate * shows / 4096)
		g.Points = append(g.Points, profile.GroupPoint{
			Time: profile.InstantOf(at(seen)), AsOf: profile.InstantOf(at(shows)), Value: 4096 * n, Objects: n, AllocSpace: 4096 * n, AllocObjects: n,
			Raw: float64(n) / 128, RawAlloc: float64(n) / 128,
		})
	}
	s := newSeries(&g, began).partSince(100)
	if r := s.growthRate(growth{}); math.Abs(r.PerSecond/rate-1) > 0.02 || r.Low > rate || r.High < rate {
		t.Errorf("got %.0f B/s (%.0f to %.0f), want %d", r.PerSecond, r.Low, r.High, rate)
	}
}

// TestRateOfALateLeak checks that the time before a leak started does not lower its rate.
func TestRateOfALateLeak(t *testing.T) {
	g := bytesOf(stackOf(put, put), 4096, 300<<10, 120)
	late := profile.Group{Kind: profile.Heap, Blame: put, Stacks: g.Stacks}
	for t := 0.0; t < 60; t += 3 {
		late.Points = append(late.Points, profile.GroupPoint{Time: profile.InstantOf(at(t))})
	}
	for _, p := range g.Points {
		p.Time = p.Time.Add(at(60).Sub(began))
		late.Points = append(late.Points, p)
	}
	r := Judge(Input{Now: at(180), Start: began, Heap: []profile.Group{late}})
	if r.Verdict != Leaks {
		t.Fatalf("got verdict %s", r.Verdict)
	}
	// The longest window of even growth begins somewhat earlier than the leak.
	if s := r.Suspects[0]; math.Abs(s.GrowthPerHour/3600/(300<<10)-1) > 0.15 {
		t.Error(s.Sentence)
	}
}

// TestFewProfilesAreReported checks that a long watch with few profiles says that it cannot see slow leaks.
func TestFewProfilesAreReported(t *testing.T) {
	in := newLeakyInput()
	in.Heap, in.Now = nil, at(200)
	for i := range in.Goroutines {
		p := in.Goroutines[i].Points
		in.Goroutines[i].Points = []profile.GroupPoint{p[0], p[30], p[60]}
	}
	r := Judge(in)
	if r.Verdict != Undecided || !strings.HasPrefix(r.Caveat.String(), "watched for 3m20s with only 3 of the 4 goroutine profiles that a verdict needs") {
		t.Errorf("got %s: %q", r.Verdict, r.Caveat)
	}
}

// TestOldHeapIsReported checks that if the newest known state of the heap is old, the verdict states its time.
func TestOldHeapIsReported(t *testing.T) {
	in := newLeakyInput()
	in.Heap, in.Goroutines = in.Heap[:1], nil
	if r := Judge(in); strings.Contains(r.Caveat.String(), "ago") {
		t.Errorf("new profile: got %q", r.Caveat)
	}
	p := in.Heap[0].Points
	p[len(p)-1].AsOf = profile.InstantOf(at(80))
	r := Judge(in)
	if len(r.Suspects) != 1 || !strings.Contains(r.Caveat.String(), "as of 40s ago") || !strings.Contains(r.Suspects[0].Disproof[0], "C asks for one") {
		t.Errorf("got %q, %+v", r.Caveat, r.Suspects)
	}
}

// TestGapOfMinutes checks that a gap between polls does not make sessions that live for a minute look like a leak.
func TestGapOfMinutes(t *testing.T) {
	st := stackOf(put, put)
	g := profile.Group{Kind: profile.Goroutine, Blame: put, Stacks: []*profile.Stack{st}}
	for i, at := range []time.Time{at(0), at(60), at(150), at(152), at(154), at(156), at(158), at(160)} {
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at), Value: []int64{60, 90, 140, 141, 142, 143, 144, 145}[i]})
	}
	r := Judge(Input{Now: at(160), Start: began, Goroutines: []profile.Group{g}})
	if r.Verdict != Undecided || len(r.Suspects) > 0 && r.Suspects[0].Confidence >= High {
		t.Errorf("got %s: %+v", r.Verdict, r.Suspects)
	}
	if want := "watched for 2m40s; what rises has not risen evenly for long enough to tell a leak from a warm-up"; r.Caveat.String() != want {
		t.Errorf("got %q, want %q", r.Caveat, want)
	}
}

// TestFewCollectionsSlowDownByChance checks that a leak that grows by a few sampled objects per collection is not
// called slowing because the last increments are small. The numbers are from a service that retained half a sampled
// object per second.
func TestFewCollectionsSlowDownByChance(t *testing.T) {
	seen := []float64{0, 8, 18, 28, 40, 52, 66, 82}
	objects := []float64{49, 55, 61, 66, 69, 73, 79, 81}
	st := stackOf(put, put)
	g := profile.Group{Kind: profile.Heap, Blame: put, Stacks: []*profile.Stack{st}}
	for i, n := range objects {
		v := int64(n) * 512 << 10
		p := profile.GroupPoint{Time: profile.InstantOf(at(seen[i] + 16)), AsOf: profile.InstantOf(at(seen[i])), Value: v, Objects: v / 4096, AllocSpace: v, AllocObjects: v / 4096, Raw: n, RawAlloc: n}
		g.Points = append(g.Points, p)
	}
	if got := newSeries(&g, began).judgeWhole(); got.shape != ShapeSuspect {
		t.Errorf("got shape %d, %+v", got.shape, got.even)
	}
}

// TestSessionsComeAndGo checks that goroutines of which some end are not called a leak before a long watch. The numbers
// are from the sessions of a real service.
func TestSessionsComeAndGo(t *testing.T) {
	seen := []int64{
		12, 14, 16, 19, 22, 25, 23, 23, 28, 31, 30, 33, 37, 41, 42, 45, 49, 47, 50, 51, 52, 50, 52, 50, 53, 56, 60,
		64, 62, 65, 67, 69, 72, 75, 78, 80, 82, 87, 88, 85, 83, 80, 82, 87, 85, 84, 84, 92, 91, 91,
	}
	g := profile.Group{Kind: profile.Goroutine, Blame: put, Stacks: []*profile.Stack{stackOf(put, put)}}
	for i, n := range seen {
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(6.5 + 2*float64(i))), Value: n})
	}
	for n := 40; n <= len(seen); n++ {
		part := g
		part.Points = g.Points[:n]
		if got := newSeries(&part, began).judgeWindows(); got.shape == ShapeSuspect {
			t.Errorf("after %d polls: got %+v", n, got)
		}
	}
}

// TestRateOfAGrowingObject checks that the rate of one growing object is computed with the times of the heaps in the
// profiles, and that its interval is no narrower than these times allow.
func TestRateOfAGrowingObject(t *testing.T) {
	const rate = 300 << 10
	size := func(t float64) int64 { // capacity of a buffer that doubles
		s := int64(1 << 20)
		for float64(s) < rate*t {
			s *= 2
		}
		return s
	}
	g := profile.Group{Kind: profile.Heap, Blame: put, Stacks: []*profile.Stack{stackOf(put, put)}}
	for shows, seen := 3.0, 4.0; seen < 300; shows, seen = seen, seen+2+seen/16 {
		v := size(shows)
		g.Points = append(g.Points, profile.GroupPoint{
			Time: profile.InstantOf(at(seen)), AsOf: profile.InstantOf(at(shows)), Value: v, Largest: v, Objects: 1, AllocSpace: 2 * v, AllocObjects: 8, Raw: 1, RawAlloc: 8,
		})
	}
	s := newSeries(&g, began)
	r := fillRate(s, params.fill.minStep)
	if math.Abs(r.PerSecond/rate-1) > 0.05 || r.Low > rate || r.High < rate || r.High > 1.2*rate {
		t.Errorf("got %.0f B/s (%.0f to %.0f), want %d", r.PerSecond, r.Low, r.High, rate)
	}
}

// TestRateOfWhatSlowsDown checks that slowing growth has the rate of its second half, not of its start.
func TestRateOfWhatSlowsDown(t *testing.T) {
	g := profile.Group{Kind: profile.Heap, Blame: put, Stacks: []*profile.Stack{stackOf(put, put)}}
	for i := range 60 {
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(float64(2 * i))), Value: int64(min(i, 20)) << 20})
	}
	s := newSeries(&g, began)
	if r := s.newEvaluation(growth{shape: ShapeSlowing}).Rate; !r.IsKnown() || r.PerHour != 0 {
		t.Errorf("got %+v, want a known rate of 0", r)
	}
	if r := s.slicePoints(0, 3).newEvaluation(growth{shape: ShapeSlowing}).Rate; r.IsKnown() {
		t.Errorf("of 4 s: got %+v, want none", r)
	}
}

package leak

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Moments are the same ones after a history has dropped old points, so that none is judged again, and different ones if a
// point differs.
func TestMomentsOutlastDroppedPoints(t *testing.T) {
	g := profile.Group{Kind: profile.Heap, Blame: leakingFunction}
	thinned := 0
	for i := range 75 * 30 {
		n := int64(i)
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(began.Add(2 * time.Duration(i) * time.Second)), Value: 1000 * n, AllocSpace: 3000 * n})
		if i%32 != 0 {
			continue
		}
		before := newSeries(&g, began)
		g.Points = keepPoints(g.Points)
		after := newSeries(&g, began)
		a, b := identifyMoments(before), identifyMoments(after)
		seen := map[moment]bool{}
		for n, m := len(before.value), len(after.value); m > 0 && before.lastTime()-after.value[m-1].T < params.polls.withdrawUnsure.Seconds(); n, m = n-1, m-1 {
			if a.identify(n) != b.identify(m) {
				t.Fatalf("after %d s: the moment of the last %d points differs", 2*i, len(before.value)-n)
			}
			seen[b.identify(m)] = true
		}
		if want := min(30, len(after.value)); len(seen) != want {
			t.Errorf("after %d s: got %d different moments, want %d", 2*i, len(seen), want)
		}
		if len(before.value) > len(after.value) {
			thinned++
		}
		if was := a.identify(len(before.value)); i > 0 {
			before.value[0].V++
			if identifyMoments(before).identify(len(before.value)) == was {
				t.Errorf("after %d s: another first point makes no difference", 2*i)
			}
		}
	}
	if thinned < 50 {
		t.Errorf("points were dropped %d times", thinned)
	}
}

// keepPoints returns the points that a history keeps.
func keepPoints(points []profile.GroupPoint) (kept []profile.GroupPoint) {
	times := make([]time.Time, len(points))
	for i, p := range points {
		times[i] = p.Time.AsTime()
	}
	for _, i := range profile.KeptIndices(times) {
		kept = append(kept, points[i])
	}
	return kept
}

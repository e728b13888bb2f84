package leak

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/moment"
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
		seen := map[moment.ID]bool{}
		for n, m := len(before.value), len(after.value); m > 0 && before.lastTime()-after.value[m-1].T < params.polls.withdrawUnsure.Seconds(); n, m = n-1, m-1 {
			if a.Identify(n) != b.Identify(m) {
				t.Fatalf("after %d s: the moment of the last %d points differs", 2*i, len(before.value)-n)
			}
			seen[b.Identify(m)] = true
		}
		if want := min(30, len(after.value)); len(seen) != want {
			t.Errorf("after %d s: got %d different moments, want %d", 2*i, len(seen), want)
		}
		if len(before.value) > len(after.value) {
			thinned++
		}
		if was := a.Identify(len(before.value)); i > 0 {
			before.at[0].Value++
			if identifyMoments(before).Identify(len(before.value)) == was {
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

// A judgment without a new point keeps what is known about earlier moments.
func TestMomentsOutlastRepeats(t *testing.T) {
	var known Moments
	in := Input{Start: began, Moments: &known, Heap: []profile.Group{bytesOf(stackOf(put, put), 2048, 400<<10, 200)}}
	for i := range 3 {
		in.Now = at(float64(200 + 2*i))
		if r := Judge(in); r.Verdict != Leaks {
			t.Fatalf("got %s", r.Verdict)
		}
		if i > 0 && len(known.used) < len(known.before) {
			t.Errorf("judgment %d: %d moments are known, want %d", i+1, len(known.used), len(known.before))
		}
	}
}

// A long watch has few windows, because each is judged at every poll.
func TestWindowsAreFew(t *testing.T) {
	for hours, most := range map[float64]int{1: 7, 24: 11} {
		if all := windowsOf(hours * 3600); len(all) > most || all[len(all)-1] != hours*3600 {
			t.Errorf("after %g hours: got windows %v", hours, all)
		}
	}
}

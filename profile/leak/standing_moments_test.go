package leak

import (
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
)

// Remembered moments do not change a report, at any poll of services that leak, pause or do not leak.
func TestMomentsChangeNothing(t *testing.T) {
	seeds := uint64(2)
	if eventually.IsFull() {
		seeds = 6
	}
	for seed := range seeds {
		r := rand.New(rand.NewPCG(seed, 7))
		var all []profile.Group
		for i, m := range []sim{
			{kind: profile.Heap, size: 4096, rate: constantRate(60), life: liveForever, gc: 2},
			{kind: profile.Heap, size: 4096, rate: rateUntil(150, 80), life: liveForever, gc: 2},
			{kind: profile.Heap, size: 64 << 10, rate: constantRate(0.4), life: liveForever, gc: 5},
			{kind: profile.Heap, size: 4096, rate: constantRate(900), life: exponentialLife(6), gc: 2},
			{kind: profile.Goroutine, rate: constantRate(0.3), life: liveForever},
			{kind: profile.Goroutine, rate: rateUntil(120, 1), life: liveForever},
		} {
			g := m.simulate(r, 320).group
			f := *leakingFunction
			f.Name += string(rune('a' + i))
			g.Blame, g.Stacks = &f, []*profile.Stack{stackOf(&f, &f)}
			all = append(all, g)
		}
		var known Moments
		suspects := 0
		for at := began.Add(40 * time.Second); at.Sub(began) < 320*time.Second; at = at.Add(4 * time.Second) {
			in := Input{Start: began, Now: at}
			for _, g := range all {
				n := 0
				for n < len(g.Points) && !g.Points[n].Time.After(profile.InstantOf(at)) {
					n++
				}
				if g.Points = g.Points[:n]; g.Kind == profile.Heap {
					in.Heap = append(in.Heap, g)
				} else {
					in.Goroutines = append(in.Goroutines, g)
				}
			}
			want := Judge(in)
			in.Moments = &known
			got := Judge(in)
			suspects += len(got.Suspects)
			if !reflect.DeepEqual(got, want) {
				t.Fatalf("seed %d after %v: with remembered moments: got\n%+v\nwant\n%+v", seed, at.Sub(began), got, want)
			}
		}
		if suspects == 0 {
			t.Errorf("seed %d: got no suspects", seed)
		}
	}
}

package leak

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// generationsLife returns the lifetimes in a cache of two generations: every period, the older one is dropped.
func generationsLife(period float64) func(*rand.Rand, float64) float64 {
	return func(_ *rand.Rand, t float64) float64 { return (math.Floor(t/period)+2)*period - t }
}

// TestEndOfGrowthWithdraws checks that a suspect is withdrawn soon after profiles show the end of growth, up to two
// collections later, and does not come back. A full cache must have replaced a few sampled objects first; if a
// generation was dropped, one profile is enough.
func TestEndOfGrowthWithdraws(t *testing.T) {
	for _, tt := range []struct {
		sim
		ends  float64
		polls float64 // after profiles show the end
	}{
		{sim{name: "a cache that is full", size: 4 * kib, rate: constantRate(120), life: fixedLife(150)}, 150, 10},
		{sim{name: "a cache that is full, rare collections", size: 4 * kib, rate: constantRate(120), life: fixedLife(150), gc: 15}, 150, 10},
		{sim{name: "a fast cache that is full", size: 8 * kib, rate: constantRate(300), life: fixedLife(130)}, 130, 7},
		{sim{name: "two generations", size: 4 * kib, rate: constantRate(100), life: generationsLife(50)}, 100, 1},
		{sim{name: "two generations, rare collections", size: 4 * kib, rate: constantRate(100), life: generationsLife(55), gc: 8}, 110, 1},
	} {
		tt.kind = profile.Heap
		limit := tt.ends + 2*1.3*max(tt.gc, 3) + 2*tt.polls
		alarms, back := 0, 0
		for seed := range uint64(8) {
			p := tt.simulate(rand.New(rand.NewPCG(seed, 7)), 280)
			var known Moments
			last, isWithdrawn := 0.0, false
			for at := 80.0; at <= 280; at += 2 {
				in := p.inputAt(at)
				in.Memory, in.Moments = nil, &known // the collector's goal shows the end sooner
				if Judge(in).Verdict != Leaks {
					isWithdrawn = last > 0
					continue
				}
				alarms++
				last = at
				if isWithdrawn {
					back++
				}
			}
			if last > limit {
				t.Errorf("%s, seed %d: alarm at %.0f s, want none after %.0f s", tt.name, seed, last, limit)
			}
		}
		if alarms == 0 || back > 0 {
			t.Errorf("%s: %d alarms, of which %d came back", tt.name, alarms, back)
		}
	}
}

// TestLeakIsNotFull checks that frees of a leak are not taken for the end of its growth, whether arrays that are
// copied to larger ones or a part of all allocations.
func TestLeakIsNotFull(t *testing.T) {
	for _, m := range []sim{
		{name: "all is kept", size: 4 * kib, rate: constantRate(100), life: liveForever},
		{name: "a part is freed at once", size: 4 * kib, rate: constantRate(100), life: mixedLife(0.85, 3)},
		{name: "a part is freed each 20 s", size: 4 * kib, rate: constantRate(100), life: sawtoothLife(20, 0.9)},
		{name: "the load falls", size: 4 * kib, rate: func(t float64) float64 { return 150 - 100*min(1, t/150) }, life: mixedLife(0.9, 20)},
		{name: "a map that doubles", size: 24 * kib, rate: doublingRate(12, 280, 100*kib, 24*kib), life: untilDoubled(math.Inf(1))},
	} {
		m.kind = profile.Heap
		for seed := range uint64(8) {
			p := m.simulate(rand.New(rand.NewPCG(seed, 7)), 280)
			for at := 40.0; at <= 280; at += 4 {
				in := p.inputAt(at)
				if isFull(newSeries(&in.Heap[0], began)) {
					t.Errorf("%s, seed %d: full at %.0f s", m.name, seed, at)
				}
			}
		}
	}
}

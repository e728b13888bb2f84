package leak

import (
	"math/rand/v2"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestThinLeakShowsInTime checks a leak of which one object per minute is sampled, among
// others that are freed: the verdict is leak within half an hour, and stays.
func TestThinLeakShowsInTime(t *testing.T) {
	const perSecond = 60 * samplingRate / 3600.0 / (2 * kib)
	for _, m := range []sim{
		{name: "all is kept", leak: true, kind: profile.Heap, size: 2 * kib, rate: constantRate(perSecond), life: liveForever, gc: 20},
		{name: "a quarter is kept", leak: true, kind: profile.Heap, size: 2 * kib, rate: constantRate(4 * perSecond), life: mixedLife(0.25, 20), gc: 20},
		{name: "nothing is kept", kind: profile.Heap, size: 2 * kib, rate: constantRate(4 * perSecond), life: exponentialLife(60), gc: 20},
	} {
		for seed := range uint64(3) {
			p := m.simulate(rand.New(rand.NewPCG(seed, 60)), 2400)
			first, alarms, last := 0.0, 0, Undecided
			for at := 100.0; at <= 2400; at += 100 {
				in := p.inputAt(at)
				in.Memory = nil
				if last = Judge(in).Verdict; last != Leaks {
					continue
				}
				if alarms++; first == 0 {
					first = at
				}
			}
			polls := int(2400-first)/100 + 1
			if m.leak && (last != Leaks || first > 1800 || alarms < polls*4/5) || !m.leak && alarms > 0 {
				t.Errorf("%s: got %s at the end, a leak after %v s and at %d polls of %d", m.name, last, first, alarms, polls)
			}
		}
	}
}

package leak

import (
	"math/rand/v2"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestSamplingIntervalHoldsTheTruth checks a leak of 4 KiB objects of which few are sampled: nine in ten intervals
// contain the true value, and the others miss it about equally often on both sides.
func TestSamplingIntervalHoldsTheTruth(t *testing.T) {
	const size, runs = 4096, 4000
	share := 1 - 0.992218 // share of objects of 4 KiB sampled at one per 512 KiB
	r := rand.New(rand.NewPCG(1, 2))
	for _, kept := range []int{800, 2000, 10_000} { // 6, 16 and 78 samples
		held, low, high := 0, 0, 0
		for range runs {
			n := float64(drawPoisson(r, float64(kept)*share))
			if n == 0 {
				continue
			}
			b := profile.GroupPoint{
				Value: int64(n / share * size), AllocSpace: int64(n / share * size), AllocObjects: int64(n / share), Raw: n, RawAlloc: n,
			}
			below, above := samplingInterval(profile.GroupPoint{}, b)
			switch d := float64(kept*size) - float64(b.Value); {
			case d > above:
				low++
			case d < -below:
				high++
			default:
				held++
			}
		}
		if part := float64(held) / runs; part < 0.87 || part > 0.95 || low > runs/12 || high > runs/12 {
			t.Errorf("%d objects: got %.3f of the intervals with the true value, %d of %d below it, %d above", kept, part, low, runs, high)
		}
	}
}

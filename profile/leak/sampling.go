package leak

import (
	"math"

	"github.com/leaktop/leaktop/profile"
)

// sampleDifference describes the sampling error of the difference between two
// observations of a function's heap.
type sampleDifference struct {
	bytesPerSample float64 // bytes that a sampled object represents
	unseen         float64 // probability that an object is not sampled
	net            float64 // increase in sampled objects
	turnover       float64 // sampled objects allocated or freed: an object in both observations causes no error
}

// sampledBetween returns the difference between two observations, or false if they
// are equal. Sizes are means of what was allocated in between.
func sampledBetween(a, b profile.GroupPoint) (s sampleDifference, ok bool) {
	sampled, objects := b.RawAlloc-a.RawAlloc, float64(b.AllocObjects-a.AllocObjects)
	if sampled <= 0 || objects <= 0 {
		return s, false
	}
	s.bytesPerSample = float64(b.AllocSpace-a.AllocSpace) / sampled
	s.unseen = 1 - min(sampled/objects, 1)
	s.net = b.Raw - a.Raw
	freed := max(0, sampled-s.net)
	s.turnover = max(0, min(sampled+freed, a.Raw+b.Raw))
	return s, true
}

// samplingError returns the standard error in bytes of the increase of a function
// from a to b. An object that represents w bytes and is sampled with probability p
// adds w²(1−p) to the variance (Horvitz and Thompson, 1952, for independent draws),
// so that large objects, which are all sampled, add nothing.
func samplingError(a, b profile.GroupPoint) float64 {
	s, ok := sampledBetween(a, b)
	if !ok {
		return 0
	}
	return s.bytesPerSample * math.Sqrt((s.turnover+1)*s.unseen)
}

// samplingInterval returns by how much the true increase from a to b may be below
// the measured one, and above. If few objects were sampled, that may itself be
// chance, and their standard error too small: the interval is the score interval,
// which reaches further up (Barker, A Comparison of Nine Confidence Intervals for a
// Poisson Parameter, The American Statistician 56, 2002). What was freed again has
// no such skew.
func samplingInterval(a, b profile.GroupPoint) (below, above float64) {
	s, ok := sampledBetween(a, b)
	if !ok {
		return 0, 0
	}
	turn := max(1, s.turnover)
	skew := params.rate.toInterval * params.rate.toInterval * s.unseen / 2 * min(max(0, s.net/turn), 1)
	half := math.Sqrt(params.rate.toInterval*params.rate.toInterval*s.unseen*turn + skew*skew)
	return s.bytesPerSample * (half - skew), s.bytesPerSample * (half + skew)
}

// fellByChance reports whether no fall of a heap series is more than a few sampled
// objects, which come and go without meaning.
func fellByChance(s *series) bool {
	if s.isOffHeap || !s.isHeap() {
		return false
	}
	high, fall := 0.0, 0.0
	for _, p := range s.at {
		high = max(high, p.Raw)
		fall = max(fall, high-p.Raw)
	}
	return fall < params.material.samples
}

package leak

import (
	"math"

	"github.com/leaktop/leaktop/profile"
)

// sampleDifference is what is known of the error of what a function holds more at one
// observation of the heap than at another.
type sampleDifference struct {
	bytesPerSample float64 // bytes that a sampled object stands for
	unseen         float64 // probability that an object is not sampled
	net            float64 // sampled objects more
	turnover       float64 // sampled objects that came or went: what is counted twice has no error
}

// sampledBetween is that of what came between two observations, false if nothing
// did. It has the means of what was allocated meanwhile.
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

// samplingError is the standard error in bytes of what a function holds more at
// b than at a, see [trend.Surplus]. An object that stands for w bytes and is
// sampled with probability p adds w²(1−p) to the variance (Horvitz and Thompson,
// 1952, for independent draws), so that large ones, which are all seen, add
// nothing.
func samplingError(a, b profile.GroupPoint) float64 {
	s, ok := sampledBetween(a, b)
	if !ok {
		return 0
	}
	return s.bytesPerSample * math.Sqrt((s.turnover+1)*s.unseen)
}

// samplingInterval is by how much the truth may be below what a function holds more
// at b than at a, and above. Where few objects were sampled they may as well have
// been few by chance, and their error seem too small for it: the interval is that
// of the score, which reaches further up (Barker, A Comparison of Nine Confidence
// Intervals for a Poisson Parameter, The American Statistician 56, 2002). What came
// and went again has no such skew.
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

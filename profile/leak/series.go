package leak

import (
	"math"
	"slices"
	"sort"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// series is a group in numbers: seconds since an origin, and values.
type series struct {
	group       *profile.Group
	value       []trend.Point
	at          []profile.GroupPoint // the same points, in the same order
	since       profile.Instant      // from which the seconds count
	counterFell bool                 // a monotone counter fell: only points after that are included
	// isOffHeap means that these are bytes outside of Go, not a group.
	isOffHeap bool
	// minRise is the growth that matters, if it differs from the usual one for the kind.
	minRise float64
	// total means that this is the sum of many functions, joint that it is the sum of the
	// allocations below one function.
	total, joint bool
	// request means that these are requests in flight, see markRequests; outgrowsLoad
	// means that the load does not explain their growth.
	request, outgrowsLoad bool
	// goalUntil is the time up to which the collector's goal shows that growth goes on,
	// beyond the newest profile; 0 if it does not. Only the whole series has it.
	goalUntil float64
	// earlier is what earlier judgments remember about its moments.
	earlier earlierMoments
}

// newSeries sorts the points of a group. If a counter falls, the process is another one,
// and earlier points are dropped.
func newSeries(g *profile.Group, origin time.Time) *series {
	s := &series{group: g, at: g.Points, since: profile.InstantOf(origin)}
	byTime := func(i, j int) bool { return s.at[i].Time.Before(s.at[j].Time) }
	if !sort.SliceIsSorted(s.at, byTime) {
		s.at = slices.Clone(s.at)
		sort.SliceStable(s.at, byTime) // byTime sorts the clone; slices.SortFunc instantiates a sort per type: 10 KB
	}
	for i := len(s.at) - 1; i > 0; i-- {
		if a, b := s.at[i-1], s.at[i]; b.AllocObjects < a.AllocObjects || b.AllocSpace < a.AllocSpace {
			s.at, s.counterFell = s.at[i:], true
			break
		}
	}
	s.value = make([]trend.Point, 0, len(s.at))
	for _, p := range s.at {
		q := trend.Point{T: p.Time.Sub(s.since).Seconds(), V: float64(p.Value)}
		if n := len(s.value); n > 0 && q.T-s.value[n-1].T < params.polls.sameTime {
			s.at = slices.Clone(s.at) // the caller owns it
			return s.dropDoubles()
		}
		s.value = append(s.value, q)
	}
	return s
}

// dropDoubles leaves one point per time, the last one. It owns s.at.
func (s *series) dropDoubles() *series {
	s.value = s.value[:0]
	kept := s.at[:0]
	for _, p := range s.at {
		q := trend.Point{T: p.Time.Sub(s.since).Seconds(), V: float64(p.Value)}
		if n := len(kept); n > 0 && q.T-s.value[n-1].T < params.polls.sameTime {
			kept[n-1], s.value[n-1].V = p, q.V
			continue
		}
		kept, s.value = append(kept, p), append(s.value, q)
	}
	s.at = kept
	return s
}

// partSince returns the part of s since t.
func (s *series) partSince(t float64) *series {
	return s.slicePoints(sort.Search(len(s.value), func(i int) bool { return s.value[i].T >= t }), len(s.value))
}

// slicePoints returns the part of s from the point i to before the point j.
func (s *series) slicePoints(i, j int) *series {
	return &series{group: s.group, since: s.since, isOffHeap: s.isOffHeap, minRise: s.minRise, total: s.total, joint: s.joint, request: s.request, outgrowsLoad: s.outgrowsLoad, value: s.value[i:j], at: s.at[i:j]}
}

// span returns the time from the first point to the last, in seconds.
func (s *series) span() float64 {
	if len(s.value) == 0 {
		return 0
	}
	return s.lastTime() - s.value[0].T
}

func (s *series) lastTime() float64 { return s.value[len(s.value)-1].T }

func (s *series) isHeap() bool { return s.group.Kind == profile.Heap }

// atEffectiveTimes returns p, values of s, at the times that they describe rather than
// those at which they were polled: otherwise rates and evenness would lag behind as
// collections become rarer.
func (s *series) atEffectiveTimes(p []trend.Point) []trend.Point {
	out := slices.Clone(p)
	for i, at := range s.at {
		if !at.AsOf.IsZero() {
			out[i].T = at.AsOf.Sub(s.since).Seconds()
		}
	}
	return out
}

// widestGap returns the longest time between two points, in seconds.
func (s *series) widestGap() float64 {
	widest := 0.0
	for i := 1; i < len(s.value); i++ {
		widest = max(widest, s.value[i].T-s.value[i-1].T)
	}
	return widest
}

// largestObject returns the size of the largest live object over time.
func (s *series) largestObject() []trend.Point {
	out := make([]trend.Point, len(s.at))
	for i, p := range s.at {
		out[i] = trend.Point{T: s.value[i].T, V: float64(p.Largest)}
	}
	return out
}

// keptShare returns the share of the allocations that was retained, 1 for all. The
// number of goroutines started is unknown, so for goroutines it is 1 minus the
// observed ends.
func (s *series) keptShare() float64 {
	first, last := s.at[0], s.at[len(s.at)-1]
	rise := float64(last.Value - first.Value)
	if s.isHeap() {
		if allocs := float64(last.AllocSpace - first.AllocSpace); allocs > 0 {
			return rise / allocs
		}
		return 1
	}
	falls := 0.0
	for i := 1; i < len(s.at); i++ {
		falls += max(0, float64(s.at[i-1].Value-s.at[i].Value))
	}
	if rise <= 0 {
		return 0
	}
	return rise / (rise + falls)
}

// zScore returns the growth of the floor in standard errors: of the objects that
// the sampler actually sampled, or of goroutines.
func (s *series) zScore() float64 {
	if s.isOffHeap {
		return trend.Drift(s.value, params.rate.confidence).T
	}
	if !s.isHeap() {
		f := trend.Floor(s.value)
		before, after := f[0].V, f[len(f)-1].V
		return trend.ZScore(before, after, s.countTurnover())
	}
	first, last := s.at[0], s.at[len(s.at)-1]
	before := last.Raw
	for _, p := range s.at {
		before = min(before, p.Raw)
	}
	allocs := last.RawAlloc - first.RawAlloc
	frees := max(0, allocs-(last.Raw-first.Raw))
	return trend.ZScore(before, last.Raw, allocs+frees)
}

// countTurnover returns how many goroutines started and ended, as far as observed.
// Goroutines present all the time, thousands in a service that has leaked for a long
// time, do not contribute to the error.
func (s *series) countTurnover() float64 {
	sum := 0.0
	for i := 1; i < len(s.value); i++ {
		sum += math.Abs(s.value[i].V - s.value[i-1].V)
	}
	return sum
}

// countEvents returns the number of independent events in the growth of s.
func (s *series) countEvents() float64 {
	first, last := s.at[0], s.at[len(s.at)-1]
	if s.isHeap() {
		return last.Raw - first.Raw
	}
	return float64(last.Value - first.Value)
}

// meanSample returns the mean of the samples between two times in seconds after the
// first point.
func (s *series) meanSample(from, to float64) (m profile.GroupPoint) {
	n := 0.0
	for i, p := range s.at {
		if t := s.value[i].T - s.value[0].T; t >= from-params.polls.sameTime && t <= to+params.polls.sameTime {
			m.Raw, m.RawAlloc = m.Raw+p.Raw, m.RawAlloc+p.RawAlloc
			n++
		}
	}
	if n > 0 {
		m.Raw, m.RawAlloc = m.Raw/n, m.RawAlloc/n
	}
	return m
}

// medianRooms keep the memory for the values of windows without spikes: a judgment computes
// thousands and keeps none.
var medianRooms = sync.Pool{New: func() any { return new([]trend.Point) }}

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

package leak

import (
	"math"
	"math/bits"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// identity tells the moments of a series apart, by the last point of each and by those
// before that a history keeps for as long as the moment is asked for. If all points
// counted, all moments would have to be judged again whenever old points are dropped.
type identity struct {
	value []trend.Point
	last  []moment // what the point adds as the last one
	// sums are those of the first points of all cells, by tier and number of points: a moment
	// counts the points of each tier by their age.
	sums [profile.AgeTiers][]moment
}

// momentsAge is the maximum age of a moment that is asked for, with some room for the polls
// in a row that each needs: points that are older by as much than a tier are dropped.
func momentsAge() time.Duration { return params.polls.withdrawUnsure + 20*time.Second }

// identifyMoments returns the identity of a series.
func identifyMoments(s *series) identity {
	id := identity{value: s.value, last: make([]moment, len(s.value)+1)}
	id.last[0] = identifySeries(s)
	for k := range id.sums {
		id.sums[k] = make([]moment, len(s.value)+1)
	}
	for i := range s.value {
		h := identifyPoint(s, i)
		id.last[i+1] = h ^ id.last[0]
		for k := range id.sums {
			sum := id.sums[k][i]
			if i == 0 || s.at[i].Time.Cell(k) != s.at[i-1].Time.Cell(k) {
				sum += h
			}
			id.sums[k][i+1] = sum
		}
	}
	return id
}

// identify returns the moment of the first n points.
func (id identity) identify(n int) moment {
	h, end := id.last[n], n
	for k := 0; k < profile.AgeTiers && end > 0; k++ {
		since := id.value[n-1].T - (profile.TierAge(k) - momentsAge()).Seconds()
		from, _ := slices.BinarySearchFunc(id.value[:end], since, func(p trend.Point, t float64) int {
			if p.T < t {
				return -1
			}
			return 1
		})
		h += (id.sums[k][end] - id.sums[k][from]) * moment(2*k+1)
		end = from
	}
	return h
}

// identifySeries returns what all moments of a series have in common, other than points.
func identifySeries(s *series) moment {
	h := uint64(1)
	mix := func(v uint64) { h = bits.RotateLeft64(h^v, 29) * 0x9e3779b97f4a7c15 }
	mix(uint64(len(s.group.Kind)))
	if b := s.group.Blame; b != nil {
		mix(uint64(b.ID))
	}
	if st := topStack(s.group); st != nil && !s.isHeap() { // the stacks of a function change places
		mix(uint64(st.ID))
	}
	for _, flag := range []bool{s.isHeap(), s.isOffHeap, s.total, s.request, s.outgrowsLoad} {
		if flag {
			mix(1)
		} else {
			mix(0)
		}
	}
	mix(math.Float64bits(s.minRise))
	return moment(h)
}

// identifyPoint returns a hash of a point of a series, and of what it counts.
func identifyPoint(s *series, i int) moment {
	p, q := s.value[i], &s.at[i]
	h := math.Float64bits(p.T)*0x9e3779b97f4a7c15 + math.Float64bits(p.V)*0xbf58476d1ce4e5b9
	if !q.AsOf.IsZero() {
		h += uint64(q.AsOf.Sub(s.since)) * 0x94d049bb133111eb
	}
	h += uint64(q.Objects)*0xd6e8feb86659fd93 + uint64(q.AllocSpace)*0xa0761d6478bd642f
	h += uint64(q.AllocObjects)*0xe7037ed1a0b428db + uint64(q.Largest)*0x8ebc6af09c88c6e3
	h += math.Float64bits(q.Raw)*0x589965cc75374cc3 + math.Float64bits(q.RawAlloc)*0x1d8e4e27c47d124f
	h = (h ^ h>>32) * 0xd1b54a32d192ed03
	return moment(h ^ h>>29)
}

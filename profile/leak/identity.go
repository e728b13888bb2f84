package leak

import (
	"math"
	"math/bits"
	"slices"
	"sync"
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
	room *[]moment // the memory of all
}

// identityRooms keep the memory of identities, which a judgment makes of each series.
var identityRooms = sync.Pool{New: func() any { return new([]moment) }}

// momentsAge is the maximum age of a moment that is asked for, with some room for the polls
// in a row that each needs: points that are older by as much than a tier are dropped.
func momentsAge() time.Duration { return params.polls.withdrawUnsure + 20*time.Second }

// identifyMoments returns the identity of a series, which is to be released.
func identifyMoments(s *series) identity {
	size := len(s.value) + 1
	id := identity{value: s.value, room: identityRooms.Get().(*[]moment)}
	*id.room = slices.Grow((*id.room)[:0], size*(1+len(id.sums)))
	room := (*id.room)[:size*(1+len(id.sums))]
	id.last = room[:size]
	id.last[0] = identifySeries(s)
	for i := range s.value {
		id.last[i+1] = identifyPoint(s, i)
	}
	for k := range id.sums {
		id.sums[k] = room[size*(k+1) : size*(k+2)]
		id.sumUp(s, k)
	}
	return id
}

// release gives the memory of an identity back.
func (id identity) release() {
	if id.room != nil {
		identityRooms.Put(id.room)
	}
}

// sumUp makes the sums of a tier. Points that no moment counts in it are left out.
func (id identity) sumUp(s *series, k int) {
	newest, cell, sum := s.at[len(s.at)-1].Time, int64(math.MinInt64), moment(0)
	sums := id.sums[k]
	sums[0] = 0
	for i := range s.at {
		age := newest.Sub(s.at[i].Time)
		if age <= profile.TierAge(k)+momentsAge() && (k == 0 || age >= profile.TierAge(k-1)-2*momentsAge()) {
			if c := s.at[i].Time.Cell(k); c != cell {
				cell, sum = c, sum+id.last[i+1]
			}
		}
		sums[i+1] = sum
	}
}

// identify returns the moment of the first n points.
func (id identity) identify(n int) moment {
	h, end := id.last[0], n
	if n > 0 {
		h ^= id.last[n]
	}
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

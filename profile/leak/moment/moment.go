// Package moment identifies the moments of a series of the history, so that results about a
// moment can be remembered by its ID.
package moment

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// ID identifies the points of a series up to one of them.
type ID uint64

// Identity returns the IDs of the moments of a series. An ID depends on the last point of the
// moment and on those earlier points that the history keeps while the moment is needed. If it
// depended on all points, IDs would change whenever the history drops old points.
type Identity struct {
	points []profile.GroupPoint
	recent time.Duration
	series ID
	added  []ID // by point
	// sums are those of the first points of all cells, by tier and number of points: a moment
	// counts the points of each tier by their age.
	sums [profile.AgeTiers][]ID
	room *[]ID // the memory of all
}

// rooms keep the memory of identities.
var rooms = sync.Pool{New: func() any { return new([]ID) }}

// Identify returns the identity of a series, which must be released. Moments up to the age
// recent are needed.
func Identify(series ID, points []profile.GroupPoint, recent time.Duration) Identity {
	n := len(points)
	id := Identity{points: points, recent: recent, series: series, room: rooms.Get().(*[]ID)}
	size := n + len(id.sums)*(n+1)
	*id.room = slices.Grow((*id.room)[:0], size)
	room := (*id.room)[:size]
	id.added, room = room[:n], room[n:]
	for i := range points {
		id.added[i] = hashPoint(&points[i])
	}
	for k := range id.sums {
		id.sums[k], room = room[:n+1], room[n+1:]
		id.sumUp(k)
	}
	return id
}

// Release returns the memory of an identity to the pool.
func (id Identity) Release() {
	if id.room != nil {
		rooms.Put(id.room)
	}
}

// sumUp computes the sums of a tier. Points that no moment counts in the tier are left out.
func (id Identity) sumUp(k int) {
	sums := id.sums[k]
	sums[0] = 0
	if len(id.points) == 0 {
		return
	}
	newest, cell, sum := id.points[len(id.points)-1].Time, int64(math.MinInt64), ID(0)
	for i := range id.points {
		at := id.points[i].Time
		age := newest.Sub(at)
		if age <= profile.TierAge(k)+id.recent && (k == 0 || age >= profile.TierAge(k-1)-2*id.recent) {
			if c := at.Cell(k); c != cell {
				cell, sum = c, sum+id.added[i]
			}
		}
		sums[i+1] = sum
	}
}

// Identify returns the moment of the first n points.
func (id Identity) Identify(n int) ID {
	if n == 0 {
		return id.series
	}
	h, end := id.series^id.added[n-1], n
	now := id.points[n-1].Time
	for k := 0; k < profile.AgeTiers && end > 0; k++ {
		since := now.Add(id.recent - profile.TierAge(k))
		from, _ := slices.BinarySearchFunc(id.points[:end], since, func(p profile.GroupPoint, t profile.Instant) int { return cmp.Compare(p.Time, t) })
		h += (id.sums[k][end] - id.sums[k][from]) * ID(2*k+1)
		end = from
	}
	return h
}

// hashPoint returns a hash of a point.
func hashPoint(p *profile.GroupPoint) ID {
	h := uint64(p.Time)*0x9e3779b97f4a7c15 + uint64(p.Value)*0xbf58476d1ce4e5b9 + uint64(p.AsOf)*0x94d049bb133111eb
	h += uint64(p.Objects)*0xd6e8feb86659fd93 + uint64(p.AllocSpace)*0xa0761d6478bd642f
	h += uint64(p.AllocObjects)*0xe7037ed1a0b428db + uint64(p.Largest)*0x8ebc6af09c88c6e3
	h += math.Float64bits(p.Raw)*0x589965cc75374cc3 + math.Float64bits(p.RawAlloc)*0x1d8e4e27c47d124f
	h = (h ^ h>>32) * 0xd1b54a32d192ed03
	return ID(h ^ h>>29)
}

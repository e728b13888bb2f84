package leak

import (
	"math"
	"math/rand/v2"
	"slices"
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// sim is a simulated service: things are created at a rate and live for a while. Its profiles are like those
// of the runtime: objects are sampled at one per 512 KiB, and until the next collection a profile shows the
// state of the second-to-last one.
type sim struct {
	name string
	leak bool
	kind profile.Kind
	size float64 // bytes per object; 0 for goroutines
	// rate is the number created per second at t; life is the lifetime of one created at t, +Inf for forever.
	rate func(t float64) float64
	life func(r *rand.Rand, t float64) float64
	// gc is the time between collections in seconds; 0 means 3.
	gc float64
	// churnRate is the churn in the same function, in bytes per second that live for 20 s.
	churnRate float64
	// serves means that the goroutines wait for work.
	serves bool
	// truth is the true rate of the leak, in bytes or goroutines per second.
	truth float64
}

const samplingRate = 512 << 10

// simObject is an object or a goroutine, or all objects that a sampled one represents.
type simObject struct{ born, dies, each, count float64 }

// played is a run of a simulated service: its series as polled every 2 s, and what its collector reports.
type played struct {
	group  profile.Group
	memory []memory.Reading
}

// simulate simulates the service for some seconds.
func (m sim) simulate(r *rand.Rand, seconds float64) played {
	seen, all := m.makeThings(r, seconds, m.size, m.rate, m.life)
	if m.churnRate > 0 {
		churn := func(*rand.Rand, float64) float64 { return 20 * r.ExpFloat64() }
		a, b := m.makeThings(r, seconds, 4096, constantRate(m.churnRate/4096), churn)
		seen, all = append(seen, a...), append(all, b...)
	}
	group := profile.Group{Kind: m.kind, Blame: leakingFunction, Stacks: []*profile.Stack{guiltyStack}}
	if m.serves {
		group.Stacks = []*profile.Stack{servingStack}
	}
	return m.observe(group, seen, all, m.collectionTimes(r, seconds), seconds)
}

// observe polls the sampled objects of a group every 2 s.
func (m sim) observe(group profile.Group, seen, all []simObject, cycles []float64, seconds float64) played {
	p := played{group: group}
	seenAt := -1.0
	for t := 0.0; t <= seconds; t += 2 {
		at := t
		if m.kind == profile.Heap {
			i, _ := slices.BinarySearch(cycles, t)
			if i >= 1 {
				p.memory = append(p.memory, memory.Reading{Time: secondsAfterStart(t), NumGC: uint32(i), NextGC: goalAfter(all, cycles[i-1])})
			}
			if i < 2 || cycles[i-2] == seenAt {
				continue
			}
			at = cycles[i-2]
			seenAt = at
		}
		o := observeAlive(seen, m.kind, at, t)
		if n := len(p.group.Points); n > 0 && m.kind == profile.Heap {
			o.AsOf = p.group.Points[n-1].Time
		}
		p.group.Points = append(p.group.Points, o)
	}
	return p
}

// inputAt returns the judge's input some seconds after the start.
func (p played) inputAt(seconds float64) Input {
	now, part := secondsAfterStart(seconds), p.group
	n, _ := slices.BinarySearchFunc(part.Points, now, func(p profile.GroupPoint, t time.Time) int { return p.Time.Compare(profile.InstantOf(t.Add(1))) })
	part.Points = part.Points[:n]
	in := Input{Now: now, Start: began, Memory: p.memory[:sort.Search(len(p.memory), func(i int) bool { return p.memory[i].Time.After(now) })]}
	if part.Kind == profile.Heap {
		in.Heap = []profile.Group{part}
		for _, o := range part.Points {
			in.Live = append(in.Live, profile.Value{Time: o.Time.AsTime(), V: otherObjects + float64(o.Value)})
		}
	} else {
		in.Goroutines = []profile.Group{part}
	}
	return in
}

func secondsAfterStart(t float64) time.Time {
	return began.Add(time.Duration(t * float64(time.Second)))
}

// otherObjects is the size of what else is live.
const otherObjects = 4.0 * mib

// goalAfter returns the heap goal after a collection: twice the live heap, including 4 MiB of other objects.
func goalAfter(all []simObject, at float64) uint64 {
	live := otherObjects
	for _, x := range all {
		if x.born <= at && x.dies > at {
			live += x.each
		}
	}
	return uint64(2 * live)
}

// collectionTimes returns the times at which collections end.
func (m sim) collectionTimes(r *rand.Rand, seconds float64) []float64 {
	gap := m.gc
	if gap == 0 {
		gap = 3
	}
	var out []float64
	for t := -2 * gap; t < seconds; t += gap * (0.7 + 0.6*r.Float64()) {
		out = append(out, t)
	}
	return out
}

// makeThings returns all created objects, and those that are sampled.
func (m sim) makeThings(r *rand.Rand, seconds, size float64, rate func(float64) float64, life func(*rand.Rand, float64) float64) (seen, all []simObject) {
	share := 1.0
	if m.kind == profile.Heap {
		share = -math.Expm1(-size / samplingRate)
	}
	const dt = 0.1
	for t := 0.0; t < seconds; t += dt {
		for range drawPoisson(r, rate(t)*dt) {
			born := t + dt*r.Float64()
			x := simObject{born, born + life(r, born), max(size, 1), 1}
			all = append(all, x)
			if r.Float64() < share {
				seen = append(seen, simObject{x.born, x.dies, x.each / share, 1 / share})
			}
		}
	}
	return seen, all
}

// observeAlive returns the objects alive at one time, as an observation polled at another.
func observeAlive(things []simObject, kind profile.Kind, at, polled float64) profile.GroupPoint {
	p := profile.GroupPoint{Time: profile.InstantOf(secondsAfterStart(polled))}
	var value, allocs, objects, allocObjects float64
	for _, x := range things {
		if x.born > at {
			continue
		}
		allocs, allocObjects = allocs+x.each, allocObjects+x.count
		p.RawAlloc++
		if x.dies > at {
			value, objects = value+x.each, objects+x.count
			p.Raw++
		}
	}
	p.Value = int64(value)
	if kind == profile.Goroutine {
		p.Raw, p.RawAlloc = 0, 0
		return p
	}
	p.AllocSpace, p.Objects, p.AllocObjects = int64(allocs), int64(objects), int64(allocObjects)
	return p
}

// began is the start time of simulated services.
var began = time.Date(2026, 3, 1, 2, 0, 0, 0, time.UTC)

// guilty is the leaking function of simulated services.
var (
	leakingFunction = &profile.Function{Name: "example.com/shop/store.keep", File: "store/keep.go", StartLine: 10, Class: profile.ClassUser}
	guiltyStack     = profile.NewStack(leakingFunction, profile.Frame{Func: leakingFunction, Line: 12})
	// servingStack is the stack of a worker that ranges over a channel.
	servingStack = profile.NewStack(
		leakingFunction,
		profile.Frame{Func: &profile.Function{Name: "runtime.chanrecv"}}, profile.Frame{Func: &profile.Function{Name: "runtime.chanrecv2"}},
		profile.Frame{Func: leakingFunction, Line: 12},
	)
)

func drawPoisson(r *rand.Rand, mean float64) int {
	if mean > 30 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*r.NormFloat64())))
	}
	n, p := 0, math.Exp(-mean)
	for u := r.Float64(); u > p && n < 1000; n++ {
		u -= p
		p *= mean / float64(n+1)
	}
	return n
}

func constantRate(v float64) func(float64) float64 { return func(float64) float64 { return v } }

// liveForever returns the lifetime of leaked objects.
func liveForever(*rand.Rand, float64) float64 { return math.Inf(1) }

// fixedLife returns a fixed lifetime.
func fixedLife(s float64) func(*rand.Rand, float64) float64 {
	return func(*rand.Rand, float64) float64 { return s }
}

package memlimit

import (
	"math"
	"os"
	"runtime/debug"
	"runtime/metrics"
)

// Pressure says how close the memory use is to the soft limit.
type Pressure int

// Levels of pressure, and what to do.
const (
	Calm     Pressure = iota // nothing
	High                     // release memory
	Critical                 // release memory and accept no more data
)

// Shares of the soft limit above which the garbage collector, which runs when the live
// heap has doubled or at the limit, would run so often that it takes a whole core.
const (
	highShare     = 0.6
	criticalShare = 0.8
)

// Gauge measures the memory use.
type Gauge struct {
	// Read returns the bytes that were live after the last garbage collection,
	// how many collections there were, and the limit in bytes.
	Read func() (live, collections, limit uint64)

	// SetPercent sets GOGC; nil if the user has set it.
	SetPercent func(percent int) int

	acted   uint64 // number of collections at the last result other than Calm
	percent int    // that was set
}

// Bounds on garbage. A poll makes about 1 MB of garbage, or 5 MB for a large service,
// whatever the size of the heap. As a share of the heap, which is what GOGC sets, that is
// so little for a small heap that it is collected all the time, and so much for a large
// one that tens of megabytes are wasted.
const (
	garbageRoom = 4 << 20 // bytes
	minPercent  = 10
	maxPercent  = 150
)

// adaptPercent sets GOGC so that the garbage takes about garbageRoom.
func (g *Gauge) adaptPercent(live uint64) {
	if g.SetPercent == nil || live == 0 {
		return
	}
	percent := int(min(max(100*garbageRoom/live, minPercent), maxPercent))
	if d := percent - g.percent; 4*max(d, -d) < g.percent && percent != minPercent || d == 0 {
		return // each change stops the program for a moment
	}
	g.percent = percent
	g.SetPercent(percent)
}

// NewGauge returns the gauge of this process.
func NewGauge() *Gauge {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	g := &Gauge{Read: func() (live, collections, limit uint64) {
		metrics.Read(samples)
		return samples[0].Value.Uint64(), samples[1].Value.Uint64(), uint64(debug.SetMemoryLimit(-1))
	}}
	if os.Getenv("GOGC") == "" {
		g.SetPercent = debug.SetGCPercent
	}
	return g
}

// Pressure returns the current pressure. After a result other than Calm it returns
// Calm until the next collection, which shows the effect of what was released. It is
// not safe for concurrent use.
func (g *Gauge) Pressure() Pressure {
	live, collections, limit := g.Read()
	g.adaptPercent(live)
	if limit == math.MaxInt64 || collections == g.acted {
		return Calm
	}
	p := Calm
	switch share := float64(live) / float64(limit); {
	case share >= criticalShare:
		p = Critical
	case share >= highShare:
		p = High
	}
	if p != Calm {
		g.acted = collections
	}
	return p
}

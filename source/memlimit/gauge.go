package memlimit

import (
	"math"
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

	acted uint64 // number of collections at the last result other than Calm
}

// NewGauge returns the gauge of this process.
func NewGauge() *Gauge {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	return &Gauge{Read: func() (live, collections, limit uint64) {
		metrics.Read(samples)
		return samples[0].Value.Uint64(), samples[1].Value.Uint64(), uint64(debug.SetMemoryLimit(-1))
	}}
}

// Pressure returns the current pressure. After a result other than Calm it returns
// Calm until the next collection, which shows the effect of what was released. It is
// not safe for concurrent use.
func (g *Gauge) Pressure() Pressure {
	live, collections, limit := g.Read()
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

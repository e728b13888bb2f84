package memlimit

import (
	"math"
	"runtime/debug"
	"runtime/metrics"
)

// Pressure is how near the limit is.
type Pressure int

// The pressures, and what to do about them.
const (
	Calm     Pressure = iota // nothing
	High                     // hold less
	Critical                 // hold less, and take in no more
)

// At these shares of the soft limit the collector has to run so often that it
// takes a core: it runs when the live heap has doubled, or at the limit.
const (
	highShare     = 0.6
	criticalShare = 0.8
)

// Gauge reads how much memory is in use.
type Gauge struct {
	// Read returns the bytes that were live after the last garbage collection,
	// how many collections there were, and the limit in bytes.
	Read func() (live, collections, limit uint64)

	acted uint64 // collections when something was done last
}

// NewGauge returns the gauge of this process.
func NewGauge() *Gauge {
	samples := []metrics.Sample{{Name: "/gc/heap/live:bytes"}, {Name: "/gc/cycles/total:gc-cycles"}}
	return &Gauge{Read: func() (live, collections, limit uint64) {
		metrics.Read(samples)
		return samples[0].Value.Uint64(), samples[1].Value.Uint64(), uint64(debug.SetMemoryLimit(-1))
	}}
}

// Pressure returns what is to be done now. After an answer other than Calm it
// says Calm until a collection has shown what that has brought. It is not safe
// for concurrent use.
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

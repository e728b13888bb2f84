package demo

import (
	"context"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"
)

var finalizerCycle = Scenario{
	Name:  "finalizer-cycle",
	Kind:  Leak,
	About: "objects with finalizers form cycles, so they are never freed: 512 KiB per second",
	Want: Want{
		Kind: ofHeap, Function: here + "(*scanners).connect", StackFunction: here + "(*scanners).connect",
		// A profile cannot show that nothing references them, nor that they have finalizers.
		Signature: "unbounded-collection", StackSignature: "unbounded-collection", PerSecond: 512 << 10,
	},
	start: func(ctx context.Context, e *env) {
		s := &scanners{}
		e.handle("POST /scans", s.scan)
		e.load(ctx, load{method: http.MethodPost, path: "/scans", every: time.Second / 32, keeps: 16 << 10})
		e.atEnd(func() { s.made.each(func(c *scanner) { c.cable.scanner = nil }) })
	},
}

type scanners struct {
	made  loose[scanner]
	freed atomic.Int64
}

type scanner struct {
	cable *cable
	image [16<<10 - 8]byte
}

type cable struct {
	scanner *scanner
}

func (s *scanners) scan(w http.ResponseWriter, _ *http.Request) {
	s.connect()
	w.WriteHeader(http.StatusAccepted)
}

func (s *scanners) connect() {
	c := &scanner{cable: &cable{}}
	c.cable.scanner = c
	c.image[0] = 1
	s.made.add(c)
	runtime.SetFinalizer(c, func(*scanner) { s.freed.Add(1) })
}

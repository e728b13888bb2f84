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
		Kind: growsHeap, Function: packagePrefix + "(*scanners).connect", StackFunction: packagePrefix + "(*scanners).connect",
		// A profile cannot show that nothing references them, nor that they have finalizers.
		Signature: "unbounded-collection", StackSignature: "unbounded-collection", PerSecond: 512 << 10,
	},
	start: func(ctx context.Context, e *environment) {
		s := &scanners{}
		e.handlePage("POST /scans", s.handleScan)
		e.sendRequests(ctx, requestLoad{method: http.MethodPost, path: "/scans", every: time.Second / 32, keeps: 16 << 10})
		e.atEnd(func() { s.made.forEach(func(c *scanner) { c.cable.scanner = nil }) })
	},
}

type scanners struct {
	made  weakSet[scanner]
	freed atomic.Int64
}

type scanner struct {
	cable *cable
	image [16<<10 - 8]byte
}

type cable struct {
	scanner *scanner
}

func (s *scanners) handleScan(w http.ResponseWriter, _ *http.Request) {
	s.connect()
	w.WriteHeader(http.StatusAccepted)
}

func (s *scanners) connect() {
	c := &scanner{cable: &cable{}}
	c.cable.scanner = c
	c.image[0] = 1
	s.made.addWeak(c)
	runtime.SetFinalizer(c, func(*scanner) { s.freed.Add(1) })
}

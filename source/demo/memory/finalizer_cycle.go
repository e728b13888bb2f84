package memory

import (
	"context"
	"net/http"
	"runtime"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/source/demo/shop"
)

var finalizerCycle = shop.Scenario{
	Name:  "finalizer-cycle",
	Kind:  shop.Leak,
	About: "objects with finalizers form cycles, so they are never freed: 512 KiB per second",
	Want: shop.Want{
		Kind: shop.GrowsHeap, Function: packagePrefix + "(*scanners).connect", StackFunction: packagePrefix + "(*scanners).connect",
		// A profile cannot show that nothing references them, nor that they have finalizers.
		Signature: "unbounded-collection", StackSignature: "unbounded-collection", PerSecond: 512 << 10,
	},
	Start: func(ctx context.Context, e *shop.Environment) {
		s := &scanners{}
		e.HandlePage("POST /scans", s.handleScan)
		e.SendRequests(ctx, shop.RequestLoad{Method: http.MethodPost, Path: "/scans", Every: time.Second / 32, Keeps: 16 << 10})
		e.AtEnd(func() { s.made.ForEach(func(c *scanner) { c.cable.scanner = nil }) })
	},
}

type scanners struct {
	made  shop.WeakSet[scanner]
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
	s.made.Add(c)
	runtime.SetFinalizer(c, func(*scanner) { s.freed.Add(1) })
}

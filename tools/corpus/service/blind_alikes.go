package service

import (
	"database/sql"
	"fmt"
	"math/rand/v2"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"
)

// blindAlikes do not leak.
var blindAlikes = []Service{
	{Name: "blind-cache-bounded-late", start: func(s *shop) {
		c := &bounded{byKey: map[uint64][]byte{}, most: 2500}
		s.keep["cache"] = c
		s.at(always(35), c.put)
	}},
	{Name: "blind-workers-scale-up", start: func(s *shop) {
		p := &scaling{jobs: make(chan struct{})}
		s.keep["pool"] = p
		s.at(func(t float64) float64 { return 20 + 2*min(t, 80) }, p.submit)
	}},
	{Name: "blind-limit-instead-of-percent", start: func(s *shop) {
		debug.SetGCPercent(-1)
		debug.SetMemoryLimit(150 * mib)
		s.ballast(40 * mib)
		s.at(always(600), garbage)
	}},
	{Name: "blind-pool-waits-in-bursts", start: func(s *shop) {
		db := openFake()
		s.at(func(t float64) float64 {
			if int(t)%40 < 5 {
				return 60
			}
			return 2
		}, func() { go holdTx(db) })
	}},
	{Name: "blind-two-generations", start: func(s *shop) {
		g := &generations{}
		s.keep["generations"] = g
		s.at(always(100), g.put)
		go func() {
			for range time.Tick(50 * time.Second) {
				g.swap()
			}
		}()
	}},
}

// bounded replaces a value once it is full.
type bounded struct {
	byKey map[uint64][]byte
	most  int
}

func (b *bounded) put() {
	if len(b.byKey) >= b.most {
		for k := range b.byKey {
			delete(b.byKey, k)
			break
		}
	}
	b.byKey[rand.Uint64()] = make([]byte, 8*kib+rand.IntN(8*kib))
}

// scaling starts a worker where none is free, up to 200; each ends when idle.
type scaling struct {
	jobs    chan struct{}
	workers atomic.Int64
}

func (p *scaling) submit() {
	select {
	case p.jobs <- struct{}{}:
	default:
		if p.workers.Add(1) > 200 {
			p.workers.Add(-1)
			return
		}
		go p.work()
	}
}

func (p *scaling) work() {
	defer p.workers.Add(-1)
	for {
		time.Sleep(time.Duration(400+rand.IntN(400)) * time.Millisecond)
		select {
		case <-p.jobs:
		case <-time.After(10 * time.Second):
			return
		}
	}
}

func holdTx(db *sql.DB) {
	rows, err := db.Query("select n from orders")
	if err != nil {
		return
	}
	time.Sleep(30 * time.Millisecond)
	_ = rows.Err()
	_ = rows.Close()
}

type generations struct {
	mu        sync.Mutex
	old, next map[string][]byte
}

func (g *generations) put() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.next == nil {
		g.next = map[string][]byte{}
	}
	g.next[fmt.Sprint(rand.Uint64())] = make([]byte, 4*kib)
}

func (g *generations) swap() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.old, g.next = g.next, nil
}

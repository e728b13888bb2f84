package service

import (
	"container/list"
	"math"
	"math/rand/v2"
	"runtime"
	"runtime/debug"
	"sync"
	"time"
)

// heapAlikes are services whose heap grows but does not leak.
var heapAlikes = []Service{
	{Name: "batch-each-45-s", start: func(s *shop) { s.batch(45, 15, 30*mib) }},
	{Name: "batch-each-90-s", start: func(s *shop) { s.batch(90, 40, 40*mib) }},
	{Name: "big-heap-steady", start: func(s *shop) {
		s.ballast(256 * mib)
		s.turnover(always(100), always(5))
		s.at(always(1200), garbage)
	}},
	{Name: "rare-collections", start: func(s *shop) {
		debug.SetGCPercent(800)
		s.ballast(24 * mib)
		s.turnover(always(100), always(8))
	}},
	{Name: "every-object-sampled-steady", start: func(s *shop) {
		runtime.MemProfileRate = 1
		s.turnover(always(50), always(8))
	}},
	{Name: "fine-sampling-steady", start: func(s *shop) {
		runtime.MemProfileRate = 64 * kib
		s.turnover(always(200), always(10))
	}},
	{Name: "load-doubles", start: func(s *shop) {
		s.turnover(func(t float64) float64 {
			if t < 90 {
				return 150
			}
			return 300
		}, always(6))
	}},
	{Name: "load-rises-for-two-minutes", start: func(s *shop) {
		s.turnover(func(t float64) float64 { return 50 + 3*min(t, 120) }, always(6))
	}},
	{Name: "cache-fills-in-150-s", Ramp: true, start: func(s *shop) { s.lru(always(120), 18000) }},
	{Name: "ring-fills-in-60-s", start: func(s *shop) { s.lru(always(100), 6000) }},
	{Name: "ttl-of-a-minute", start: func(s *shop) { s.turnover(always(100), always(60)) }},
	{Name: "flush-each-minute", start: func(s *shop) { s.flushes(60) }},
	{Name: "heap-in-slow-waves", Ramp: true, start: func(s *shop) { s.turnover(wave(250, 0.8, 240), always(10)) }},
	{Name: "pools-in-bursts", start: pooled},
	{Name: "popular-keys", start: func(s *shop) {
		seen := map[int][]byte{}
		s.keep["seen"] = seen
		s.at(always(200), func() {
			if k := int(math.Pow(rand.Float64(), 3) * 6000); seen[k] == nil {
				seen[k] = make([]byte, 8*kib)
			}
		})
	}},
}

// turnover holds objects of 8 KiB that are created at a rate and live for a while.
func (s *shop) turnover(rate, life func(float64) float64) {
	q := &queue{all: list.New()}
	s.keep["queue"] = q
	s.at(rate, func() { q.add(time.Duration(life(s.seconds()) * float64(time.Second))) })
	s.at(always(20), q.expire)
}

type queue struct {
	mu  sync.Mutex
	all *list.List
}

type thing struct {
	until time.Time
	data  []byte
}

func (q *queue) add(life time.Duration) {
	t := &thing{time.Now().Add(life), make([]byte, 8*kib)}
	q.mu.Lock()
	defer q.mu.Unlock()
	q.all.PushBack(t)
}

func (q *queue) expire() {
	q.mu.Lock()
	defer q.mu.Unlock()
	for e := q.all.Front(); e != nil; e = q.all.Front() {
		if t, _ := e.Value.(*thing); time.Now().Before(t.until) {
			return
		}
		q.all.Remove(e)
	}
}

// lru holds the most recently used objects of 4 KiB.
func (s *shop) lru(rate func(float64) float64, size int) {
	c := &cache{size: size}
	s.keep["cache"] = c
	s.at(rate, c.add)
}

type cache struct {
	size int
	all  [][]byte
	next int
}

func (c *cache) add() {
	b := make([]byte, 4*kib)
	if len(c.all) < c.size {
		c.all = append(c.all, b)
		return
	}
	c.all[c.next%c.size] = b
	c.next++
}

// batch gathers bytes for some seconds of every period, then frees them.
func (s *shop) batch(period, length float64, bytes int) {
	j := &nightly{}
	s.keep["nightly"] = j
	per := float64(bytes) / length / (32 * kib)
	s.at(func(t float64) float64 {
		if math.Mod(t, period) < length {
			return per
		}
		return 0
	}, j.gather)
	s.at(always(4), func() {
		if math.Mod(s.seconds(), period) > length+3 {
			j.done()
		}
	})
}

type nightly struct {
	mu   sync.Mutex
	rows [][]byte
}

func (n *nightly) gather() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rows = append(n.rows, make([]byte, 32*kib))
}

func (n *nightly) done() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rows = nil
}

// flushes gathers bytes and writes them out every period.
func (s *shop) flushes(period float64) {
	j := &nightly{}
	s.keep["outbox"] = j
	s.at(always(16), j.gather)
	flushed := 0.0
	s.at(always(4), func() { // late on a busy machine, but not left out
		if n := math.Floor(s.seconds() / period); n > flushed {
			flushed = n
			j.done()
		}
	})
}

// pooled occasionally uses many buffers of a pool for some seconds.
func pooled(s *shop) {
	pool := &sync.Pool{New: func() any { return new([64 * kib]byte) }}
	s.at(wave(150, 1, 30), func() {
		b := pool.Get()
		time.AfterFunc(time.Second, func() { pool.Put(b) })
	})
}

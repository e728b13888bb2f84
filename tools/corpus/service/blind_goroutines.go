package service

import (
	"context"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// The services whose names begin with "blind" were written before the judge had been
// run on any of them.

// blindGoroutines start goroutines that do not end.
var blindGoroutines = []Service{
	{
		Name:  "blind-group-drains-open-channel",
		Leaks: []Leak{{"service.(*pipeline).drain", []string{"group-workers-not-ended", "range-over-unclosed-channel"}, 2}},
		start: func(s *shop) { s.leaking(always(1), func() { go (&pipeline{}).process() }) },
	},
	{
		Name:  "blind-generic-merge",
		Leaks: []Leak{{"service.merge[...].func1", []string{"select-without-done"}, 2}},
		start: func(s *shop) {
			s.leaking(always(2), func() { merge(make(chan string), make(chan string)) })
		},
	},
	{
		Name:  "blind-beat-by-method-value",
		Leaks: []Leak{{"service.(*lease).beat", []string{"ticker-without-stop", "range-over-unclosed-channel"}, 1.5}},
		start: func(s *shop) {
			s.leaking(always(1.5), func() {
				l := &lease{}
				start := l.beat
				go start()
			})
		},
	},
	{
		Name:  "blind-gateway-of-silent-clients",
		Leaks: []Leak{{"service.(*gateway).serve", []string{"read-without-deadline"}, 2}},
		start: func(s *shop) {
			g := newGateway()
			s.keep["gateway"] = g
			s.leaking(always(2), g.visit)
		},
	},
	{
		Name: "blind-transport-cloned-per-call", Library: true,
		Leaks: []Leak{{"service.(*exchange).today", []string{"transport-per-call"}, 0}},
		start: func(s *shop) {
			r := &exchange{url: remote("http")}
			s.leaking(always(2), r.today)
		},
	},
	{
		Name:  "blind-watchdog-on-background",
		Leaks: []Leak{{"service.(*watchdog).guard.func1", []string{"select-without-done", "long-sleep", "pending-timers"}, 2}},
		start: func(s *shop) {
			s.leaking(always(2), func() { (&watchdog{limit: time.Hour}).guard(context.Background()) })
		},
	},
	{
		Name:  "blind-once-behind-itself",
		Leaks: []Leak{{"service.(*onceLoaded).load", []string{"mutex-not-unlocked", "rwmutex-reader-waits", "waits-for-call-in-flight", "waits-for-once"}, 3}},
		start: func(s *shop) {
			c := &onceLoaded{}
			s.keep["onceLoaded"] = c
			s.leaking(always(3), func() { go c.load() })
		},
	},
}

type pipeline struct{ results chan int }

// process starts two workers, which wait for results of a channel that is never closed.
func (p *pipeline) process() {
	p.results = make(chan int)
	g := &errgroup.Group{}
	g.Go(p.drain)
	g.Go(p.drain)
	p.results <- 1
	p.results <- 2
}

func (p *pipeline) drain() error {
	sum := 0
	for v := range p.results {
		sum += v
	}
	return nil
}

func merge[T any](a, b <-chan T) <-chan T {
	out := make(chan T)
	go func() {
		for {
			select {
			case v := <-a:
				out <- v
			case v := <-b:
				out <- v
			}
		}
	}()
	return out
}

type lease struct{ n int }

func (l *lease) beat() {
	for range time.NewTicker(time.Second).C {
		l.n++
	}
}

// gateway has a goroutine for each connection of clients that never say anything.
type gateway struct {
	addr  string
	mu    sync.Mutex
	conns []net.Conn
}

func newGateway() *gateway {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic(err)
	}
	g := &gateway{addr: l.Addr().String()}
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go g.serve(c)
		}
	}()
	return g
}

func (g *gateway) serve(c net.Conn) {
	head := make([]byte, 512)
	for {
		if _, err := io.ReadFull(c, head); err != nil {
			return
		}
	}
}

func (g *gateway) visit() {
	c, err := net.Dial("tcp", g.addr)
	if err != nil {
		return
	}
	g.mu.Lock()
	g.conns = append(g.conns, c)
	g.mu.Unlock()
}

type exchange struct{ url string }

func (r *exchange) today() {
	t := http.DefaultTransport.(*http.Transport).Clone()
	t.IdleConnTimeout = 0 // else there are ever as many as come in 90 s
	client := &http.Client{Transport: t}
	resp, err := client.Get(r.url + "/rates")
	if err != nil {
		return
	}
	_, _ = io.Copy(io.Discard, resp.Body)
	_ = resp.Body.Close()
}

type watchdog struct{ limit time.Duration }

// guard gives a job an hour, and never notices that it is done.
func (w *watchdog) guard(ctx context.Context) {
	go func() {
		t := time.NewTimer(w.limit)
		select {
		case <-t.C:
		case <-ctx.Done():
		}
	}()
}

// onceLoaded is loaded once; the load hangs.
type onceLoaded struct{ once sync.Once }

func (c *onceLoaded) load() {
	c.once.Do(func() { time.Sleep(time.Hour + time.Duration(rand.IntN(10))) })
}

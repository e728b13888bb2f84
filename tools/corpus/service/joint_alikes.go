package service

import (
	"container/list"
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

// jointAlikes also have entries of several allocations, but within a bound.
var jointAlikes = []Service{
	{Name: "joint-logins-expire", start: func(s *shop) {
		l := &logins{byToken: map[string]*login{}}
		s.keep["logins"] = l
		s.at(always(30), func() {
			l.login()
			l.expireOldest(1500)
		})
	}},
	{Name: "joint-letters-expire", start: func(s *shop) { // each lives for 70 seconds
		o := &outbox{byID: map[string]*letter{}}
		s.keep["outbox"] = o
		s.at(always(25), o.enqueue)
		s.at(always(2), func() { o.expire(70 * time.Second) })
	}},
	{Name: "joint-recent-upstreams", start: func(s *shop) { // the least recently used of 1,400 goes
		r := &recentUpstreams{byHost: map[string]*list.Element{}, most: 1400}
		s.keep["recent"] = r
		s.at(always(22), r.request)
	}},
	{Name: "joint-registry-fills", start: func(s *shop) { // a fixed number of tenants, met at random
		t := &tenants{rules: map[string]*ruleSet{}}
		s.keep["tenants"] = t
		s.at(always(25), func() { t.rulesOf(fmt.Sprintf("tenant-%d", rand.IntN(700))) })
	}},
	{Name: "joint-spans-exported", start: func(s *shop) { // every 25 seconds
		t := &tracer{}
		s.keep["tracer"] = t
		s.at(always(60), t.handle)
		go func() {
			for range time.Tick(25 * time.Second) {
				t.mu.Lock()
				t.finished = nil
				t.mu.Unlock()
			}
		}()
	}},
	{Name: "joint-crawl-ends", start: func(s *shop) { // after a minute, and its result is kept
		c := &crawl{visited: map[string]*visitedPage{}}
		s.keep["crawl"] = c
		s.at(func(t float64) float64 {
			if t < 60 {
				return 20
			}
			return 0
		}, c.visit)
	}},
	{Name: "joint-letters-in-flight", start: func(s *shop) { // 2 to 30 seconds each, the more the busier
		s.at(wave(12, 0.4, 70), func() {
			go func() {
				id := messageID()
				l := &letter{header: letterHeader(id), body: letterBody(), retry: newRetrying()}
				extra := make([]byte, 16*kib)
				time.Sleep(time.Duration(2+rand.IntN(28)) * time.Second)
				extra[0] = l.body[0]
			}()
		})
	}},
	{Name: "joint-pool-fills", start: func(s *shop) { // as many as were ever in use at once
		p := &loginPool{}
		s.keep["pool"] = p
		s.at(wave(60, 0.5, 90), func() { go p.use() })
	}},
	{Name: "joint-meters-expire-late", start: func(s *shop) { // a label set lives for 100 seconds without a sample
		m := &meterVec{children: map[string]*meter{}}
		s.keep["meters"] = m
		s.at(always(40), m.request)
		go func() {
			for range time.Tick(100 * time.Second) {
				m.mu.Lock()
				m.children = map[string]*meter{}
				m.mu.Unlock()
			}
		}()
	}},
}

// expireOldest drops logins at random until at most most are left.
func (l *logins) expireOldest(most int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for k := range l.byToken {
		if len(l.byToken) <= most {
			return
		}
		delete(l.byToken, k)
	}
}

// expire drops the letters that are older than a time.
func (o *outbox) expire(after time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for k, l := range o.byID {
		if time.Since(l.retry.next.Add(-time.Minute)) > after {
			delete(o.byID, k)
		}
	}
}

type (
	recentUpstreams struct {
		byHost map[string]*list.Element
		order  list.List
		most   int
	}
	recentUpstream struct {
		host string
		up   *upstream
	}
)

func (r *recentUpstreams) request() {
	host := fmt.Sprintf("tenant-%x.shop.example", rand.Uint64())
	one := &upstream{to: parseUpstream(host), transport: newUpstreamTransport(), header: forwardHeader(host), health: newProbes()}
	r.byHost[host] = r.order.PushFront(&recentUpstream{host, one})
	if r.order.Len() > r.most {
		last := r.order.Remove(r.order.Back()).(*recentUpstream)
		delete(r.byHost, last.host)
	}
}

type loginPool struct {
	mu   sync.Mutex
	free []*login
}

func (p *loginPool) use() {
	p.mu.Lock()
	var l *login
	if n := len(p.free); n > 0 {
		l, p.free = p.free[n-1], p.free[:n-1]
	}
	p.mu.Unlock()
	if l == nil {
		l = &login{who: newCustomer(), basket: newBasket(), audit: make([]string, 800)}
	}
	time.Sleep(time.Duration(1+rand.IntN(9)) * time.Second)
	p.mu.Lock()
	p.free = append(p.free, l)
	p.mu.Unlock()
}

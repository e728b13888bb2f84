package service

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"
)

// jointLeaks keep entries whose parts are allocated by several functions. Each
// part alone is a small or a noisy part of the leak.
var jointLeaks = []Service{
	{
		Name:  "joint-outbox",
		Leaks: []Leak{{"service.(*outbox).enqueue", nil, 0}},
		start: func(s *shop) {
			o := &outbox{byID: map[string]*letter{}}
			s.keep["outbox"] = o
			s.leaking(always(25), o.enqueue)
		},
	},
	{
		Name:  "joint-upstreams",
		Leaks: []Leak{{"service.(*upstreams).forHost", nil, 0}},
		start: func(s *shop) {
			u := &upstreams{byHost: map[string]*upstream{}}
			s.keep["upstreams"] = u
			s.leaking(always(18), u.request)
		},
	},
	{
		Name:  "joint-label-sets",
		Leaks: []Leak{{"service.(*meterVec).with", nil, 0}},
		start: func(s *shop) {
			m := &meterVec{children: map[string]*meter{}}
			s.keep["meters"] = m
			s.leaking(always(40), m.request)
			s.at(always(200), func() { joinLabels([]string{"GET", "/", "200"}) })
		},
	},
	{
		Name:  "joint-crawl",
		Leaks: []Leak{{"service.(*crawl).visit", nil, 0}},
		start: func(s *shop) {
			c := &crawl{visited: map[string]*visitedPage{}}
			s.keep["crawl"] = c
			s.leaking(always(12), c.visit)
		},
	},
	{
		Name:  "joint-logins",
		Leaks: []Leak{{"service.(*logins).login", nil, 0}},
		start: func(s *shop) {
			l := &logins{byToken: map[string]*login{}}
			s.keep["logins"] = l
			s.leaking(always(30), l.login)
			s.at(always(150), func() { newBasket(); newCustomer() }) // others use and drop the same
		},
	},
	{
		Name:  "joint-finished-spans",
		Leaks: []Leak{{"service.(*tracer).handle", nil, 0}},
		start: func(s *shop) {
			t := &tracer{}
			s.keep["tracer"] = t
			s.leaking(always(50), t.handle)
		},
	},
	{
		Name:  "joint-graph",
		Leaks: []Leak{{"service.(*related).bought", nil, 0}},
		start: func(s *shop) {
			g := &related{nodes: map[uint32]*product{}}
			s.keep["related"] = g
			s.leaking(always(60), g.bought)
		},
	},
	{
		Name:  "joint-rules-per-tenant",
		Leaks: []Leak{{"service.(*tenants).rulesOf", nil, 0}},
		start: func(s *shop) {
			t := &tenants{rules: map[string]*ruleSet{}}
			s.keep["tenants"] = t
			s.leaking(always(6), t.request)
		},
	},
	{
		Name:  "joint-watchers", // a goroutine and its heap, of which either alone is unclear
		Leaks: []Leak{{"service.(*quotes).watch", nil, 0}},
		start: func(s *shop) {
			q := &quotes{}
			s.keep["quotes"] = q
			s.leaking(always(2), func() { q.watch(newQuote()) })
			s.at(always(30), func() { go func() { newQuote(); time.Sleep(time.Duration(rand.IntN(3000)) * time.Millisecond) }() })
		},
	},
}

// text returns a random string of n bytes that shares no memory.
func text(n int) string {
	var b strings.Builder
	b.Grow(n)
	for b.Len() < n {
		b.WriteByte(byte('a' + rand.IntN(26)))
	}
	return b.String()
}

type (
	outbox struct {
		mu   sync.Mutex
		byID map[string]*letter
	}
	letter struct {
		header map[string][]string
		body   []byte
		retry  *retrying
	}
	retrying struct {
		next     time.Time
		attempts []string
		wait     [8]time.Duration
	}
)

func (o *outbox) enqueue() {
	id := messageID()
	l := &letter{header: letterHeader(id), body: letterBody(), retry: newRetrying()}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.byID[id] = l
}

func messageID() string {
	return fmt.Sprintf("<%016x.%016x@shop.example>", rand.Uint64(), rand.Uint64())
}

func letterHeader(id string) map[string][]string {
	h := map[string][]string{}
	for _, k := range []string{"From", "To", "Subject", "Reply-To", "Return-Path"} {
		h[k] = []string{text(24 + rand.IntN(40))}
	}
	h["Message-Id"] = []string{id}
	return h
}

func letterBody() []byte { return []byte(text(600 + rand.IntN(1800))) }

func newRetrying() *retrying {
	return &retrying{next: time.Now().Add(time.Minute), attempts: append(make([]string, 0, 16), text(60))}
}

type (
	upstreams struct {
		mu     sync.Mutex
		byHost map[string]*upstream
	}
	upstream struct {
		to        *url.URL
		transport *http.Transport
		header    http.Header
		health    []probe
	}
	probe struct {
		at   time.Time
		note string
	}
)

func (u *upstreams) request() {
	_ = u.forHost(fmt.Sprintf("tenant-%x.shop.example", rand.Uint64()))
}

func (u *upstreams) forHost(host string) *upstream {
	u.mu.Lock()
	defer u.mu.Unlock()
	if one, ok := u.byHost[host]; ok {
		return one
	}
	one := &upstream{to: parseUpstream(host), transport: newUpstreamTransport(), header: forwardHeader(host), health: newProbes()}
	u.byHost[host] = one
	return one
}

func parseUpstream(host string) *url.URL {
	to, _ := url.Parse("http://" + host + "/api/v1?from=proxy&key=" + text(200))
	return to
}

func newUpstreamTransport() *http.Transport {
	return &http.Transport{MaxIdleConns: 10, ResponseHeaderTimeout: time.Second, ProxyConnectHeader: http.Header{"X-Via": {text(300)}}}
}

func forwardHeader(host string) http.Header {
	h := http.Header{}
	for _, k := range []string{"X-Forwarded-Host", "X-Forwarded-For", "X-Request-Id", "Via"} {
		h.Set(k, host+text(60))
	}
	return h
}

func newProbes() []probe { return make([]probe, 32) }

type (
	meterVec struct {
		mu       sync.Mutex
		children map[string]*meter
	}
	meter struct {
		labels  map[string]string
		buckets []uint64
		recent  []float64
	}
)

func (m *meterVec) request() {
	m.with(http.MethodGet, fmt.Sprintf("/orders/%x", rand.Uint64()), "200").recent[0]++
}

func (m *meterVec) with(values ...string) *meter {
	key := joinLabels(values)
	m.mu.Lock()
	defer m.mu.Unlock()
	if c, ok := m.children[key]; ok {
		return c
	}
	c := &meter{labels: labelsOf(values), buckets: newBuckets(), recent: newRecent()}
	m.children[key] = c
	return c
}

func joinLabels(values []string) string { return strings.Join(values, "\xff") + "\xff" + text(80) }

func labelsOf(values []string) map[string]string {
	l := map[string]string{}
	for i, k := range []string{"method", "path", "code"} {
		l[k] = strings.Clone(values[i])
	}
	return l
}

func newBuckets() []uint64 { return make([]uint64, 48) }
func newRecent() []float64 { return make([]float64, 64) }

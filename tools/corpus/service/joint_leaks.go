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

// jointLeaks keep entries that several functions allocate for one that puts them
// together: each of them alone is a small or a noisy part of the leak.
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
		Leaks: []Leak{{"service.(*meters).with", nil, 0}},
		start: func(s *shop) {
			m := &meters{children: map[string]*meter{}}
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

// text returns a random string of n bytes, which nothing shares.
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
	meters struct {
		mu       sync.Mutex
		children map[string]*meter
	}
	meter struct {
		labels  map[string]string
		buckets []uint64
		recent  []float64
	}
)

func (m *meters) request() {
	m.with(http.MethodGet, fmt.Sprintf("/orders/%x", rand.Uint64()), "200").recent[0]++
}

func (m *meters) with(values ...string) *meter {
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

type (
	crawl struct {
		visited  map[string]*visitedPage
		frontier []string
	}
	visitedPage struct {
		title string
		links []string
		words map[string]int
	}
)

func (c *crawl) visit() {
	at := pageURL()
	if n := len(c.frontier); n > 0 {
		at, c.frontier = c.frontier[0], c.frontier[1:]
	}
	if c.visited[at] != nil {
		return
	}
	p := &visitedPage{title: text(80), links: findLinks(), words: countWords()}
	c.visited[at] = p
	c.frontier = append(c.frontier, p.links...)
}

func pageURL() string { return "https://shop.example/" + text(40+rand.IntN(60)) }

func findLinks() (links []string) {
	for range 5 + rand.IntN(15) {
		links = append(links, pageURL())
	}
	return links
}

func countWords() map[string]int {
	n := map[string]int{}
	for range 30 {
		n[text(3+rand.IntN(8))]++
	}
	return n
}

type (
	logins struct {
		mu      sync.Mutex
		byToken map[string]*login
	}
	login struct {
		who    *customer
		basket *basket
		audit  []string
	}
	customer struct {
		name, mail string
		roles      []string
	}
	basket struct{ lines []basketLine }

	basketLine struct {
		sku   string
		count int
	}
)

func (l *logins) login() {
	one := &login{who: newCustomer(), basket: newBasket(), audit: []string{text(120)}}
	token := newToken()
	l.mu.Lock()
	defer l.mu.Unlock()
	l.byToken[token] = one
}

func newToken() string { return text(256) }

func newCustomer() *customer {
	return &customer{name: text(30), mail: text(40), roles: []string{text(12), text(12), text(300)}}
}

func newBasket() *basket {
	b := &basket{}
	for range 4 + rand.IntN(8) {
		b.lines = append(b.lines, basketLine{sku: text(36), count: 1})
	}
	return b
}

type (
	tracer struct {
		mu       sync.Mutex
		finished []*tracerSpan
	}
	tracerSpan struct {
		name       string
		attributes []attribute
		events     []*spanEvent
	}
	attribute struct{ key, value string }

	spanEvent struct {
		at   time.Time
		text string
	}
)

func (t *tracer) handle() {
	sp := newTracerSpan()
	sp.setAttributes()
	sp.addEvent("received")
	sp.addEvent("answered")
	t.finish(sp)
}

func newTracerSpan() *tracerSpan { return &tracerSpan{name: text(40)} }

func (sp *tracerSpan) setAttributes() {
	for range 8 {
		sp.attributes = append(sp.attributes, attribute{"http.request.header", text(30)})
	}
}

func (sp *tracerSpan) addEvent(what string) {
	sp.events = append(sp.events, &spanEvent{time.Now(), what + text(50)})
}

func (t *tracer) finish(sp *tracerSpan) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.finished = append(t.finished, sp)
}

type (
	related struct {
		mu    sync.Mutex
		nodes map[uint32]*product
	}
	product struct {
		name  string
		edges map[uint32]*together
	}
	together struct {
		count int
		seen  []time.Time
	}
)

func (g *related) bought() {
	a, b := rand.Uint32(), rand.Uint32()
	g.mu.Lock()
	defer g.mu.Unlock()
	g.link(a, b)
	g.link(b, a)
}

func (g *related) link(a, b uint32) {
	g.node(a).edge(b).mark()
}

func (g *related) node(id uint32) *product {
	p := g.nodes[id]
	if p == nil {
		p = &product{name: text(60)}
		g.nodes[id] = p
	}
	return p
}

func (p *product) edge(to uint32) *together {
	if p.edges == nil {
		p.edges = make(map[uint32]*together)
	}
	e := &together{}
	p.edges[to] = e
	return e
}

func (e *together) mark() { e.seen = append(make([]time.Time, 0, 8), time.Now()) }

type (
	tenants struct {
		mu    sync.Mutex
		rules map[string]*ruleSet
	}
	ruleSet struct {
		limits map[string]int
		paths  *pathTree
		notes  []string
	}
	pathTree struct {
		children map[string]*pathTree
		prefix   string
	}
)

func (t *tenants) request() { t.rulesOf(fmt.Sprintf("tenant-%d", rand.Uint32())) }

func (t *tenants) rulesOf(tenant string) *ruleSet {
	t.mu.Lock()
	defer t.mu.Unlock()
	if r := t.rules[tenant]; r != nil {
		return r
	}
	r := &ruleSet{limits: defaultLimits(), paths: newPathTree(3), notes: ruleNotes()}
	t.rules[tenant] = r
	return r
}

func defaultLimits() map[string]int {
	l := map[string]int{}
	for range 24 {
		l[text(16)] = rand.IntN(1000)
	}
	return l
}

func newPathTree(depth int) *pathTree {
	p := &pathTree{prefix: text(20)}
	if depth == 0 {
		return p
	}
	p.children = map[string]*pathTree{}
	for range 3 {
		p.children[text(10)] = newPathTree(depth - 1)
	}
	return p
}

func ruleNotes() (notes []string) {
	for range 10 {
		notes = append(notes, text(100))
	}
	return notes
}

type (
	quotes struct{ stop chan struct{} }
	quote  struct{ history []float64 }
)

func newQuote() *quote { return &quote{make([]float64, 3000)} }

func (q *quotes) watch(one *quote) {
	prices := make([]float64, 500)
	go func() {
		<-q.stop
		prices[0] = one.history[0]
	}()
}

package service

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"time"
)

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

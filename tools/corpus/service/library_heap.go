package service

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"github.com/jmoiron/sqlx"
	gocache "github.com/patrickmn/go-cache"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/rcrowley/go-metrics"
	"golang.org/x/time/rate"
	"gorm.io/gorm"
	"gorm.io/gorm/schema"
)

// libraryHeapLeaks retain memory that libraries allocate for them.
var libraryHeapLeaks = []Service{
	{
		Name:  "go-cache-without-expiry",
		Leaks: []Leak{{"service.(*offers).remember", kept, 0}},
		start: func(s *shop) { s.leaking(always(150), newOffers(s).remember) },
	},
	{
		Name:  "limiter-per-address",
		Leaks: []Leak{{"service.(*throttle).allow", append([]string{"sync-map-never-deleted"}, kept...), 0}},
		start: func(s *shop) {
			t := &throttle{}
			s.keep["throttle"] = t
			s.leaking(always(2000), t.allow)
		},
	},
	{
		Name:  "path-as-histogram-label",
		Leaks: []Leak{{"service.(*latencies).observe", []string{"label-cardinality"}, 0}},
		start: func(s *shop) {
			l := newLatencies()
			s.keep["latencies"] = l
			s.leaking(always(150), l.observe)
		},
	},
	{
		Name:  "meter-per-request",
		Leaks: []Leak{{"service.(*meters).begin", kept, 0}},
		start: func(s *shop) {
			m := &meters{}
			s.keep["meters"] = m
			s.leaking(always(200), m.begin)
		},
	},
	{
		Name:  "sqlx-statement-per-query",
		Leaks: []Leak{{"service.(*articles).byTag", append([]string{"statements-not-closed"}, kept...), 0}},
		start: func(s *shop) {
			a := &articles{db: sqlx.NewDb(openFake(), "postgres")}
			s.keep["articles"] = a
			s.leaking(always(100), a.byTag)
		},
	},
	{
		Name:  "gorm-statement-per-text",
		Leaks: []Leak{{"service.(*reports).total", append([]string{"statements-not-closed"}, kept...), 0}},
		start: func(s *shop) {
			r := newReports()
			s.keep["reports"] = r
			s.leaking(always(100), r.total)
		},
	},
	{
		Name:  "lru-per-customer",
		Leaks: []Leak{{"service.(*wishlists).open", kept, 0}},
		start: func(s *shop) {
			w := &wishlists{all: map[int]*simplelru.LRU[int, string]{}}
			s.keep["wishlists"] = w
			s.leaking(always(150), w.open)
		},
	},
}

type offers struct {
	cache *gocache.Cache
	n     int
}

func newOffers(s *shop) *offers {
	o := &offers{cache: gocache.New(gocache.NoExpiration, 0)}
	s.keep["offers"] = o
	return o
}

//go:noinline
func (o *offers) remember() {
	o.n++
	o.cache.SetDefault("offer-"+strconv.Itoa(o.n), make([]byte, 2*kib))
}

type throttle struct {
	byAddress sync.Map
	n         int
}

//go:noinline
func (t *throttle) allow() {
	t.n++
	l, _ := t.byAddress.LoadOrStore(fmt.Sprintf("10.%d.%d.%d", t.n>>16&255, t.n>>8&255, t.n&255), rate.NewLimiter(10, 20))
	l.(*rate.Limiter).Allow()
}

type latencies struct {
	byPath *prometheus.HistogramVec
	n      int
}

func newLatencies() *latencies {
	return &latencies{byPath: prometheus.NewHistogramVec(prometheus.HistogramOpts{Name: "latency_seconds"}, []string{"path"})}
}

//go:noinline
func (l *latencies) observe() {
	l.n++
	l.byPath.With(prometheus.Labels{"path": "/orders/" + strconv.Itoa(l.n)}).Observe(0.1)
}

type meters struct{ n int }

//go:noinline
func (m *meters) begin() {
	m.n++
	metrics.GetOrRegisterTimer("request."+strconv.Itoa(m.n), nil).Update(time.Millisecond)
}

type articles struct{ db *sqlx.DB }

//go:noinline
func (a *articles) byTag() {
	s, err := a.db.Preparex("SELECT title FROM articles WHERE tag = $1")
	if err == nil {
		_ = s.Mapper
	}
}

type reports struct {
	db *gorm.DB
	n  int
}

func newReports() *reports {
	db, err := gorm.Open(fakeDialector{}, &gorm.Config{PrepareStmt: true, SkipDefaultTransaction: true, NamingStrategy: schema.NamingStrategy{}})
	if err != nil {
		panic(err)
	}
	return &reports{db: db}
}

//go:noinline
func (r *reports) total() {
	r.n++
	var sum []struct{ N int }
	r.db.Raw("SELECT sum(price) AS n FROM orders WHERE id < " + strconv.Itoa(r.n)).Scan(&sum)
}

type wishlists struct {
	all map[int]*simplelru.LRU[int, string]
	n   int
}

//go:noinline
func (w *wishlists) open() {
	w.n++
	l, err := simplelru.NewLRU[int, string](64, nil)
	if err != nil {
		return
	}
	for i := range 20 {
		l.Add(i, "item")
	}
	w.all[w.n] = l
}

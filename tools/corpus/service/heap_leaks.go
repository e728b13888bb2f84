package service

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/leaktop/leaktop/tools/corpus/dep"
)

const (
	kib = 1 << 10
	mib = 1 << 20
)

var kept = []string{"unbounded-collection", "partly-kept", "producer-outruns-consumer", "subslice-pins-block"}

// heapLeaks keep memory.
var heapLeaks = []Service{
	{
		Name:  "generic-store",
		Leaks: []Leak{{"service.newProfile", kept, 200 * kib}},
		start: func(s *shop) {
			st := &store[string, *profileOf]{rows: map[string]*profileOf{}}
			s.keep["store"] = st
			s.leaking(always(100), func() { st.Put(fmt.Sprint(rand.Uint64()), newProfile) })
		},
	},
	{
		Name:  "closure-middleware",
		Leaks: []Leak{{"service.audited.func1", kept, 256 * kib}},
		start: func(s *shop) {
			s.mux.HandleFunc("POST /audited", audited(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusAccepted) }))
			s.leaking(always(64), func() { s.post("/audited", strings.Repeat("x", 4000)) })
		},
	},
	{
		Name:  "method-values",
		Leaks: []Leak{{"service.(*bus).join", kept, 110 * kib}},
		start: func(s *shop) {
			b := &bus{}
			s.keep["bus"] = b
			s.leaking(always(100), b.join)
		},
	},
	{
		Name:  "embedded-base",
		Leaks: []Leak{{"service.(*base).track", kept, 475 * kib}},
		start: func(s *shop) {
			h := &reportHandler{}
			s.keep["handler"] = h
			s.mux.Handle("GET /report", h)
			client := &http.Client{}
			s.leaking(always(100), func() { s.get(client, "/report") })
		},
	},
	{
		Name:  "dependency-keeps-for-user",
		Leaks: []Leak{{"service.(*ingest).accept", kept, 300 * kib}},
		start: func(s *shop) {
			in := &ingest{points: dep.NewSeries()}
			s.keep["ingest"] = in
			s.leaking(always(75), in.accept)
		},
	},
	{
		Name:  "dependency-alone",
		Leaks: []Leak{{"dep.(*Reporter).collect", kept, 250 * kib}},
		start: func(s *shop) { s.keep["reporter"] = dep.StartReporter(250 * kib) },
	},
	{
		Name:  "kept-under-churn",
		Leaks: []Leak{{"service.(*decoder).decode", kept, 400 * kib}},
		start: func(s *shop) {
			d := &decoder{}
			s.keep["decoder"] = d
			s.leaking(always(2500), d.work)
		},
	},
	{
		Name:  "begins-after-a-minute",
		Leaks: []Leak{{"service.(*invoices).remember", kept, 300 * kib}},
		start: func(s *shop) {
			v := &invoices{byID: map[uint64][]byte{}}
			s.keep["invoices"] = v
			s.leaking(func(t float64) float64 {
				if t < 60 {
					return 0
				}
				return 75
			}, v.remember)
		},
	},
	{
		Name: "three-leaks-of-many-sizes",
		Leaks: []Leak{
			{"service.(*images).scale", kept, 3 * mib},
			{"service.(*lostJob).run", nil, 1},
			{"service.(*words).learn", kept, 60 * kib},
		},
		start: func(s *shop) {
			im, w := &images{}, &words{known: map[string]string{}}
			s.keep["images"], s.keep["words"] = im, w
			s.leaking(always(96), im.scale)
			s.at(always(60), w.learn)
			s.at(always(1), func() { go (&lostJob{}).run() })
		},
	},
	{
		Name:  "bodies-read-and-kept",
		Leaks: []Leak{{"service.(*inbox).receive", kept, 185 * kib}},
		start: func(s *shop) {
			in := &inbox{}
			s.mux.HandleFunc("POST /inbox", in.receive)
			s.leaking(always(20), func() { s.post("/inbox", `{"text":"`+strings.Repeat("y", 8000)+`"}`) })
		},
	},
	{
		Name:  "kept-contexts",
		Leaks: []Leak{{"service.(*sessions).open", append(kept, "cancel-dropped"), 350 * kib}},
		start: func(s *shop) {
			se := &sessions{root: context.Background()}
			s.keep["sessions"] = se
			s.leaking(always(300), se.open)
		},
	},
}

func (s *shop) post(path, body string) {
	resp, err := http.Post(s.url+path, "application/json", strings.NewReader(body))
	if err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}

type store[K comparable, V any] struct {
	mu   sync.Mutex
	rows map[K]V
}

func (s *store[K, V]) Put(k K, make func() V) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.rows[k] = make()
}

type profileOf struct {
	name string
	_    [2000]byte
}

// newProfile is the function to blame: the user's function nearest to the leaf.
func newProfile() *profileOf { return &profileOf{name: "anon"} }

//go:noinline
func audited(next http.HandlerFunc) http.HandlerFunc {
	var mu sync.Mutex
	var trail [][]byte
	return func(w http.ResponseWriter, r *http.Request) {
		line := make([]byte, 4*kib)
		_, _ = io.ReadFull(r.Body, line)
		mu.Lock()
		trail = append(trail, line)
		mu.Unlock()
		next(w, r)
	}
}

type bus struct{ heard []func(string) }

type listener struct {
	last string
	_    [1000]byte
}

func (l *listener) hear(what string) { l.last = what }

func (b *bus) join() {
	l := &listener{}
	b.heard = append(b.heard, l.hear)
}

type base struct {
	mu   sync.Mutex
	seen []*visit
}

type visit struct {
	at time.Time
	_  [4 * kib]byte
}

func (b *base) track() {
	v := &visit{at: time.Now()}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.seen = append(b.seen, v)
}

type reportHandler struct{ base }

func (h *reportHandler) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	h.track()
	w.WriteHeader(http.StatusNoContent)
}

type ingest struct{ points *dep.Series }

func (i *ingest) accept() { i.points.Append(rand.Uint64(), 4*kib) }

type decoder struct {
	mu     sync.Mutex
	broken [][]byte
}

func (d *decoder) work() {
	if frame := d.decode(); rand.IntN(50) == 0 {
		d.mu.Lock()
		defer d.mu.Unlock()
		d.broken = append(d.broken, frame)
	}
}

//go:noinline
func (d *decoder) decode() []byte { return make([]byte, 8*kib) }

type invoices struct{ byID map[uint64][]byte }

func (v *invoices) remember() { v.byID[rand.Uint64()] = make([]byte, 4*kib) }

type images struct{ all [][]byte }

func (i *images) scale() { i.all = append(i.all, make([]byte, 32*kib)) }

type words struct{ known map[string]string }

func (w *words) learn() {
	word := fmt.Sprint(rand.Uint64())
	w.known[word] = strings.Repeat(word, 45)
}

type lostJob struct{ done chan struct{} }

func (j *lostJob) run() {
	j.done = make(chan struct{})
	<-j.done
}

type inbox struct {
	mu    sync.Mutex
	mails []map[string]json.RawMessage
}

func (i *inbox) receive(w http.ResponseWriter, r *http.Request) {
	text, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	var m map[string]json.RawMessage
	if json.Unmarshal(text, &m) != nil {
		return
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.mails = append(i.mails, m)
	w.WriteHeader(http.StatusAccepted)
}

type sessionKey struct{}

type sessions struct {
	root   context.Context
	opened []context.Context
}

func (s *sessions) open() {
	ctx := context.WithValue(s.root, sessionKey{}, new([1100]byte))
	s.opened = append(s.opened, ctx)
}

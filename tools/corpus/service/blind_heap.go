package service

import (
	"context"
	"fmt"
	"html/template"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"regexp"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// blindHeap keep memory, or files.
var blindHeap = []Service{
	{
		Name:  "blind-template-per-path",
		Leaks: []Leak{{"service.(*pages).render", kept, 0}},
		start: func(s *shop) {
			p := &pages{parsed: map[string]*template.Template{}}
			s.keep["pages"] = p
			s.leaking(always(15), p.render)
		},
	},
	{
		Name:  "blind-regexp-per-pattern",
		Leaks: []Leak{{"service.(*filters).match", append([]string{"sync-map-never-deleted"}, kept...), 0}},
		start: func(s *shop) {
			f := &filters{}
			s.keep["filters"] = f
			s.leaking(always(20), f.match)
		},
	},
	{
		Name:  "blind-logger-that-grows",
		Leaks: []Leak{{"service.(*auditing).note", append([]string{"append-only-slice", "buffer-never-reset"}, kept...), 20 * kib}},
		start: func(s *shop) {
			a := &auditing{log: slog.New(slog.NewJSONHandler(io.Discard, nil))}
			s.keep["auditing"] = a
			s.leaking(always(10), a.note)
		},
	},
	{
		Name:  "blind-context-of-contexts",
		Leaks: []Leak{{"service.(*ticks).next", append([]string{"context-chained"}, kept...), 0}},
		start: func(s *shop) {
			t := &ticks{ctx: context.Background()}
			s.keep["ticks"] = t
			s.leaking(always(400), t.next)
		},
	},
	{
		Name:  "blind-reminders",
		Leaks: []Leak{{"service.(*reminders).add", append([]string{"pending-timers"}, kept...), 0}},
		start: func(s *shop) {
			r := &reminders{}
			s.keep["reminders"] = r
			s.leaking(always(80), r.add)
		},
	},
	{
		Name:  "blind-finalizer-in-a-cycle",
		Leaks: []Leak{{"service.newNode", kept, 160 * kib}},
		start: func(s *shop) { s.leaking(always(40), newNode) },
	},
	{
		Name:  "blind-subscribers-stay",
		Leaks: []Leak{{"service.(*prices).subscribe", kept, 0}},
		start: func(s *shop) {
			p := &prices{subs: map[int]chan [64]byte{}}
			s.keep["prices"] = p
			s.leaking(always(40), p.visit)
		},
	},
	{
		Name:  "blind-pages-mapped",
		Leaks: []Leak{{"", []string{"outside-of-go"}, 0}},
		start: func(s *shop) { s.leaking(always(15), mapPages) },
	},
	{
		Name:  "blind-files-kept-open", // 12 KB a second: only the number of descriptors shows it
		Leaks: []Leak{{"service.(*exports).open", []string{"file-not-closed", "open-files"}, 0}},
		start: func(s *shop) {
			e := &exports{}
			s.keep["exports"] = e
			s.leaking(always(60), e.open)
		},
	},
	{
		Name:  "blind-deeper-and-deeper",
		Leaks: []Leak{{"service.(*walk).descend", nil, 0}},
		start: func(s *shop) {
			w := &walk{step: make(chan struct{})}
			s.keep["walk"] = w
			go w.descend(0)
			s.leaking(always(400), func() { w.step <- struct{}{} })
		},
	},
	{
		Name:  "blind-keeps-one-in-fifty",
		Leaks: []Leak{{"service.(*parcels).decode", kept, 128 * kib}},
		start: func(s *shop) {
			d := &parcels{}
			s.keep["decoder"] = d
			s.leaking(always(200), d.decode)
		},
	},
	{
		Name:  "blind-configuration-reloaded",
		Leaks: []Leak{{"service.(*configs).reload", kept, 0}},
		start: func(s *shop) {
			c := &configs{}
			s.keep["configs"] = c
			go func() {
				for range time.Tick(15 * time.Second) {
					c.reload()
				}
			}()
		},
	},
}

type pages struct{ parsed map[string]*template.Template }

func (p *pages) render() {
	path := fmt.Sprintf("/product/%d?session=%x", rand.IntN(10), rand.Uint64())
	t, ok := p.parsed[path]
	if !ok {
		t = template.Must(template.New(path).Parse(`<h1>{{.}}</h1>{{range $i, $x := .}}<li>{{$i}} {{$x}}</li>{{end}}<p>` + path + `</p>`))
		p.parsed[path] = t
	}
	_ = t.Execute(io.Discard, []string{"a", "b"})
}

type filters struct{ compiled sync.Map }

func (f *filters) match() {
	pattern := fmt.Sprintf("^(order|invoice)-%x-[0-9]{4,8}$", rand.Uint64())
	if v, ok := f.compiled.Load(pattern); ok {
		v.(*regexp.Regexp).MatchString("order")
		return
	}
	r := regexp.MustCompile(pattern)
	f.compiled.Store(pattern, r)
	r.MatchString("order")
}

// auditing adds to its logger what it should add to one line.
type auditing struct{ log *slog.Logger }

func (a *auditing) note() {
	a.log = a.log.With("request", strings.Repeat("x", 2*kib))
	a.log.Info("seen")
}

type ticks struct{ ctx context.Context }

type tickKey struct{}

func (t *ticks) next() { t.ctx = context.WithValue(t.ctx, tickKey{}, make([]byte, 256)) }

type reminders struct{ n int }

func (r *reminders) add() {
	order := make([]byte, 2*kib)
	time.AfterFunc(time.Hour, func() { r.n += len(order) })
}

type node struct {
	other *node
	data  []byte
}

func newNode() {
	a := &node{data: make([]byte, 4*kib)}
	a.other = &node{other: a}
	runtime.SetFinalizer(a, func(*node) {})
}

// prices publishes to subscribers who have long left.
type prices struct {
	subs map[int]chan [64]byte
	n    int
}

func (p *prices) visit() {
	c := p.subscribe()
	select {
	case c <- [64]byte{}:
	default:
	}
}

func (p *prices) subscribe() chan [64]byte {
	p.n++
	c := make(chan [64]byte, 64)
	p.subs[p.n] = c
	return c
}

func mapPages() {
	b, err := syscall.Mmap(-1, 0, 64*kib, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	if err != nil {
		return
	}
	for i := 0; i < len(b); i += 4 * kib {
		b[i] = 1
	}
}

type exports struct{ files []*os.File }

func (e *exports) open() {
	f, err := os.Open(os.Args[0])
	if err != nil {
		return
	}
	e.files = append(e.files, f)
}

type walk struct{ step chan struct{} }

func (w *walk) descend(depth int) int {
	var path [200]int
	<-w.step
	path[depth%len(path)] = depth
	return w.descend(depth+1) + path[depth%7]
}

type parcels struct {
	n    int
	kept [][]byte
}

func (d *parcels) decode() {
	d.n++
	b := make([]byte, 32*kib)
	if d.n%50 == 0 {
		d.kept = append(d.kept, b)
	}
}

type configs struct{ all []map[string]string }

func (c *configs) reload() {
	m := map[string]string{}
	for i := range 8000 {
		m[fmt.Sprint("setting.", i)] = fmt.Sprintf("value %x", rand.Uint64())
	}
	c.all = append(c.all, m)
}

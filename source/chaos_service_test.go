package source_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strings"
	"sync"
	"syscall"
	"time"
)

// shop is a service in this process that is known to leak or not to leak. Faults are switched on and off.
type shop struct {
	leaks bool

	mu    sync.Mutex
	rng   *rand.Rand
	began time.Time // start of the current process
	conns chan net.Conn
	done  chan struct{}
	open  []net.Conn
	fault fault
}

// fault is what is currently wrong.
type fault struct {
	name    string
	refuses bool          // connections are refused
	hangs   bool          // connections are accepted, but get no response
	delay   time.Duration // of every response
	loss    float64       // fraction of connections that fail, and of responses that are truncated
	junk    bool          // responses are not profiles
}

func newShop(leaks bool, seed uint64) *shop {
	return &shop{
		leaks: leaks, rng: rand.New(rand.NewPCG(seed, 1)), began: time.Now(),
		conns: make(chan net.Conn), done: make(chan struct{}),
	}
}

// setFault starts a fault, or ends it with the zero fault. Open connections are cut if the fault refuses connections.
func (s *shop) setFault(f fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
	if f.refuses || f.hangs || f.loss > 0 {
		s.cutConnections()
	}
}

func (s *shop) cutConnections() {
	for _, c := range s.open {
		_ = c.Close()
	}
	s.open = nil
}

// restartProcess replaces the process: its counters start at zero.
func (s *shop) restartProcess() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.began = time.Now()
	s.cutConnections()
}

func (s *shop) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	s.mu.Lock()
	f := s.fault
	lost := f.loss > 0 && s.rng.Float64() < f.loss
	s.mu.Unlock()
	if f.hangs {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if f.refuses || lost {
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: syscall.ECONNREFUSED}
	}
	ours, theirs := net.Pipe()
	select {
	case s.conns <- theirs:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	s.mu.Lock()
	s.open = append(s.open, ours)
	s.open = s.open[max(0, len(s.open)-16):] // there are never more open connections
	s.mu.Unlock()
	return ours, nil
}

func (s *shop) Accept() (net.Conn, error) {
	select {
	case c := <-s.conns:
		return c, nil
	case <-s.done:
		return nil, errors.New("closed")
	}
}

func (s *shop) Addr() net.Addr { return &net.UnixAddr{Name: "shop"} }

// Close closes the listener. It is called once by the server and once by the link.
func (s *shop) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	select {
	case <-s.done:
	default:
		close(s.done)
	}
	return nil
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	f, age := s.fault, time.Since(s.began)
	cut := f.loss > 0 && s.rng.Float64() < f.loss
	junk := s.rng.IntN(4)
	noise := s.rng.IntN(5)
	s.mu.Unlock()
	select {
	case <-time.After(f.delay):
	case <-r.Context().Done():
		return
	}
	body := s.newAnswer(r, age, noise)
	switch {
	case f.junk:
		body = [][]byte{[]byte("<html>Bad gateway"), {0x1f, 0x8b, 0x08, 1, 2}, []byte(strings.Repeat("\x0a\xff", 999)), nil}[junk]
		if junk == 0 {
			w.WriteHeader(http.StatusBadGateway)
		}
	case body == nil:
		http.NotFound(w, r)
		return
	case cut:
		w.Header().Set("Content-Length", fmt.Sprint(len(body)))
		_, _ = w.Write(body[:len(body)/2])
		panic(http.ErrAbortHandler)
	}
	_, _ = w.Write(body)
}

func (s *shop) newAnswer(r *http.Request, age time.Duration, noise int) []byte {
	const cycle = 8 * time.Second // between two collections
	switch strings.TrimPrefix(r.URL.Path, "/debug/pprof/") {
	case "":
		return []byte("<title>/debug/pprof/</title><tr><td>9</td><td><a href='heap?debug=1'>heap</a></td></tr>" +
			"<tr><td>9</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>")
	case "heap":
		collected := age.Truncate(cycle)
		if r.URL.Query().Get("debug") == "1" {
			return fmt.Appendf(nil, "heap profile: 0: 0 [0: 0] @ heap/524288\n# runtime.MemStats\n# Alloc = %d\n# TotalAlloc = %d\n# Sys = %d\n# HeapAlloc = %d\n# NumGC = %d\n# MaxRSS = %d\n",
				s.liveBytes(age), s.liveBytes(age)+uint64(age.Seconds()*1e6), s.liveBytes(age)+30<<20, s.liveBytes(age), int(age/cycle), s.liveBytes(age)+40<<20)
		}
		return s.newHeap(collected, noise)
	case "goroutine":
		return s.newGoroutines(age, noise)
	case "cmdline":
		return []byte("shop\x00--serve")
	}
	return nil
}

// liveBytes returns the size of the heap, in bytes.
func (s *shop) liveBytes(age time.Duration) uint64 {
	n := uint64(16 << 20)
	if s.leaks {
		n += uint64(age.Seconds() * leakRate)
	}
	return n
}

// Leak rates per second, in bytes and in goroutines.
const (
	leakRate     = 256 << 10
	leakedObject = 64 << 10
	spawnRate    = 0.2
)

func (s *shop) newHeap(age time.Duration, noise int) []byte {
	p := newProfile([]string{"alloc_objects/count", "alloc_space/bytes", "inuse_objects/count", "inuse_space/bytes"}, "space/bytes", 512<<10)
	seconds := int64(age.Seconds())
	add := func(function string, size, allocated, held int64) {
		p.addSample(function, size, allocated, allocated*size, held, held*size)
	}
	add("main.loadConfig", 1<<20, 12, 12)
	add("shop.(*Server).render", 32<<10, 40+seconds*5, 40+int64(noise))
	if s.leaks {
		held := seconds * leakRate / leakedObject
		add("shop.(*Cache).Put", leakedObject, held, held)
	}
	return p.encode()
}

func (s *shop) newGoroutines(age time.Duration, noise int) []byte {
	p := newProfile([]string{"goroutine/count"}, "goroutine/count", 1)
	p.addSample("main.main", 0, 1)
	p.addSample("shop.(*Server).serve", 0, 8+int64(noise))
	if n := int64(age.Seconds() * spawnRate); s.leaks && n > 0 {
		p.addSample("shop.(*Pool).spawn", 0, n)
	}
	return p.encode()
}

// profileWriter writes a profile.proto with one stack per function, each called by main.main.
type profileWriter struct {
	out   []byte
	texts []string
	n     uint64 // functions
}

func newProfile(types []string, period string, every uint64) *profileWriter {
	p := &profileWriter{texts: []string{""}}
	kind := func(s string) []byte {
		name, unit, _ := strings.Cut(s, "/")
		return appendNumber(appendNumber(nil, 1, p.addString(name)), 2, p.addString(unit))
	}
	for _, t := range types {
		p.out = appendMessage(p.out, 1, kind(t))
	}
	p.out = appendNumber(appendMessage(p.out, 11, kind(period)), 12, every)
	return p
}

func (p *profileWriter) addString(s string) uint64 {
	p.texts = append(p.texts, s)
	return uint64(len(p.texts) - 1)
}

func (p *profileWriter) addSample(function string, size int64, values ...int64) {
	p.n++
	s := appendNumber(nil, 1, p.n)
	for _, v := range values {
		s = appendNumber(s, 2, uint64(v))
	}
	if size > 0 {
		s = appendMessage(s, 3, appendNumber(appendNumber(nil, 1, p.addString("bytes")), 3, uint64(size)))
	}
	p.out = appendMessage(p.out, 2, s)
	p.out = appendMessage(p.out, 4, appendMessage(appendNumber(nil, 1, p.n), 4, appendNumber(appendNumber(nil, 1, p.n), 2, 7)))
	p.out = appendMessage(p.out, 5, appendNumber(appendNumber(appendNumber(nil, 1, p.n), 2, p.addString(function)), 4, p.addString("/src/shop/shop.go")))
}

func (p *profileWriter) encode() []byte {
	out := p.out
	for _, s := range p.texts {
		out = appendMessage(out, 6, []byte(s))
	}
	return out
}

func appendNumber(b []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(field)<<3), v)
}

func appendMessage(b []byte, field int, m []byte) []byte {
	return append(binary.AppendUvarint(binary.AppendUvarint(b, uint64(field)<<3|2), uint64(len(m))), m...)
}

var _ io.Closer = (*shop)(nil)

package main

import (
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/pprof"
	"sync"
	"sync/atomic"
	"time"
)

// service serves a heap profile of many sites, a fifth of which allocate between two
// polls.
type service struct {
	addr     string
	server   *http.Server
	restart  time.Duration
	polls    atomic.Int64
	restarts atomic.Int64

	mu    sync.Mutex // guards the rest
	began time.Time
	rand  *rand.Rand
	sites []site
	head  []byte // the sample types
	tail  []byte // the tables
}

// site is an allocation site.
type site struct {
	stack  []byte // as the profile has it
	size   int64  // of an object, bytes
	values [4]int64
}

func startService(buckets int, restart time.Duration) (*service, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &service{addr: l.Addr().String(), restart: restart, began: time.Now(), rand: rand.New(rand.NewPCG(1, 2))}
	s.makeSites(buckets)
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/heap", s.serveHeap)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

func (s *service) close() { _ = s.server.Close() }

// The fields of a profile, see profile.proto of google/pprof.
const (
	sampleType  = 1
	sample      = 2
	location    = 4
	function    = 5
	stringTable = 6
	periodType  = 11
	period      = 12
)

// The strings of a profile come first, then the names of the functions.
var words = []string{"", "alloc_objects", "count", "alloc_space", "bytes", "inuse_objects", "inuse_space", "space", "/src/shop/shop.go"}

const bytesWord, spaceWord, fileWord = 4, 7, 8

// The number of functions, of those that allocate, and of frames of a stack: as in a
// large service.
const functions, allocating, depth = 3000, 200, 24

// number appends a field with a number.
func number(b []byte, field int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(b, uint64(field)<<3), v)
}

// message appends a field with a length.
func message(b []byte, field int, body []byte) []byte {
	b = binary.AppendUvarint(b, uint64(field)<<3|2)
	return append(binary.AppendUvarint(b, uint64(len(body))), body...)
}

func (s *service) makeSites(n int) {
	for i, unit := range []uint64{2, bytesWord, 2, bytesWord} {
		name := []uint64{1, 3, 5, 6}[i]
		s.head = message(s.head, sampleType, number(number(nil, 1, name), 2, unit))
	}
	for i := range uint64(functions) {
		line := number(number(nil, 1, i+1), 2, 10+i%90)
		s.tail = message(s.tail, location, message(number(number(nil, 1, i+1), 3, 0x1000+i), 4, line))
		s.tail = message(s.tail, function, number(number(number(nil, 1, i+1), 2, uint64(len(words))+i), 4, fileWord))
	}
	for _, w := range words {
		s.tail = message(s.tail, stringTable, []byte(w))
	}
	for i := range functions {
		s.tail = message(s.tail, stringTable, fmt.Appendf(nil, "example.com/shop/store%d.(*Cache).Put%d", i%40, i))
	}
	s.tail = message(s.tail, periodType, number(number(nil, 1, spaceWord), 2, bytesWord))
	s.tail = number(s.tail, period, 512<<10)
	s.sites = make([]site, n)
	for i := range s.sites {
		refs := binary.AppendUvarint(nil, uint64(1+s.rand.IntN(allocating)))
		for range depth - 1 {
			refs = binary.AppendUvarint(refs, uint64(1+s.rand.IntN(functions)))
		}
		s.sites[i] = site{stack: message(nil, 1, refs), size: 16 << s.rand.IntN(12)}
	}
}

// serveHeap serves the heap after what happened since the last poll.
func (s *service) serveHeap(w http.ResponseWriter, r *http.Request) {
	if r.FormValue("debug") != "" {
		http.Error(w, "not served", http.StatusNotFound)
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.restart > 0 && time.Since(s.began) > s.restart {
		s.began = time.Now()
		s.restarts.Add(1)
		for i := range s.sites {
			s.sites[i].values = [4]int64{}
		}
	}
	s.polls.Add(1)
	data := append([]byte(nil), s.head...)
	for i := range s.sites {
		x := &s.sites[i]
		x.goOn(s.rand, i)
		data = x.append(data)
	}
	data = append(data, s.tail...)
	w.Header().Set("Content-Type", "application/octet-stream")
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err == nil {
		_, _ = z.Write(data)
		_ = z.Close()
	}
}

// goOn lets a site allocate, sometimes. A hundred sites leak; what the others hold goes
// up and down.
func (x *site) goOn(r *rand.Rand, i int) {
	if x.values[0] != 0 && r.IntN(5) > 0 {
		return
	}
	n := 1 + r.Int64N(100)
	x.values[0] += n
	switch {
	case i < 100:
		x.values[2] += n / 10
	case i%3 == 0:
		x.values[2] = r.Int64N(200)
	}
	x.values[1], x.values[3] = x.values[0]*x.size, x.values[2]*x.size
}

// append appends a site to a profile.
func (x *site) append(b []byte) []byte {
	var packed, body [256]byte
	values := packed[:0]
	for _, v := range x.values {
		values = binary.AppendUvarint(values, uint64(v))
	}
	out := message(append(body[:0], x.stack...), 2, values)
	out = message(out, 3, number(number(nil, 1, bytesWord), 3, uint64(x.size)))
	return message(b, sample, out)
}

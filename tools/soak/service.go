package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"sync"
	"sync/atomic"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
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
	sites *simulated.Sites
}

func startService(buckets int, restart time.Duration) (*service, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	s := &service{addr: l.Addr().String(), restart: restart, began: time.Now(), sites: simulated.NewSites(buckets)}
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/heap", s.serveHeap)
	s.server = &http.Server{Handler: mux, ReadHeaderTimeout: time.Minute}
	go func() { _ = s.server.Serve(l) }()
	return s, nil
}

func (s *service) close() { _ = s.server.Close() }

// serveHeap makes sites allocate since the last poll, and serves the heap.
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
		s.sites.Reset()
	}
	s.polls.Add(1)
	w.Header().Set("Content-Type", "application/octet-stream")
	_, _ = w.Write(s.sites.Next())
}

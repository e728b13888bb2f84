// Package service has small services that are known to leak or not to leak. Their style
// differs from that of the sample service, so verdicts on them show whether the judge is
// overfitted to that one.
package service

import (
	"context"
	"expvar"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/pprof"
	"slices"
	"sync"
	"time"
)

// Service is one service.
type Service struct {
	Name string
	// Leaks are the leaks, the largest first; none for a look-alike.
	Leaks []Leak
	// Silent marks a leak that profiles cannot show: the verdict must be undecided,
	// not steady.
	Silent bool
	// Ramp marks a look-alike that grows evenly for longer than a verdict
	// takes: it may be called a leak until it stops.
	Ramp bool
	// Library means that the leak goes through a library.
	Library bool
	start   func(s *shop)
}

// Leak is one leak.
type Leak struct {
	Function   string   // end of the function's name: "service.(*Store[...]).Put"
	Signatures []string // acceptable causes
	PerSecond  float64  // bytes or goroutines per second
}

// All returns the table of services.
func All() []Service {
	all := slices.Concat(libraryLeaks, clientLeaks, connectionLeaks, libraryHeapLeaks)
	for i := range all {
		all[i].Library = true
	}
	return slices.Concat(heapLeaks, goroutineLeaks, runtimeLeaks, all, blindHeap, blindGoroutines, jointLeaks, heapAlikes, goroutineAlikes, libraryAlikes, blindAlikes, jointAlikes)
}

// shop is the environment of a service.
type shop struct {
	mux   *http.ServeMux
	url   string
	began time.Time
	keep  map[string]any // keeps values alive
	pace  pace
}

// pace serves the number of times that the first leak has grown, and the number expected
// at its nominal rate.
type pace struct {
	mu      sync.Mutex
	is, due float64
}

func (p *pace) add(is, due float64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.is, p.due = p.is+is, p.due+due
}

func (p *pace) show(w http.ResponseWriter, _ *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	fmt.Fprintf(w, "%.0f %.3f\n", p.is, p.due)
}

// Serve runs the named service until input ends. It prints the service's URL as the
// first line of output.
func Serve(name string, input io.Reader, output io.Writer) error {
	i := slices.IndexFunc(All(), func(s Service) bool { return s.Name == name })
	if i < 0 {
		return fmt.Errorf("serve %q: no such service", name)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("serve %q: %w", name, err)
	}
	s := &shop{mux: http.NewServeMux(), url: "http://" + l.Addr().String(), began: time.Now(), keep: map[string]any{}}
	s.mux.HandleFunc("/debug/pprof/", pprof.Index)
	s.mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	s.mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	s.mux.Handle("/debug/vars", expvar.Handler())
	s.mux.HandleFunc("GET /pace", s.pace.show)
	go func() { _ = http.Serve(l, s.mux) }() //nolint:gosec // on loopback, for minutes
	s.ordinary()
	All()[i].start(s)
	fmt.Fprintln(output, s.url)
	_, err = io.Copy(io.Discard, input)
	return err
}

// at calls f in its own goroutine, at random times like those of customers, at a rate
// that may change over time.
func (s *shop) at(rate func(seconds float64) float64, f func()) {
	go s.run(rate, f, &pace{})
}

// leaking is like at, for the first leak of a service.
func (s *shop) leaking(rate func(seconds float64) float64, f func()) {
	go s.run(rate, f, &s.pace)
}

func (s *shop) run(rate func(seconds float64) float64, f func(), count *pace) {
	due := 0.0
	for last := time.Now(); ; {
		time.Sleep(20 * time.Millisecond)
		now := time.Now()
		more := rate(s.seconds()) * now.Sub(last).Seconds()
		count.add(0, more)
		due += more
		last = now
		for due > 0 {
			due -= rand.ExpFloat64()
			f()
			count.add(1, 0)
		}
	}
}

func (s *shop) seconds() float64 { return time.Since(s.began).Seconds() }

func always(perSecond float64) func(float64) float64 {
	return func(float64) float64 { return perSecond }
}

// wave oscillates around perSecond by a share of it.
func wave(perSecond, share, period float64) func(float64) float64 {
	return func(t float64) float64 { return perSecond * (1 + share*math.Sin(2*math.Pi*t/period)) }
}

// ordinary starts ordinary traffic: requests that create some MiB of garbage per second.
func (s *shop) ordinary() {
	s.mux.HandleFunc("GET /ordinary", func(w http.ResponseWriter, r *http.Request) {
		page := make(map[string]string)
		for i := range 400 {
			page[fmt.Sprint(i)] = fmt.Sprintf("%s %d %x", r.URL, i, rand.Uint64())
		}
		for _, v := range page {
			if _, err := io.WriteString(w, v); err != nil {
				return
			}
		}
	})
	client := &http.Client{Timeout: 5 * time.Second}
	s.at(always(20), func() { s.get(client, "/ordinary") })
}

func (s *shop) get(client *http.Client, path string) {
	req, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.url+path, nil)
	if err != nil {
		return
	}
	if resp, err := client.Do(req); err == nil {
		_, _ = io.Copy(io.Discard, resp.Body)
		_ = resp.Body.Close()
	}
}

package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/target"
)

// pipes is a Link to a server in the same process, without sockets, so that tests can run in the fake time of
// testing/synctest.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}

	mu    sync.Mutex
	err   error // returned by dials unless nil
	hole  bool  // dials hang
	dials int
	open  []net.Conn
}

func (p *pipes) DialContext(ctx context.Context, _, _ string) (net.Conn, error) {
	p.mu.Lock()
	p.dials++
	err, hole := p.err, p.hole
	p.mu.Unlock()
	if hole {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if err != nil {
		return nil, &net.OpError{Op: "dial", Net: "pipe", Err: err}
	}
	ours, theirs := net.Pipe()
	select {
	case p.conns <- theirs:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	p.mu.Lock()
	p.open = append(p.open, ours)
	p.mu.Unlock()
	return ours, nil
}

// setFault changes what dials do and closes open connections.
func (p *pipes) setFault(err error, hole bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err, p.hole = err, hole
	for _, c := range p.open {
		_ = c.Close()
	}
	p.open = nil
}

func (p *pipes) refuseDials() { p.setFault(syscall.ECONNREFUSED, false) }
func (p *pipes) allowDials()  { p.setFault(nil, false) }

func (p *pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.conns:
		return c, nil
	case <-p.done:
		return nil, errors.New("closed")
	}
}

func (p *pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p *pipes) Close() error {
	select {
	case <-p.done:
	default:
		close(p.done)
	}
	return nil
}

// overPipes watches a handler over pipes until the returned function is called. wrap can replace the link.
func overPipes(t *testing.T, h http.Handler, o Options, wrap ...func(*pipes) Link) (*watcher, *pipes, func()) {
	t.Helper()
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	s := &http.Server{Handler: h} //nolint:gosec // test server
	go func() { _ = s.Serve(p) }()
	link := Link(p)
	for _, f := range wrap {
		link = f(p)
	}
	base, err := url.Parse("http://pipe")
	if err != nil {
		t.Fatal(err)
	}
	src, err := newHTTP(target.Target{Scheme: target.SchemeHTTP, Name: "pipe", URL: base}, o.withDefaults(), link)
	if err != nil {
		t.Fatal(err)
	}
	w := startWatch(t, src)
	return w, p, func() {
		w.stop()
		_ = src.Close()
		_ = s.Close()
		time.Sleep(time.Minute) // of fake time, so that handlers return
	}
}

// fake is a service whose response times are set by the test, and which counts requests.
type fake struct {
	takes  map[string]time.Duration    // response time by the last element of the path, or heapAsText
	answer map[string]http.HandlerFunc // replaces the usual response
	counts map[profile.Kind]int        // on the index page

	mu      sync.Mutex
	asked   map[string]int
	busy    time.Duration
	running int
	most    int // of running
	texts   int // heap?debug=1
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/debug/pprof/")
	f.beginRequest(name, r.URL.RawQuery)
	defer f.endRequest()
	time.Sleep(f.durationOf(name, r.URL.RawQuery))
	h, query := f.answer[name], r.URL.RawQuery
	switch {
	case h != nil && query != "debug=1":
		h(w, r)
	case name == "":
		_, _ = io.WriteString(w, "<title>/debug/pprof/</title>")
		for _, k := range []profile.Kind{profile.Goroutine, profile.Heap} {
			_, _ = fmt.Fprintf(w, "<tr><td>%d</td><td><a href='%s?debug=1'>%s</a></td></tr>", f.counts[k], k, k)
		}
	case name == "heap" && query == "debug=1":
		_, _ = io.WriteString(w, "heap profile: \n# runtime.MemStats\n# Sys = 7\n# MaxRSS = 9\n")
	case name == "heap", name == "goroutine":
		_, _ = io.WriteString(w, "\x1f\x8b\x08a profile")
	default:
		http.NotFound(w, r)
	}
}

// heapAsText is the key of fake.takes for the heap profile as text, which by default takes as long as the heap profile.
const heapAsText = "heap?debug=1"

// durationOf returns how long a response takes.
func (f *fake) durationOf(name, query string) time.Duration {
	if d, ok := f.takes[name+"?"+query]; ok {
		return d
	}
	return f.takes[name]
}

func (f *fake) beginRequest(name, query string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if query == "debug=1" {
		f.texts++
	}
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	f.asked[name]++
	f.busy += f.durationOf(name, query)
	f.running++
	f.most = max(f.most, f.running)
}

func (f *fake) endRequest() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running--
}

// totalWork returns the total time spent on responses.
func (f *fake) totalWork() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.busy
}

// mostConcurrent returns the highest number of concurrent requests.
func (f *fake) mostConcurrent() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.most
}

// countTexts returns the number of requests for the heap profile as text.
func (f *fake) countTexts() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.texts
}

func (f *fake) countRequests(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[name]
}

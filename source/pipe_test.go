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
)

// pipes is a Link to a server in the same process, without sockets, so that
// tests run in the fake time of testing/synctest.
type pipes struct {
	conns chan net.Conn
	done  chan struct{}

	mu    sync.Mutex
	err   error // of a dial; nil: it works
	hole  bool  // a dial hangs
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

// set changes how dials go, and breaks what is open.
func (p *pipes) set(err error, hole bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.err, p.hole = err, hole
	for _, c := range p.open {
		_ = c.Close()
	}
	p.open = nil
}

func (p *pipes) down() { p.set(syscall.ECONNREFUSED, false) }
func (p *pipes) up()   { p.set(nil, false) }

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

// overPipes watches a handler over pipes, which wrap can make into another
// link, until the returned function is called.
func overPipes(t *testing.T, h http.Handler, o Options, wrap ...func(*pipes) Link) (*watcher, *pipes, func()) {
	t.Helper()
	p := &pipes{conns: make(chan net.Conn), done: make(chan struct{})}
	s := &http.Server{Handler: h} //nolint:gosec // a test's
	go func() { _ = s.Serve(p) }()
	link := Link(p)
	for _, f := range wrap {
		link = f(p)
	}
	base, err := url.Parse("http://pipe")
	if err != nil {
		t.Fatal(err)
	}
	src, err := newHTTP(Target{Scheme: SchemeHTTP, Name: "pipe", URL: base}, o.withDefaults(), link)
	if err != nil {
		t.Fatal(err)
	}
	w := start(t, src)
	return w, p, func() {
		w.stop()
		_ = src.Close()
		_ = s.Close()
		time.Sleep(time.Minute) // of fake time: handlers end
	}
}

// fake is a service whose answers take as long as told, and which counts.
type fake struct {
	takes  map[string]time.Duration    // by the last element of the path, or heapAsText
	answer map[string]http.HandlerFunc // instead of the usual one
	counts map[profile.Kind]int        // on the index page

	mu      sync.Mutex
	asked   map[string]int
	busy    time.Duration
	running int
	most    int // requests at the same time
	texts   int // heap?debug=1
}

func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimPrefix(r.URL.Path, "/debug/pprof/")
	f.begin(name, r.URL.RawQuery)
	defer f.end()
	time.Sleep(f.duration(name, r.URL.RawQuery))
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

// heapAsText is the key of fake.takes for the heap profile as text, which otherwise
// takes as long as the heap profile.
const heapAsText = "heap?debug=1"

// duration returns how long an answer takes.
func (f *fake) duration(name, query string) time.Duration {
	if d, ok := f.takes[name+"?"+query]; ok {
		return d
	}
	return f.takes[name]
}

func (f *fake) begin(name, query string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if query == "debug=1" {
		f.texts++
	}
	if f.asked == nil {
		f.asked = map[string]int{}
	}
	f.asked[name]++
	f.busy += f.duration(name, query)
	f.running++
	f.most = max(f.most, f.running)
}

func (f *fake) end() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running--
}

// worked is how long it took for all answers.
func (f *fake) worked() time.Duration {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.busy
}

func (f *fake) count(name string) int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.asked[name]
}

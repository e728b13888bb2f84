package kubetest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"sync"
	"time"
)

// process serves HTTP on the ports of a container, without a socket.
type process struct {
	id      string
	servers map[int]*http.Server
	doors   map[int]*door
}

// start starts a process of the container. The caller holds the cluster's lock.
func (w *workload) start(container string) *process {
	w.cluster.names++
	p := &process{id: fmt.Sprintf("%064x", w.cluster.names), servers: map[int]*http.Server{}, doors: map[int]*door{}}
	if container != w.Spec.Containers[0].Name {
		return p // the ports are the first container's
	}
	for port, h := range w.Serve {
		d := &door{callers: make(chan net.Conn), done: make(chan struct{})}
		s := &http.Server{Handler: p.handler(h), ReadHeaderTimeout: time.Minute}
		p.doors[port], p.servers[port] = d, s
		go func() { _ = s.Serve(d) }()
	}
	return p
}

// handler is h, or net/http/pprof, with /whoami beside it.
func (p *process) handler(h http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/whoami", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, p.id) })
	if h != nil {
		mux.Handle("/", h)
		return mux
	}
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", pprof.Cmdline)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// kill ends the process: its connections break.
func (p *process) kill() {
	for _, s := range p.servers {
		_ = s.Close()
	}
}

// dial connects to a port of the process; the error is what the system says
// when nobody listens.
func (p *process) dial(port int) (net.Conn, error) {
	d := p.doors[port]
	if d == nil {
		return nil, errRefused(port)
	}
	ours, theirs := net.Pipe()
	select {
	case d.callers <- theirs:
		return ours, nil
	case <-d.done:
		return nil, errRefused(port)
	}
}

func errRefused(port int) error {
	return fmt.Errorf("dial tcp4 127.0.0.1:%d: connect: connection refused", port)
}

// door is a net.Listener that no socket leads to.
type door struct {
	callers chan net.Conn
	once    sync.Once
	done    chan struct{}
}

// Accept waits for a caller.
func (d *door) Accept() (net.Conn, error) {
	select {
	case c := <-d.callers:
		return c, nil
	case <-d.done:
		return nil, net.ErrClosed
	}
}

// Close turns callers away.
func (d *door) Close() error {
	d.once.Do(func() { close(d.done) })
	return nil
}

// Addr names the door.
func (d *door) Addr() net.Addr { return &net.UnixAddr{Name: "pod", Net: "pod"} }

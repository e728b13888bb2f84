package kubetest

import (
	"fmt"
	"net"
	"net/http"
	"net/http/pprof"
	"slices"
	"strings"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// process serves HTTP on the ports of a container, without a socket.
type process struct {
	id        string
	command   []string // of the container, and its arguments; may be empty
	started   time.Time
	servers   map[int]*http.Server
	listeners map[int]*pipeListener
}

// startProcess starts a process of the container. The caller holds the cluster's lock.
func (w *workload) startProcess(container string) *process {
	w.cluster.names++
	p := &process{
		id: fmt.Sprintf("%064x", w.cluster.names), command: w.commandOf(container), started: time.Now(),
		servers: map[int]*http.Server{}, listeners: map[int]*pipeListener{},
	}
	for port, h := range w.servedBy(container) {
		d := &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
		s := &http.Server{Handler: p.withWhoami(h), ReadHeaderTimeout: time.Minute}
		p.listeners[port], p.servers[port] = d, s
		go func() { _ = s.Serve(d) }()
	}
	return p
}

// commandOf returns the command line in the container's spec, empty if the image
// defines it.
func (w *workload) commandOf(container string) []string {
	for _, list := range [][]corev1.Container{w.Spec.Containers, w.Spec.InitContainers} {
		for _, c := range list {
			if c.Name == container && len(c.Command) > 0 {
				return slices.Concat(c.Command, c.Args)
			}
		}
	}
	return nil
}

// servedBy returns the handlers of the container's processes by port.
func (w *workload) servedBy(container string) map[int]http.Handler {
	if container == w.Spec.Containers[0].Name {
		return w.Serve
	}
	return w.Sidecars[container]
}

// WithMetrics adds a /metrics page to h that has the start time of the process, like
// that of client_golang. A nil h means net/http/pprof.
type WithMetrics struct{ Handler http.Handler }

// ServeHTTP calls the wrapped handler. The process serves /metrics.
func (m WithMetrics) ServeHTTP(w http.ResponseWriter, r *http.Request) { m.Handler.ServeHTTP(w, r) }

// withWhoami returns h, or net/http/pprof if it is nil, with the process's number at
// /whoami.
func (p *process) withWhoami(h http.Handler) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("/whoami", func(w http.ResponseWriter, _ *http.Request) { _, _ = fmt.Fprint(w, p.id) })
	if m, ok := h.(WithMetrics); ok {
		h = m.Handler
		mux.HandleFunc("/metrics", p.serveMetrics)
	}
	if h != nil {
		mux.Handle("/", h)
		return mux
	}
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	mux.HandleFunc("/debug/pprof/cmdline", p.serveCommand)
	mux.HandleFunc("/debug/pprof/profile", pprof.Profile)
	mux.HandleFunc("/debug/pprof/symbol", pprof.Symbol)
	mux.HandleFunc("/debug/pprof/trace", pprof.Trace)
	return mux
}

// serveCommand serves pprof's cmdline page with the command of the container.
func (p *process) serveCommand(w http.ResponseWriter, r *http.Request) {
	if len(p.command) == 0 {
		pprof.Cmdline(w, r)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	_, _ = fmt.Fprint(w, strings.Join(p.command, "\x00"))
}

func (p *process) serveMetrics(w http.ResponseWriter, _ *http.Request) {
	seconds := float64(p.started.UnixNano()) / 1e9
	_, _ = fmt.Fprintf(w, "go_memstats_sys_bytes 1e+07\nprocess_start_time_seconds %.2f\n", seconds)
}

// closeServers ends the process: its connections break.
func (p *process) closeServers() {
	for _, s := range p.servers {
		_ = s.Close()
	}
}

// dialPort connects to a port of the process. It fails like the system if nothing listens.
func (p *process) dialPort(port int) (net.Conn, error) {
	d := p.listeners[port]
	if d == nil {
		return nil, errRefused(port)
	}
	ours, theirs := net.Pipe()
	select {
	case d.conns <- theirs:
		return ours, nil
	case <-d.done:
		return nil, errRefused(port)
	}
}

func errRefused(port int) error {
	return fmt.Errorf("dial tcp4 127.0.0.1:%d: connect: connection refused", port)
}

// pipeListener is a net.Listener without a socket.
type pipeListener struct {
	conns chan net.Conn
	once  sync.Once
	done  chan struct{}
}

// Accept waits for a connection.
func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

// Close makes the port refuse connections.
func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

// Addr returns a placeholder.
func (l *pipeListener) Addr() net.Addr { return &net.UnixAddr{Name: "pod", Net: "pod"} }

package ui

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"time"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/pprofweb"
)

// handed is pprof's web view on one profile, served on loopback.
type handed struct {
	of     string // what it shows: "heap inuse_space, 14:02:05"
	port   int
	secret string // the first step of the path: who does not know it gets nothing
	host   string // of this machine, for the tunnel
	server *http.Server
	done   chan struct{}
	busy   sync.WaitGroup // requests being answered
}

// handedMsg says how the handing over went.
type handedMsg struct {
	to  *handed
	err error
}

// handOver opens pprof's web view on what is under the page; again, it closes it.
func (m *Model) handOver(tea.KeyPressMsg) tea.Cmd {
	if m.handed != nil {
		h := m.handed
		m.handed, m.sh.served = nil, ""
		m.say(false, "pprof's web view is closed.")
		if n := len(m.path); n > 0 {
			if _, ok := m.path[n-1].(*handedPage); ok {
				m.path = m.path[:n-1]
			}
		}
		return tea.Batch(m.show(), func() tea.Msg { h.close(); return nil })
	}
	if m.handing {
		return nil
	}
	m.handing = true
	build := m.document()
	return func() tea.Msg {
		d := build()
		if d.Profile == nil {
			return handedMsg{nil, fmt.Errorf("this page has no profile: Functions, Stacks and Goroutines have one")}
		}
		h, err := serveProfile(*d.Profile)
		return handedMsg{h, err}
	}
}

// handedOver shows the address.
func (m *Model) handedOver(msg handedMsg) tea.Cmd {
	m.handing = false
	if msg.err != nil {
		m.say(true, sentenceCase(msg.err.Error()))
		return nil
	}
	m.handed, m.sh.served = msg.to, msg.to.address()
	m.path = append(m.path, newHandedPage(m.sh, msg.to))
	return m.show()
}

// close ends what the view holds open. The view must have ended.
func (m *Model) close() {
	if m.handed != nil {
		m.handed.close()
	}
}

// serveProfile listens on a free port of loopback.
func serveProfile(x profile.Extract) (*handed, error) {
	pages, err := pprofweb.Handlers(x)
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open a port on loopback: %w", err)
	}
	h := &handed{
		of: string(x.Kind) + " " + x.Type.Name, port: l.Addr().(*net.TCPAddr).Port, secret: rand.Text(), done: make(chan struct{}),
	}
	if !x.Time.IsZero() {
		h.of += ", " + x.Time.Local().Format(time.TimeOnly)
	}
	if !x.Baseline.IsZero() {
		h.of += ", less the baseline of " + x.Baseline.Local().Format(time.TimeOnly)
	}
	if h.host, err = os.Hostname(); err != nil {
		h.host = "HOST"
	}
	h.server = &http.Server{Handler: h.guard(pages), ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() {
		defer close(h.done)
		_ = h.server.Serve(l) // ends with close
	}()
	return h, nil
}

// guard lets in who knows the path, and tells others nothing.
func (h *handed) guard(pages map[string]http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h.busy.Add(1)
		defer h.busy.Done()
		rest, ok := h.inside(r.URL.Path)
		if ok && rest == "" {
			http.Redirect(w, r, "/"+h.secret+"/", http.StatusFound)
			return
		}
		page := pages[rest]
		if !ok || page == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Referrer-Policy", "no-referrer") // or a link would tell the path
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		http.StripPrefix("/"+h.secret, page).ServeHTTP(w, r)
	})
}

func (h *handed) address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(h.port)) }

func (h *handed) url() string { return "http://" + h.address() + "/" + h.secret + "/" }

func (h *handed) close() {
	_ = h.server.Close()
	<-h.done
	h.busy.Wait()
}

// inside is the path below the secret one, if p is that or below it.
func (h *handed) inside(p string) (rest string, ok bool) {
	secret, rest, below := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	if below {
		rest = "/" + rest
	}
	return rest, subtle.ConstantTimeCompare([]byte(secret), []byte(h.secret)) == 1
}

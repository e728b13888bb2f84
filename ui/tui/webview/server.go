package webview

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

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/pprofweb"
)

// Server serves pprof's web view of one profile on loopback.
type Server struct {
	of     string // what it shows: "heap inuse_space, 14:02:05"
	port   int
	secret string // the first element of the path: requests without it get nothing
	host   string // name of this machine, for the ssh tunnel
	server *http.Server
	done   chan struct{}
	busy   sync.WaitGroup // pending requests
}

// Serve listens on a free port of loopback.
func Serve(x profile.Extract) (*Server, error) {
	pages, err := pprofweb.NewHandlers(x)
	if err != nil {
		return nil, err
	}
	var lc net.ListenConfig
	l, err := lc.Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("open a port on loopback: %w", err)
	}
	h := &Server{
		of: string(x.Kind) + " " + x.Type.Name, port: l.Addr().(*net.TCPAddr).Port, secret: rand.Text(), done: make(chan struct{}),
	}
	if !x.Time.IsZero() {
		h.of += ", " + x.Time.Local().Format(time.DateTime)
	}
	if !x.Baseline.IsZero() {
		h.of += ", less the baseline of " + x.Baseline.Local().Format(time.DateTime)
	}
	if h.host, err = os.Hostname(); err != nil {
		h.host = "HOST"
	}
	h.server = &http.Server{Handler: h.guardPath(pages), ReadHeaderTimeout: 10 * time.Second, ErrorLog: log.New(io.Discard, "", 0)}
	go func() {
		defer close(h.done)
		_ = h.server.Serve(l) // returns when the server is closed
	}()
	return h, nil
}

// guardPath serves requests with the secret path only.
func (s *Server) guardPath(pages map[string]http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.busy.Add(1)
		defer s.busy.Done()
		if !isLoopback(r.Host) {
			http.Error(w, "leaktop shows this page only as 127.0.0.1 or localhost", http.StatusMisdirectedRequest)
			return
		}
		rest, ok := s.pathInside(r.URL.Path)
		if ok && rest == "" {
			http.Redirect(w, r, "/"+s.secret+"/", http.StatusFound)
			return
		}
		page := pages[rest]
		if !ok || page == nil || r.Method != http.MethodGet && r.Method != http.MethodHead {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Referrer-Policy", "no-referrer") // otherwise a link would reveal the path
		w.Header().Set("Cache-Control", "no-store")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		http.StripPrefix("/"+s.secret, page).ServeHTTP(w, r)
	})
}

// Address returns the host and port that the server listens on.
func (s *Server) Address() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(s.port)) }

// URL returns the address with the secret path.
func (s *Server) URL() string { return "http://" + s.Address() + "/" + s.secret + "/" }

// Close stops the server, and waits for pending requests.
func (s *Server) Close() {
	_ = s.server.Close()
	<-s.done
	s.busy.Wait()
}

// isLoopback reports whether a Host header names this machine, on any port: an ssh
// tunnel may use another one. A web page elsewhere can make its own name resolve to
// 127.0.0.1 (DNS rebinding), but its requests then carry that name.
func isLoopback(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.Trim(host, "[]")
	ip := net.ParseIP(host)
	return strings.EqualFold(strings.TrimSuffix(host, "."), "localhost") || ip != nil && ip.IsLoopback()
}

// pathInside returns the path below the secret one; ok is false if p is not below
// it.
func (s *Server) pathInside(p string) (rest string, ok bool) {
	secret, rest, below := strings.Cut(strings.TrimPrefix(p, "/"), "/")
	if below {
		rest = "/" + rest
	}
	return rest, subtle.ConstantTimeCompare([]byte(secret), []byte(s.secret)) == 1
}

package source

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/leaktop/leaktop/source/body"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/source/target"
)

// fetchHeap fetches the heap profile from a server with the given options.
func fetchHeap(t *testing.T, url string, o Options) ([]byte, error) {
	t.Helper()
	if o.Timeout == 0 {
		o.Timeout = patience
	}
	h := openTarget(t, url, o)
	c, err := h.Fetch(t.Context(), Query{Kind: profile.Heap})
	return c.Data, err
}

// respondText returns a handler that responds with a body of a media type.
func respondText(mime, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", mime)
		_, _ = io.WriteString(w, body)
	}
}

func respondStatus(code int, body string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { http.Error(w, body, code) }
}

// respondPacked returns a handler that sends a gzip file which is compressed again for the transfer.
func respondPacked(n int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		_, _ = z.Write([]byte{0x1f, 0x8b})
		zeros := make([]byte, 64<<10)
		for ; n > 0; n -= len(zeros) {
			_, _ = z.Write(zeros[:min(n, len(zeros))])
		}
		_ = z.Close()
	}
}

func redirectTo(to string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Location", to)
		w.WriteHeader(http.StatusFound)
	}
}

func TestAnswersAreExplained(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		cause   problem.Cause
		says    string
	}{
		{"unauthorized", respondStatus(401, "no"), problem.CauseAuth, "--bearer-token-file"},
		{"forbidden", respondStatus(403, "no"), problem.CauseForbidden, "these credentials may not read"},
		{"not found", respondStatus(404, "no"), problem.CauseMissing, `router.Handle("/debug/pprof/heap", pprof.Handler("heap"))`},
		{"too often", respondStatus(429, "no"), problem.CauseOften, "--interval"},
		{"proxy without service", respondStatus(502, "no"), problem.CauseDown, "a proxy responds, the service behind it does not (502)"},
		{"unavailable", respondStatus(503, "no"), problem.CauseDown, "check that the service is up"},
		{"a part only", respondStatus(206, "\x1f\x8b"), problem.CauseServer, "the response is incomplete (206)"},
		{"as if cached", respondStatus(304, ""), problem.CauseServer, "a cache or a proxy"},
		{"own words", respondStatus(500, "database \x1b[31mis\u202e down\nmore"), problem.CauseServer, "the server refuses the request (500): database is down"},
		{"index page", serveIndexOnly, problem.CauseIndex, "the response is the index page"},
		{"web page", respondText("text/html", "<!doctype html><title>Shop</title>"), problem.CauseContent, "a web page"},
		{"page of another type", respondText("application/octet-stream", "<html>"), problem.CauseContent, "a web page"},
		{"JSON", respondText("application/json", `{"ok":true}`), problem.CauseContent, "not a profile but text"},
		{"bytes of something", respondText("application/octet-stream", "\x89PNG"), problem.CauseContent, "not a profile"},
		{"nothing", respondText("application/octet-stream", ""), problem.CauseCut, "empty"},
		{"to another server", redirectTo("https://login.example.com/auth?session=hunter2"), problem.CauseRedirect, "https://login.example.com/auth; this looks like a login"},
		{"to TLS", redirectTo("https://elsewhere/debug/pprof/heap"), problem.CauseRedirect, "use it as the target"},
		{"to the index", redirectTo("/debug/pprof/"), problem.CauseRedirect, "the index page: it does not know this profile"},
		{"in a circle", redirectTo("/debug/pprof/heap"), problem.CauseRedirect, "redirects to"},
		{"between two", func(w http.ResponseWriter, r *http.Request) {
			to := r.URL.Path + "/"
			if strings.HasSuffix(r.URL.Path, "/") {
				to = strings.TrimSuffix(r.URL.Path, "/")
			}
			redirectTo(to)(w, r)
		}, problem.CauseRedirect, "in a loop"},
		{"to nowhere", redirectTo(""), problem.CauseRedirect, "to nowhere"},
		{"unknown packing", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "zstd")
			_, _ = io.WriteString(w, "x")
		}, problem.CauseDamaged, `encoded as "zstd"`},
		{"damaged packing", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "this is not gzip at all")
		}, problem.CauseDamaged, "damaged"},
		{"huge headers", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("X-Large", strings.Repeat("x", 200<<10))
		}, problem.CauseLarge, "headers"},
		{"more than the wire limit", respondText("application/octet-stream", "\x1f\x8b"+strings.Repeat("x", 3<<20)), problem.CauseLarge, "larger than 1 MiB on the wire"},
		{"gzip bomb", respondPacked(20 << 20), problem.CauseLarge, "larger than 4 MiB unpacked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t, tt.handler)
			_, err := fetchHeap(t, s.URL, Options{MaxBody: 1 << 20, MaxInflated: 4 << 20})
			checkProblem(t, err, tt.cause, tt.says)
		})
	}
}

// TestProfilesAreBoundedAsTheyCome checks that the limit of a profile is lower than that of other responses, because
// package profile would refuse a larger one anyway.
func TestProfilesAreBoundedAsTheyCome(t *testing.T) {
	large := respondText("application/octet-stream", "\x1f\x8b"+strings.Repeat("x", decode.MaxSize))
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		says    string
	}{
		{"on the wire", large, "larger than 32 MiB on the wire"},
		{"unpacked", respondPacked(decode.MaxSize + 1), "larger than 32 MiB unpacked"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t, tt.handler)
			_, err := fetchHeap(t, s.URL, Options{})
			checkProblem(t, err, problem.CauseLarge, tt.says)
		})
	}
}

// serveIndexOnly is pprof.Index under a prefix without StripPrefix.
func serveIndexOnly(w http.ResponseWriter, r *http.Request) {
	pprof.Index(w, httptest.NewRequest(http.MethodGet, "/admin"+r.URL.Path, nil))
}

func checkProblem(t *testing.T, err error, cause problem.Cause, says string) {
	t.Helper()
	var p *problem.Problem
	if !errors.As(err, &p) {
		t.Fatalf("got %v, want a *Problem", err)
	}
	if p.Cause != cause || !strings.Contains(err.Error(), says) {
		t.Errorf("got cause %q: %q; want cause %q and %q", p.Cause, err, cause, says)
	}
	if strings.Contains(err.Error(), "hunter2") || strings.ContainsFunc(err.Error(), func(r rune) bool { return !unicode.IsPrint(r) }) {
		t.Errorf("%q has a secret or unprintable characters", err)
	}
}

// dripBytes writes a byte every 10 ms until the request ends.
func dripBytes(w http.ResponseWriter, r *http.Request) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		_, _ = io.WriteString(w, "x")
		if http.NewResponseController(w).Flush() != nil {
			return
		}
		select {
		case <-r.Context().Done():
			return
		case <-tick.C:
		}
	}
}

func TestConnectionsAreExplained(t *testing.T) {
	t.Parallel()
	hangs := startServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	plain := startServer(t, pprofMux())
	drips := startServer(t, http.HandlerFunc(dripBytes))
	short := 200 * time.Millisecond
	for _, tt := range []struct {
		name, target string
		cause        problem.Cause
		says         string
		timeout      time.Duration
	}{
		{"refused", "http://" + closedPort(t), problem.CauseRefused, "connection refused: nothing listens there; check the port", 0},
		{"no such host", "http://no-such-host.invalid:1", problem.CauseName, "does not resolve on this machine", 0},
		{"hangs", hangs.URL, problem.CauseTimeout, "no response within", short},
		{"drips forever", drips.URL, problem.CauseTimeout, "no response within", short},
		{"TLS asked of a plain server", strings.Replace(plain.URL, "http:", "https:", 1), problem.CauseTLS, "write http:// instead", 0},
		{"no such socket", "unix:/no/such.sock", problem.CauseSocket, "the socket does not exist", 0},
		{"greeting of another protocol", "http://" + startTalker(t, "220 mail ESMTP\r\n"), problem.CauseNotHTTP, "does not speak HTTP/1.1", 0},
		{"HTTP/2 only", "http://" + startTalker(t, "\x00\x00\x06\x04\x00\x00\x00\x00\x00\x00\x05\x00\x00\x40\x00"), problem.CauseNotHTTP, "gRPC", 0},
		{"closes at once", "http://" + startTalker(t, ""), problem.CauseCut, "closed before the end", 0},
		{"cut in the body", "http://" + startTalker(t, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n\x1f\x8bx"), problem.CauseCut, "closed before the end", 0},
		{"damaged chunks", "http://" + startTalker(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZZZ\r\n"), problem.CauseDamaged, "invalid byte in chunk length", 0},
		{"cut in a chunk", "http://" + startTalker(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n\x1f\x8bxyz\r\n"), problem.CauseCut, "closed before the end", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, err := fetchHeap(t, tt.target, Options{Timeout: tt.timeout})
			checkProblem(t, err, tt.cause, tt.says)
		})
	}
}

// TestDamagedIndexIsNotAnotherPage checks that a damaged response is not taken for a page of another service.
func TestDamagedIndexIsNotAnotherPage(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
	for _, tt := range []struct {
		name, answer string
		cause        problem.Cause
	}{
		{"no number", head + "ZZZZ\r\n", problem.CauseDamaged},
		{"no number later", head + "5\r\nhello\r\nZZ\r\n", problem.CauseDamaged},
		{"too large a number", head + "ffffffffffffffffff\r\nx", problem.CauseDamaged},
		{"a long extension", head + "5;" + strings.Repeat("x", 100_000) + "\r\nhello\r\n0\r\n\r\n", problem.CauseDamaged},
		{"negative", head + "-5\r\nhello\r\n0\r\n\r\n", problem.CauseDamaged},
		{"a wrong length", head + "5\r\nhelloWRONG0\r\n\r\n", problem.CauseDamaged},
		{"cut off", head + "20\r\nhello\r\n", problem.CauseCut},
		{"nothing", head, problem.CauseCut},
		{"not gzip", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 18\r\n\r\nhello hello hello!", problem.CauseDamaged},
		{"another packing", "HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\nContent-Length: 5\r\n\r\nhello", problem.CauseDamaged},
	} {
		t.Run(tt.name, func(t *testing.T) {
			parsed, err := target.Parse("http://" + startTalker(t, tt.answer))
			if err != nil {
				t.Fatal(err)
			}
			src, err := newHTTP(parsed, Options{}.withDefaults(), nil)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = src.Close() }()
			err = src.Probe(t.Context())
			if !problem.HasCause(err, tt.cause) || strings.Contains(err.Error(), "another page") {
				t.Errorf("got %v, want cause %q", err, tt.cause)
			}
		})
	}
}

// closedPort returns an address on which nothing listens.
func closedPort(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().String()
}

// startTalker accepts connections, reads a little, sends its text and closes.
func startTalker(t *testing.T, says string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			_, _ = c.Read(make([]byte, 4096))
			_, _ = io.WriteString(c, says)
			_ = c.Close()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-done
	})
	return l.Addr().String()
}

// The error of a truncated profile names the server's WriteTimeout if that is shorter than the profile takes.
func TestWriteTimeoutIsNamed(t *testing.T) {
	t.Parallel()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte{0x1f, 0x8b})
		dripBytes(w, r)
	}))
	s.Config.WriteTimeout = 1200 * time.Millisecond
	s.Start()
	t.Cleanup(s.Close)
	_, err := fetchHeap(t, s.URL, Options{})
	checkProblem(t, err, problem.CauseCut, "WriteTimeout (or a proxy's) is shorter than heap takes")
}

func TestTransferPackingIsTakenOff(t *testing.T) {
	s := startServer(t, respondPacked(100))
	data, err := fetchHeap(t, s.URL, Options{})
	if err != nil || len(data) != 102 || !bytes.HasPrefix(data, []byte{0x1f, 0x8b}) {
		t.Errorf("got %d bytes, %v; want the 102 inside", len(data), err)
	}
}

func TestCanonicalRedirectIsFollowed(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/heap/", respondText("application/octet-stream", "\x1f\x8bprofile"))
	s := startServer(t, mux) // the mux redirects /debug/pprof/heap to it
	if data, err := fetchHeap(t, s.URL, Options{}); err != nil || string(data) != "\x1f\x8bprofile" {
		t.Errorf("got %q, %v", data, err)
	}
}

func TestCredentialsAreSentToTheTargetOnly(t *testing.T) {
	other := startServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		t.Errorf("another server received %s with %q", r.URL, r.Header)
	}))
	var got http.Header
	var host string
	s := startServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got, host = r.Header.Clone(), r.Host
		http.Redirect(w, r, other.URL+"/debug/pprof/heap", http.StatusTemporaryRedirect)
	}))
	token := writeFile(t, "token", "first\n")
	o := Options{BearerTokenFile: token, Headers: http.Header{"x-tenant": {"a"}, "Host": {"shop.example.com"}}}
	h := openTarget(t, s.URL, o)
	for _, want := range []string{"first", "second"} {
		if err := os.WriteFile(token, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := h.Fetch(t.Context(), Query{Kind: profile.Heap})
		checkProblem(t, err, problem.CauseRedirect, "redirects to")
		if got.Get("Authorization") != "Bearer "+want || got.Get("X-Tenant") != "a" || host != "shop.example.com" || got.Get("Host") != "" {
			t.Errorf("sent %q to host %q, want the token %q", got, host, want)
		}
	}
	if err := os.Remove(token); err != nil {
		t.Fatal(err)
	}
	_, err := h.Fetch(t.Context(), Query{Kind: profile.Heap})
	checkProblem(t, err, problem.CauseAuth, "--bearer-token-file")
}

func TestUserOfTheURLAndTokenOfTheEnvironment(t *testing.T) {
	var got string
	s := startServer(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = r.Header.Get("Authorization")
		respondStatus(401, "")(w, r)
	}))
	_, err := fetchHeap(t, strings.Replace(s.URL, "http://", "http://user:hunter2@", 1), Options{})
	checkProblem(t, err, problem.CauseAuth, "401")
	if got != "Basic dXNlcjpodW50ZXIy" {
		t.Errorf("sent %q, want user and password", got)
	}
	env := func(name string) string { return map[string]string{TokenVariable: "t0ken"}[name] }
	_, _ = fetchHeap(t, s.URL, Options{Getenv: env})
	if got != "Bearer t0ken" {
		t.Errorf("sent %q, want the token of %s", got, TokenVariable)
	}
}

func TestUnixSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	l, err := net.Listen("unix", path)
	if err != nil {
		t.Skip("no unix sockets here: ", err)
	}
	s := &httptest.Server{Listener: l, Config: &http.Server{Handler: pprofMux(), ReadHeaderTimeout: patience}}
	s.Start()
	t.Cleanup(s.Close)
	if data, err := fetchHeap(t, "unix:"+path, Options{}); err != nil || body.ContentOf("", data) != body.ContentProfile {
		t.Errorf("got %d bytes, %v", len(data), err)
	}
	if os.Getuid() != 0 {
		if err := os.Chmod(path, 0); err != nil {
			t.Fatal(err)
		}
		_, err := fetchHeap(t, "unix:"+path, Options{})
		checkProblem(t, err, problem.CauseSocket, "may not open")
	}
}

// An error because the caller's context ended is not turned into a problem of the target.
func TestEndOfContextStaysWhatItIs(t *testing.T) {
	hangs := startServer(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() }))
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	_, err := openTarget(t, hangs.URL, Options{}).Fetch(ctx, Query{Kind: profile.Heap})
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

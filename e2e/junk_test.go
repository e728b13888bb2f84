package e2e

import (
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"
)

// TestJunkBehindAnAnswerIsNotLogged checks that the screen is not disturbed
// when net/http logs junk from an idle connection to standard error.
func TestJunkBehindAnAnswerIsNotLogged(t *testing.T) {
	t.Parallel()
	exe := findProgram(t, "leaktop")
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		conn, _, err := w.(http.Hijacker).Hijack()
		if err != nil {
			return
		}
		defer func() { _ = conn.(*net.TCPConn).CloseWrite() }()
		_, _ = conn.Write([]byte("HTTP/1.1 500 Broken\r\nContent-Length: 3\r\n\r\noh!" + strings.Repeat("too much", 100)))
	}))
	defer s.Close()
	out, err := exec.Command(exe, "check", s.URL, "--for", "5s").CombinedOutput()
	// If the next request uses the connection before the junk is noticed, it
	// takes the junk for its answer.
	named := strings.Contains(string(out), "oh!") || strings.Contains(string(out), "the server does not speak HTTP/1.1")
	if err == nil || !named || strings.Contains(string(out), "too much") {
		t.Errorf("%v, it said %q, want the answer named and not what came behind it", err, out)
	}
}

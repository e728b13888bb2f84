package webview

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// A page of another site that has made its name resolve to this machine gets
// nothing, even if it knows the path.
func TestForeignHostsAreRefused(t *testing.T) {
	h := &Server{secret: "secret"}
	pages := map[string]http.Handler{"/top": http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte("what the profile says"))
	})}
	for host, served := range map[string]bool{
		"127.0.0.1:4711": true, "127.0.0.1": true, "localhost:8080": true, "LOCALHOST": true, "[::1]:80": true, "127.0.0.2:1": true,
		"evil.example:4711": false, "127.0.0.1.evil.example:4711": false, "localhost.evil.example": false, "10.0.0.7:4711": false,
		"": false, "[::1": true, "169.254.169.254": false, "0.0.0.0:4711": false,
	} {
		r := httptest.NewRequest(http.MethodGet, "/secret/top", nil)
		r.Host = host
		w := httptest.NewRecorder()
		h.guardPath(pages).ServeHTTP(w, r)
		if got := w.Code == http.StatusOK && strings.Contains(w.Body.String(), "profile says"); got != served {
			t.Errorf("Host %q: status %d, %q", host, w.Code, w.Body.String())
		}
	}
}

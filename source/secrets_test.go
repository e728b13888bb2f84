package source

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestEchoedSecretsAreHidden checks that a server which echoes the request in its response cannot put a secret on the
// screen.
func TestEchoedSecretsAreHidden(t *testing.T) {
	file := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(file, []byte("s3cret/bearer=\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, answer := range map[string]http.HandlerFunc{
		"an error page": func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, fmt.Sprint("cannot handle ", r.Header), http.StatusInternalServerError)
		},
		"a redirect": func(w http.ResponseWriter, r *http.Request) {
			auth, _ := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
			http.Redirect(w, r, "/login/"+url.PathEscape(auth+r.Header.Get("X-Token")), http.StatusFound)
		},
		"a broken header": func(w http.ResponseWriter, r *http.Request) {
			conn, _, err := w.(http.Hijacker).Hijack()
			if err != nil {
				return
			}
			_, _ = fmt.Fprintf(conn, "HTTP/1.1 %s\r\n\r\n", r.Header.Get("X-Token"))
			_ = conn.Close()
		},
	} {
		s := startServer(t, answer)
		for _, user := range []string{"", "ops:s3cretpass@"} {
			o := Options{Headers: http.Header{"X-Token": {"s3cret-header"}}}
			if user == "" {
				o.BearerTokenFile = file
			}
			_, err := fetchHeap(t, strings.Replace(s.URL, "://", "://"+user, 1), o)
			if err == nil || strings.Contains(strings.ToLower(err.Error()), "s3cret") || strings.Contains(err.Error(), "b3BzOn") {
				t.Errorf("%s: got %v, want an error without a secret", name, err)
			}
		}
	}
}

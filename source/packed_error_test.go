package source

import (
	"compress/gzip"
	"io"
	"net/http"
)

// respondPacked answers with a status and compressed text, as Prometheus does.
func respondPacked(status int, text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(status)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, text)
		_ = z.Close()
	}
}

package source

import (
	"compress/gzip"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/store/parca/parcatest"
)

// The reason that a server gives for an error may be compressed, as that of Prometheus is.
func TestPackedErrorsAreExplained(t *testing.T) {
	s := parcatest.NewServer()
	t.Cleanup(s.Close)
	s.SetFault(func(w http.ResponseWriter, _ *http.Request) bool {
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(http.StatusBadRequest)
		z := gzip.NewWriter(w)
		_, _ = io.WriteString(z, `{"status":"error","errorType":"bad_data","error":"1:3: parse error"}`)
		return z.Close() == nil
	})
	err := openError(t, "parca+"+s.URL+"?job=checkout", Options{})
	if err == nil || !strings.Contains(err.Error(), "(400): 1:3: parse error") {
		t.Errorf("got %v", err)
	}
}

//go:build unix

package e2e

import (
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/leaktop/leaktop/source/recording"
)

// TestViewRecordsFromItsStart opens the view with --record and quits.
func TestViewRecordsFromItsStart(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.HandleFunc("/debug/pprof/", pprof.Index)
	server := httptest.NewServer(mux)
	defer server.Close()
	path := filepath.Join(t.TempDir(), "view.tar")
	tm := start(t, 200, 30, "leaktop", server.URL, "--record", path)
	tm.shows("rec ")
	heap := regexp.MustCompile(`live heap +[0-9]`)
	tm.waitFor("the heap's size", heap.MatchString) // a profile is recorded before it is shown
	tm.press("q")
	if err := tm.waitForExit(); err != nil {
		t.Errorf("it ended with %v", err)
	}
	tm.shows("recorded ", filepath.Base(path))
	rec, err := recording.Open(t.Context(), []string{path}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(rec.Items) < 2 || len(rec.Warnings) > 0 {
		t.Errorf("%d entries, warnings %q", len(rec.Items), rec.Warnings)
	}
	if err := rec.Close(); err != nil {
		t.Error(err)
	}
}

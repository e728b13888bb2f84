package pprofweb

import (
	"bytes"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

func extract(t *testing.T, sel profile.Selection) profile.Extract {
	t.Helper()
	h := profile.NewHistoryBuilder()
	data, err := os.ReadFile("../testdata/typ_heap_060.pb.gz")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := h.Add(profile.Capture{Kind: profile.Heap, Data: data}); err != nil {
		t.Fatal(err)
	}
	x, ok := h.History().Extract(sel)
	if !ok {
		t.Fatal("no profile")
	}
	x.Comments = []string{"written by a test"}
	return x
}

func TestDot(t *testing.T) {
	for _, sample := range []string{"inuse_space", "alloc_objects"} {
		var b bytes.Buffer
		if err := WriteDot(&b, extract(t, profile.Selection{Kind: profile.Heap, Type: sample})); err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"digraph", "Type: " + sample, "written by a test", "->"} {
			if !strings.Contains(b.String(), want) {
				t.Errorf("the graph of %s lacks %q:\n%.400s", sample, want, b.String())
			}
		}
	}
}

func TestHandlers(t *testing.T) {
	hs, err := NewHandlers(extract(t, profile.Selection{Kind: profile.Heap, Type: "inuse_objects"}))
	if err != nil {
		t.Fatal(err)
	}
	for path, want := range map[string]string{"/top": "inuse_objects", "/flamegraph": "<html", "/peek": "<html"} {
		w := httptest.NewRecorder()
		hs[path].ServeHTTP(w, httptest.NewRequest("GET", path+"?f=json", nil))
		if w.Code != 200 || !strings.Contains(w.Body.String(), want) {
			t.Errorf("%s: status %d, %.300s", path, w.Code, w.Body)
		}
	}
	for _, path := range []string{"/saveconfig", "/deleteconfig"} {
		if hs[path] != nil {
			t.Errorf("%s writes to this machine's settings, and is there", path)
		}
	}
}

// TestNoProgramIsRun checks that the program named in a profile is not run, because an
// untrusted profile may name any file.
func TestNoProgramIsRun(t *testing.T) {
	hs, err := NewHandlers(extract(t, profile.Selection{Kind: profile.Heap, Type: "inuse_space"}))
	if err != nil {
		t.Fatal(err)
	}
	w := httptest.NewRecorder()
	hs["/disasm"].ServeHTTP(w, httptest.NewRequest("GET", "/disasm?f=json", nil))
	if w.Code == 200 && strings.Contains(w.Body.String(), "ROUTINE ====") && strings.Contains(w.Body.String(), "MOV") {
		t.Errorf("the disassembly came: %.300s", w.Body)
	}
}

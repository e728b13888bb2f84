package body

import (
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/plain"
)

// The rows of the page as released versions of Go write them.
func TestParseIndexOfOlderGo(t *testing.T) {
	for name, row := range map[string]string{
		"go1.4":  "<tr><td align=right>12<td><a href=\"goroutine?debug=1\">goroutine</a>\n",
		"go1.11": "<tr><td>12</td><td><a href=goroutine?debug=1>goroutine</a></td></tr>\n",
		"go1.26": "<tr><td>12</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>\n",
	} {
		ix, ok := ParseIndex("<html><head><title>/debug/pprof/</title></head>/debug/pprof/<br>\n\nTypes of profiles available:<table>" + row + "</table>")
		if want := map[profile.Kind]int{profile.Goroutine: 12}; !ok || !cmp.Equal(ix.Counts, want) {
			t.Errorf("%s: got %v, %v", name, ix.Counts, ok)
		}
	}
}

func TestContentOf(t *testing.T) {
	for _, tt := range []struct {
		mime, data string
		want       Content
	}{
		{"application/octet-stream", "\x1f\x8b\x08", ContentProfile},
		{"text/html", "\x1f\x8b\x08", ContentProfile},
		{"application/octet-stream", "\x0a\x04\x08\x01\x10\x02", ContentProfile},
		{"text/plain", "heap profile: 1: 2 [3: 4] @ heap/1048576", ContentProfile},
		{"text/plain", "goroutine profile: total 5\n", ContentProfile},
		{"text/plain", "goroutine 1 [running]:\n", ContentStacks},
		{"application/octet-stream", "go 1.26 trace\x00\x00\x00", ContentTrace},
		{"text/plain", "<html><head>\n<title>/debug/pprof/</title>", ContentIndex},
		{"application/octet-stream", " <!doctype html>", ContentHTML},
		{"text/html; charset=utf-8", "Welcome", ContentHTML},
		{"application/json", "\n{}", ContentText},
		{"", "404", ContentText},
		{"", "", ContentEmpty},
	} {
		if got := ContentOf(tt.mime, []byte(tt.data)); got != tt.want {
			t.Errorf("%s %q: got %q, want %q", tt.mime, tt.data, got, tt.want)
		}
	}
}

func TestGoVersion(t *testing.T) {
	for path, want := range map[string]string{
		"/usr/local/go1.26.8/src/runtime/proc.go":                                               "go1.26.8",
		"/root/go/pkg/mod/golang.org/toolchain@v0.0.1-go1.25.0.linux-amd64/src/runtime/proc.go": "go1.25.0",
		"/opt/hostedtoolcache/go/1.22.3/x64/src/net/http/server.go":                             "go1.22.3",
		"/opt/homebrew/Cellar/go/1.26.8/libexec/src/os/file.go":                                 "go1.26.8",
		"/home/x/sdk/go1.27rc1/src/internal/poll/fd.go":                                         "go1.27rc1",
		"/usr/local/go/src/runtime/proc.go":                                                     "",
		"runtime/proc.go":                                                                       "",
		"/root/go/pkg/mod/example.com/go/1.2.3/src/main.go":                                     "",
		"/root/go/pkg/mod/github.com/aws/aws-sdk-go@v1.44.1/src/x.go":                           "",
	} {
		if got := GoVersion([]byte("\x0a" + path + "\x12\x00")); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// A profile of this process offers the usual kinds, and nothing that is not a profile.
func TestParseIndexOfThisGo(t *testing.T) {
	rec := httptest.NewRecorder()
	pprof.Index(rec, httptest.NewRequest(http.MethodGet, "/debug/pprof/", nil))
	ix, ok := ParseIndex(rec.Body.String())
	if !ok || ix.Counts[profile.Goroutine] < 2 {
		t.Fatalf("got %+v, %v", ix, ok)
	}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine, profile.Allocs, profile.Block, profile.Mutex, profile.ThreadCreate, profile.CPU, profile.Trace} {
		if !slices.Contains(ix.Kinds, k) {
			t.Errorf("%s is not offered: %v", k, ix.Kinds)
		}
	}
	if slices.Contains(ix.Kinds, "cmdline") || slices.Contains(ix.Kinds, "symbol") {
		t.Errorf("no profiles: %v", ix.Kinds)
	}
}

func TestParseIndexIsBounded(t *testing.T) {
	row := func(name string) string { return "<tr><td>1</td><td><a href='x?debug=1'>" + name + "</a></td></tr>" }
	var page strings.Builder
	for i := range 1000 {
		page.WriteString(row("p" + strings.Repeat("x", i%50)))
		page.WriteString(row("heap?gc=1"))
		page.WriteString(row("a\x1b[31mb"))
	}
	ix, ok := ParseIndex(page.String())
	if !ok || len(ix.Kinds) > maxOffers || slices.Contains(ix.Kinds, "heap?gc=1") {
		t.Errorf("got %d offers, %v", len(ix.Kinds), ok)
	}
	for _, k := range ix.Kinds {
		checkName(t, k)
	}
}

func FuzzParseIndex(f *testing.F) {
	f.Add("<tr><td>12</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>")
	f.Add("<td align=right>99999999999999999<td><a href=\"a\">b</a>")
	f.Fuzz(func(t *testing.T, page string) {
		ix, ok := ParseIndex(page)
		if ok != (len(ix.Kinds) > 0) || len(ix.Kinds) > maxOffers {
			t.Fatalf("%+v, %v", ix, ok)
		}
		for _, k := range ix.Kinds {
			checkName(t, k)
			if ix.Counts[k] < 0 || !IsSafeName(k) {
				t.Fatalf("%q: %d", k, ix.Counts[k])
			}
		}
	})
}

// checkName fails for a name that cannot be shown.
func checkName(t *testing.T, k profile.Kind) {
	t.Helper()
	if k == "" || plain.Line(string(k)) != string(k) {
		t.Fatalf("%q cannot be shown", k)
	}
}

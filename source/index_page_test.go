package source

import (
	"net/http"
	"net/http/httptest"
	"net/http/pprof"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
)

func TestParseIndexOfThisGo(t *testing.T) {
	rec := httptest.NewRecorder()
	pprof.Index(rec, httptest.NewRequest(http.MethodGet, "/debug/pprof/", nil))
	ix, ok := parseIndex(rec.Body.String())
	if !ok || ix.counts[profile.Goroutine] < 2 {
		t.Fatalf("got %+v, %v", ix, ok)
	}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine, profile.Allocs, profile.Block, profile.Mutex, profile.ThreadCreate, profile.CPU, profile.Trace} {
		if !slices.Contains(ix.kinds, k) {
			t.Errorf("%s is not offered: %v", k, ix.kinds)
		}
	}
	if slices.Contains(ix.kinds, "cmdline") || slices.Contains(ix.kinds, "symbol") {
		t.Errorf("no profiles: %v", ix.kinds)
	}
}

// The rows of the page as released versions of Go wrote them.
func TestParseIndexOfOlderGo(t *testing.T) {
	for name, row := range map[string]string{
		"go1.4":  "<tr><td align=right>12<td><a href=\"goroutine?debug=1\">goroutine</a>\n",
		"go1.11": "<tr><td>12</td><td><a href=goroutine?debug=1>goroutine</a></td></tr>\n",
		"go1.26": "<tr><td>12</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>\n",
	} {
		ix, ok := parseIndex("<html><head><title>/debug/pprof/</title></head>/debug/pprof/<br>\n\nTypes of profiles available:<table>" + row + "</table>")
		if want := map[profile.Kind]int{profile.Goroutine: 12}; !ok || !cmp.Equal(ix.counts, want) {
			t.Errorf("%s: got %v, %v", name, ix.counts, ok)
		}
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
	ix, ok := parseIndex(page.String())
	if !ok || len(ix.kinds) > maxOffers || slices.Contains(ix.kinds, "heap?gc=1") {
		t.Errorf("got %d offers, %v", len(ix.kinds), ok)
	}
	for _, k := range ix.kinds {
		checkPrintable(t, string(k))
	}
}

func FuzzParseIndex(f *testing.F) {
	f.Add("<tr><td>12</td><td><a href='goroutine?debug=1'>goroutine</a></td></tr>")
	f.Add("<td align=right>99999999999999999<td><a href=\"a\">b</a>")
	f.Fuzz(func(t *testing.T, page string) {
		ix, ok := parseIndex(page)
		if ok != (len(ix.kinds) > 0) || len(ix.kinds) > maxOffers {
			t.Fatalf("%+v, %v", ix, ok)
		}
		for _, k := range ix.kinds {
			checkPrintable(t, string(k))
			if ix.counts[k] < 0 || (Query{Kind: k, Seconds: 1}).validate() != nil {
				t.Fatalf("%q: %d", k, ix.counts[k])
			}
		}
	})
}

func TestContentOf(t *testing.T) {
	for _, tt := range []struct {
		mime, data string
		want       content
	}{
		{"application/octet-stream", "\x1f\x8b\x08", contentProfile},
		{"text/html", "\x1f\x8b\x08", contentProfile},
		{"application/octet-stream", "\x0a\x04\x08\x01\x10\x02", contentProfile},
		{"text/plain", "heap profile: 1: 2 [3: 4] @ heap/1048576", contentProfile},
		{"text/plain", "goroutine profile: total 5\n", contentProfile},
		{"text/plain", "goroutine 1 [running]:\n", contentStacks},
		{"application/octet-stream", "go 1.26 trace\x00\x00\x00", contentTrace},
		{"text/plain", "<html><head>\n<title>/debug/pprof/</title>", contentIndex},
		{"application/octet-stream", " <!doctype html>", contentHTML},
		{"text/html; charset=utf-8", "Welcome", contentHTML},
		{"application/json", "\n{}", contentText},
		{"", "404", contentText},
		{"", "", contentEmpty},
	} {
		if got := contentOf(tt.mime, []byte(tt.data)); got != tt.want {
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
		if got := goVersion([]byte("\x0a" + path + "\x12\x00")); got != want {
			t.Errorf("%s: got %q, want %q", path, got, want)
		}
	}
}

// A profile that was written by this process names the Go that built it, where
// that Go is in a place that has the version in its name.
func TestGoVersionOfARealProfile(t *testing.T) {
	s := serve(t, pprofMux())
	data, err := ask(t, s.URL, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if got := goVersion(data); got != "" && !strings.HasPrefix(got, "go1.") {
		t.Errorf("got %q", got)
	}
	if n := plainSize(data); n < int64(len(data)) || n > 64<<20 {
		t.Errorf("%d bytes are said to hold %d", len(data), n)
	}
}

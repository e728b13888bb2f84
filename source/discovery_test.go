package source

import (
	"net/http"
	"net/http/pprof"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/source/body"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
)

// serveExactPaths serves exact paths only, as gorilla/mux does with HandleFunc.
func serveExactPaths(paths map[string]http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if h := paths[r.URL.Path]; h != nil {
			h(w, r)
			return
		}
		http.NotFound(w, r)
	}
}

// stripPrefix serves net/http/pprof under a prefix in the recommended way.
func stripPrefix(prefix string) http.HandlerFunc {
	return http.StripPrefix(prefix, pprofMux()).ServeHTTP
}

// serveLikeFiber serves the index page for every name it does not know, as the pprof middleware of gofiber/fiber does.
func serveLikeFiber(w http.ResponseWriter, r *http.Request) {
	name, found := strings.CutPrefix(r.URL.Path, "/debug/pprof")
	switch {
	case !found:
		http.NotFound(w, r)
	case name == "/":
		pprof.Index(w, r)
	case slices.Contains([]string{"/heap", "/goroutine", "/allocs", "/cmdline", "/profile", "/trace"}, name):
		pprofMux().ServeHTTP(w, r)
	default:
		redirectTo("/debug/pprof/")(w, r)
	}
}

func TestProbeFinds(t *testing.T) {
	notThere := func(w http.ResponseWriter, r *http.Request) { respondText("text/html", "<h1>Shop</h1>")(w, r) }
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		path    string // of the target
		root    string
		page    bool
	}{
		{"net/http/pprof", pprofMux().ServeHTTP, "", "/debug/pprof/", true},
		{"prefix", stripPrefix("/admin"), "/admin", "/admin/debug/pprof/", true},
		{"prefix not told", stripPrefix("/admin"), "", "/admin/debug/pprof/", true},
		{"prefix told, pprof without", pprofMux().ServeHTTP, "/admin", "/debug/pprof/", true},
		{"pasted profile", pprofMux().ServeHTTP, "/debug/pprof/heap?debug=1", "/debug/pprof/", true},
		{"elsewhere", serveExactPaths(map[string]http.HandlerFunc{"/v1/sys/pprof/": pprof.Index}), "/v1/sys/pprof/heap", "/v1/sys/pprof/", true},
		{"index without a slash", serveExactPaths(map[string]http.HandlerFunc{
			"/debug/pprof/": redirectTo("/debug/pprof"), "/debug/pprof": pprof.Index,
		}), "", "/debug/pprof/", true},
		{"heap only", serveExactPaths(map[string]http.HandlerFunc{"/debug/pprof/heap": pprof.Handler("heap").ServeHTTP}), "", "/debug/pprof/", false},
		{"goroutine only", serveExactPaths(map[string]http.HandlerFunc{"/debug/pprof/goroutine": pprof.Handler("goroutine").ServeHTTP}), "", "/debug/pprof/", false},
		{"fiber", serveLikeFiber, "", "/debug/pprof/", true},
		{"a page for everything, and pprof under a prefix", func(w http.ResponseWriter, r *http.Request) {
			if strings.HasPrefix(r.URL.Path, "/admin/") {
				stripPrefix("/admin")(w, r)
				return
			}
			notThere(w, r)
		}, "", "/admin/debug/pprof/", true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t, tt.handler)
			h := openTarget(t, s.URL+tt.path, Options{})
			if err := h.Probe(t.Context()); err != nil {
				t.Fatal(err)
			}
			if svc := h.discovery(); svc.root != tt.root || svc.hasIndex != tt.page {
				t.Errorf("got root %q, index %v; want %q, %v", svc.root, svc.hasIndex, tt.root, tt.page)
			}
		})
	}
}

func TestProbeExplains(t *testing.T) {
	for _, tt := range []struct {
		name    string
		handler http.HandlerFunc
		cause   problem.Cause
		says    string
	}{
		{"no pprof", http.NotFound, problem.CauseNotPprof, `has no /debug/pprof/ (also tried /pprof/, `},
		{"a shop", respondText("text/html", "<h1>Shop</h1>"), problem.CauseNotPprof, `serves another page at`},
		{"a JSON service", respondText("application/json", "{}"), problem.CauseNotPprof, `import _ "net/http/pprof"`},
		{"a login", redirectTo("/login?next=hunter2"), problem.CauseRedirect, "this looks like a login: provide a token"},
		{"TLS wanted", redirectTo("https://h/debug/pprof/"), problem.CauseRedirect, "redirects to https://h/debug/pprof/ (also tried"},
		{"needs a token", respondStatus(401, ""), problem.CauseAuth, "--bearer-token-file"},
		{"forbidden", respondStatus(403, ""), problem.CauseForbidden, "(403)"},
		{"broken", respondStatus(500, "oh no"), problem.CauseServer, "oh no"},
		{"a part of the page", respondStatus(206, "<title>/debug/pprof/</title>"), problem.CauseServer, "the response is incomplete (206)"},
		{"gateway", respondStatus(504, ""), problem.CauseDown, "(504)"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := startServer(t, tt.handler)
			checkProblem(t, openTarget(t, s.URL, Options{}).Probe(t.Context()), tt.cause, tt.says)
		})
	}
}

func TestOffers(t *testing.T) {
	s := startServer(t, pprofMux())
	h := openTarget(t, s.URL, Options{})
	if k := h.Offers(); !slices.Contains(k, profile.Heap) || !slices.Contains(k, profile.CPU) {
		t.Errorf("before probing: got offers %v", k)
	}
	if err := h.Probe(t.Context()); err != nil {
		t.Fatal(err)
	}
	if k := h.Offers(); !slices.Contains(k, profile.Mutex) || !slices.Contains(k, profile.Trace) || slices.Contains(k, "cmdline") {
		t.Errorf("from the index page: got offers %v", k)
	}
}

func TestFetch(t *testing.T) {
	t.Parallel()
	s := startServer(t, pprofMux())
	h := openTarget(t, s.URL, Options{})
	for _, tt := range []struct {
		q    Query
		want body.Content
	}{
		{Query{Kind: profile.Heap, GC: true}, body.ContentProfile},
		{Query{Kind: profile.Allocs}, body.ContentProfile},
		{Query{Kind: profile.Goroutine, Debug: 2}, body.ContentStacks},
		{Query{Kind: profile.Goroutine, Debug: 1}, body.ContentProfile},
		{Query{Kind: profile.CPU, Seconds: 1}, body.ContentProfile},
		{Query{Kind: profile.Trace, Seconds: 1}, body.ContentTrace},
	} {
		c, err := h.Fetch(t.Context(), tt.q)
		if err != nil || body.ContentOf("", c.Data) != tt.want || c.Kind != tt.q.Kind || c.Seconds != tt.q.Seconds || c.GC != tt.q.GC || c.Time.IsZero() || c.Took <= 0 {
			t.Errorf("%+v: got %d bytes of %s, %v", tt.q, len(c.Data), body.ContentOf("", c.Data), err)
		}
	}
	for _, q := range []Query{
		{},
		{Kind: "../../etc"},
		{Kind: "heap?gc=1"},
		{Kind: profile.CPU},
		{Kind: profile.Heap, Seconds: -1},
		{Kind: profile.CPU, Seconds: 100_000},
		{Kind: profile.Goroutine, Debug: 3},
		{Kind: profile.Goroutine, Debug: 2, Seconds: 1},
	} {
		if _, err := h.Fetch(t.Context(), q); err == nil {
			t.Errorf("%+v was requested", q)
		}
	}
	_, err := h.Fetch(t.Context(), Query{Kind: "nosuch"})
	checkProblem(t, err, problem.CauseMissing, "serves pprof, but not this profile")
}

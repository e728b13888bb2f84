package leak

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// libraryProfiles are profiles of services with real libraries and the signatures expected for their stacks: in each,
// for the stack that holds the most among those through all functions of on.
var libraryProfiles = []struct {
	file string
	on   []string
	id   string
}{
	{"grpc_conn_per_request.goroutine", []string{"google.golang.org/grpc/internal/grpcsync.(*CallbackSerializer).run"}, "grpc-conn-not-closed"},
	{"grpc_conn_per_request.goroutine", []string{"google.golang.org/grpc/internal/transport.(*http2Client).reader"}, "grpc-conn-not-closed"},
	{"informer_per_request.goroutine", []string{"k8s.io/client-go/tools/cache.(*sharedProcessor).run"}, "informer-not-stopped"},
	{"informer_per_request.goroutine", []string{"k8s.io/apimachinery/pkg/watch.(*StreamWatcher).receive"}, "informer-not-stopped"},
	{"grpc-conn-per-call.goroutine", []string{"google.golang.org/grpc.(*Server).serveStreams"}, "grpc-server-connections"},
	{"grpc-stream-kept.goroutine", []string{"google.golang.org/grpc.newClientStreamWithParams.func4"}, "grpc-stream-not-ended"},
	{"zap-syncer-per-request.goroutine", []string{"go.uber.org/zap/zapcore.(*BufferedWriteSyncer).flushLoop"}, "library-not-closed"},
	{"span-processor-per-request.goroutine", []string{"go.opentelemetry.io/otel/sdk/trace.(*batchSpanProcessor).processQueue"}, "span-processor-not-stopped"},
	{"spans-not-ended.heap", []string{"go.opentelemetry.io/otel/sdk/trace.(*tracer).newRecordingSpan"}, "spans-never-ended"},
	{"prom_labels.heap", []string{"main.(*instrumented).observe"}, "label-cardinality"},
}

// loadProfile reads a profile from testdata.
func loadProfile(t *testing.T, name string) *profile.Snapshot {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("testdata", "library", name+".pb.gz"))
	if err != nil {
		t.Fatal(err)
	}
	kind := profile.Heap
	if filepath.Ext(name) == ".goroutine" {
		kind = profile.Goroutine
	}
	s, err := profile.Parse(profile.Capture{Kind: kind, Time: began, Data: data}, profile.NewSymbols())
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestLibrariesAreRecognized(t *testing.T) {
	for _, tt := range libraryProfiles {
		s := loadProfile(t, tt.file)
		r := realProfiles{goroutine: s, heap: s}
		f := r.findHeaviest(tt.on, s.Kind == profile.Heap, false)
		if f == nil {
			t.Errorf("%s: got no stack through %v", tt.file, tt.on)
			continue
		}
		f.growth.kept = 1
		(&judgment{}).assignSignature(f)
		if f.signature == nil || f.signature.ID != tt.id {
			t.Errorf("%s: %v: got signature %v, want %s", tt.file, tt.on, f.signature, tt.id)
		}
	}
}

// TestShadowsAreOne checks that everything a client of a library starts is one suspect, blamed on whoever created the
// client according to a trace or the heap. Without either it is blamed on the library, and the fix never suggests
// changing the library.
func TestShadowsAreOne(t *testing.T) {
	s := loadProfile(t, "grpc_conn_per_request.goroutine")
	price := &profile.Function{Name: "main.(*quotes).price", File: "/src/main.go", Class: profile.ClassUser}
	input := func() Input {
		in := Input{Now: at(130), Start: began}
		for i := range s.Samples {
			g := profile.Group{Kind: profile.Goroutine, Blame: s.Samples[i].Stack.Blame, Stacks: []*profile.Stack{s.Samples[i].Stack}}
			for sec := 0.0; sec <= 130; sec += 2 {
				n := s.Samples[i].Values[0]
				if n > 10 {
					n = n * int64(sec) / 130
				}
				g.Points = append(g.Points, profile.GroupPoint{Time: at(sec), Value: n})
			}
			in.Goroutines = append(in.Goroutines, g)
		}
		return in
	}
	unnamed := Judge(input())
	if len(unnamed.Suspects) != 1 || !unnamed.Suspects[0].WantsCreator || len(unnamed.WantsTrace) != 1 {
		t.Fatalf("got %d suspects, %d stacks to be traced: %+v", len(unnamed.Suspects), len(unnamed.WantsTrace), unnamed.Suspects)
	}
	traced := input()
	traced.Known = map[*profile.Stack]StackFacts{}
	for _, g := range traced.Goroutines {
		traced.Known[g.Stacks[0]] = startedBy(price, 12)
	}
	heap := input()
	dial := &profile.Function{Name: "google.golang.org/grpc.NewClient", File: "/root/go/pkg/mod/google.golang.org/grpc@v1.80.0/clientconn.go", Class: profile.ClassDep}
	g := profile.Group{Kind: profile.Heap, Blame: price, Stacks: []*profile.Stack{{Blame: price, Frames: []profile.Frame{{Func: dial}, {Func: price, Line: 12}}}}, Now: []int64{1}}
	for sec := 0.0; sec <= 130; sec += 3 {
		v := int64(sec * 40e3)
		g.Points = append(g.Points, profile.GroupPoint{Time: at(sec), Value: v, AllocSpace: v, Objects: v / 512, AllocObjects: v / 512, Raw: float64(v) / samplingRate, RawAlloc: float64(v) / samplingRate})
	}
	heap.Heap = []profile.Group{g}
	for name, in := range map[string]Input{"a trace": traced, "the heap": heap} {
		r := Judge(in)
		if len(r.Suspects) != 1 || r.Suspects[0].Function != price.Name || r.Suspects[0].Line != 12 || r.Suspects[0].Signature != "grpc-conn-not-closed" || len(r.WantsTrace) > 0 {
			t.Errorf("creator by %s: got %+v", name, r.Suspects)
		}
	}
}

func TestModuleOf(t *testing.T) {
	for file, want := range map[string]string{
		"/root/go/pkg/mod/k8s.io/client-go@v0.37.2/tools/cache/reflector.go":    "k8s.io/client-go",
		"google.golang.org/grpc@v1.80.0/clientconn.go":                          "google.golang.org/grpc",
		"/root/go/pkg/mod/github.com/!burnt!sushi/toml@v1.2.0/decode.go":        "github.com/BurntSushi/toml",
		"/src/vendor/google.golang.org/grpc/internal/transport/http2_client.go": "google.golang.org/grpc",
	} {
		if got := moduleOf(&profile.Function{Name: "google.golang.org/grpc/internal/transport.(*http2Client).reader", File: file}); got != want {
			t.Errorf("%s: got %q, want %q", file, got, want)
		}
	}
}

// TestGoroutinesInC checks that a goroutine inside C is recognized by the call that leads there.
func TestGoroutinesInC(t *testing.T) {
	call := &profile.Function{Name: "main.decode", Class: profile.ClassUser}
	c := &profile.Function{Name: "main._Cfunc_wait", Class: profile.ClassUser}
	g := profile.Group{Kind: profile.Goroutine, Blame: c, Stacks: []*profile.Stack{stackOf(c, &profile.Function{Name: "runtime.cgocall"}, c, call)}}
	f := &finding{kind: Goroutine, series: newSeries(&g, began)}
	(&judgment{}).assignSignature(f)
	if f.signature == nil || f.signature.ID != "goroutines-in-c" {
		t.Errorf("got signature %v", f.signature)
	}
}

// testedElsewhere returns the signatures that the profiles above or the constructed stacks test.
func testedElsewhere() map[string]bool {
	out := map[string]bool{"goroutines-in-c": true}
	for _, p := range libraryProfiles {
		out[p.id] = true
	}
	return out
}

// TestFixesParse checks that every example of a fix is Go.
func TestFixesParse(t *testing.T) {
	for _, s := range Signatures {
		if err := parseExample(s.Example); err != nil {
			t.Errorf("%s: %v in %q", s.ID, err, s.Example)
		}
	}
	if slices.ContainsFunc(Signatures, func(s Signature) bool { return s.Example == "" }) {
		t.Error("a signature has no example")
	}
}

// parseExample returns why an example is not Go: neither statements of a function nor declarations.
func parseExample(example string) error {
	body := "package p\nfunc f() {\n" + example + "\n}"
	_, err := parser.ParseFile(token.NewFileSet(), "example.go", strings.ReplaceAll(body, "…", "x"), 0)
	return err
}

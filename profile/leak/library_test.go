package leak

import (
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// libraryProfiles are profiles of services with real libraries and the signatures expected for their stacks: the
// signature is that of the heaviest stack with all functions of on.
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
	{"grpc-health-watch.goroutine", []string{"google.golang.org/grpc/health.(*Server).Watch"}, "grpc-streams-served"},
	{"grpc-stream-kept.goroutine", []string{"google.golang.org/grpc.newClientStreamWithParams.func4"}, "grpc-stream-not-ended"},
	{"event-handler-not-removed.goroutine", []string{"k8s.io/client-go/tools/cache.(*processorListener).run"}, "event-handler-not-removed"},
	{"event-handler-not-removed.goroutine", []string{"k8s.io/client-go/tools/cache.(*processorListener).pop"}, "event-handler-not-removed"},
	{"event-handler-not-removed.goroutine", []string{"k8s.io/client-go/tools/cache.(*Reflector).watch"}, "informer-not-stopped"},
	{"meters-not-stopped.heap", []string{"github.com/rcrowley/go-metrics.NewMeter"}, "meters-not-stopped"},
	{"collectors-registered.heap", []string{"example.com/shop/svcmetrics/expo.(*Exporter).Add"}, "collectors-registered"},
	{"cookies-kept.heap", []string{"net/http/cookiejar.(*Jar).setCookies"}, "cookies-kept"},
	{"zap-syncer-per-request.goroutine", []string{"go.uber.org/zap/zapcore.(*BufferedWriteSyncer).flushLoop"}, "library-not-closed"},
	{"span-processor-per-request.goroutine", []string{"go.opentelemetry.io/otel/sdk/trace.(*batchSpanProcessor).processQueue"}, "span-processor-not-stopped"},
	{"spans-not-ended.heap", []string{"go.opentelemetry.io/otel/sdk/trace.(*tracer).newRecordingSpan"}, "spans-never-ended"},
	{"badger-transaction-open.heap", []string{"example.com/shop/visits/kv.Store.Put.func", "github.com/dgraph-io/badger/v4.(*Txn).modify"}, "old-versions-kept"},
	{"badger-transaction-open.heap", []string{"github.com/dgraph-io/badger/v4/skl.(*Skiplist).Put"}, "old-versions-kept"},
	{"mock-records-calls.heap", []string{"main.(*priceClient).Price"}, "mock-records-calls"},
	{"otel-metric-attributes.heap", []string{"go.opentelemetry.io/otel/sdk/metric.(*int64Inst).Record"}, "attribute-cardinality"},
	{"requeue-not-forgotten.heap", []string{"example.com/shop/reconciler/control.(*Controller).Enqueue"}, "requeue-not-forgotten"},
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
	s, err := profile.NewHistoryBuilder().ParseCapture(profile.Capture{Kind: kind, Time: began, Data: data})
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
		for _, kept := range []float64{1, 0.4} { // share of the allocations
			f.growth.kept = kept
			(&judgment{}).assignSignature(f)
			if f.signature == nil || f.signature.ID != tt.id {
				t.Errorf("%s: %v: got signature %v, want %s", tt.file, tt.on, f.signature, tt.id)
			}
		}
	}
}

// TestShadowsAreOne checks that all goroutines of a library's client are one suspect, blamed on the function that
// created the client according to a trace or the heap. Without either it is blamed on the library, and the fix never
// suggests changing the library.
func TestShadowsAreOne(t *testing.T) {
	s := loadProfile(t, "grpc_conn_per_request.goroutine")
	price := &profile.Function{Name: "main.(*quotes).price", File: "/src/main.go", Class: profile.ClassUser}
	input := func() Input {
		in := Input{Now: at(130), Start: began}
		for i := range s.Samples() {
			g := profile.Group{Kind: profile.Goroutine, Blame: s.Samples()[i].Stack.Blame, Stacks: []*profile.Stack{s.Samples()[i].Stack}}
			for sec := 0.0; sec <= 130; sec += 2 {
				n := s.Samples()[i].Values[0]
				if n > 10 {
					n = n * int64(sec) / 130
				}
				g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(sec)), Value: n})
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
	g := profile.Group{Kind: profile.Heap, Blame: price, Stacks: []*profile.Stack{profile.NewStack(price, profile.Frame{Func: dial}, profile.Frame{Func: price, Line: 12})}, Now: []int64{1}}
	for sec := 0.0; sec <= 130; sec += 3 {
		v := int64(sec * 40e3)
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(sec)), Value: v, AllocSpace: v, Objects: v / 512, AllocObjects: v / 512, Raw: float64(v) / samplingRate, RawAlloc: float64(v) / samplingRate})
	}
	heap.Heap = []profile.Group{g}
	for name, in := range map[string]Input{"a trace": traced, "the heap": heap} {
		r := Judge(in)
		if len(r.Suspects) != 1 || r.Suspects[0].Function != price.Name || r.Suspects[0].Line != 12 || r.Suspects[0].Signature != "grpc-conn-not-closed" || len(r.WantsTrace) > 0 {
			t.Errorf("creator by %s: got %+v", name, r.Suspects)
		}
	}
}

// TestGoroutinesInC checks that a goroutine in C code is recognized by the call into C.
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

// TestFixesParse checks that every example of a fix is valid Go.
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

// parseExample returns an error unless an example consists of statements or of declarations.
func parseExample(example string) error {
	body := "package p\nfunc f() {\n" + example + "\n}"
	_, err := parser.ParseFile(token.NewFileSet(), "example.go", strings.ReplaceAll(body, "…", "x"), 0)
	return err
}

// depFunc returns a function of a library.
func depFunc(name, file string) *profile.Function {
	return &profile.Function{Name: name, File: "/root/go/pkg/mod/" + file, Class: profile.ClassDep}
}

// TestWaitersJoinTheirLibrary checks that goroutines of the service that wait for a library are one suspect with the
// goroutines of the library, led by the line that creates the library's object and not by a select that lacks a case.
// Goroutines that hang on something else lead. Goroutines that increase at other moments are another leak.
func TestWaitersJoinTheirLibrary(t *testing.T) {
	renew := &profile.Function{Name: "main.(*secrets).renew", File: "/src/secrets.go", Class: profile.ClassUser}
	listen := &profile.Function{Name: "main.(*secrets).renew.func1", File: "/src/secrets.go", Class: profile.ClassUser}
	start := depFunc("github.com/hashicorp/vault/api.(*LifetimeWatcher).Start", "github.com/hashicorp/vault/api@v1.0.0/watcher.go")
	selectgo := &profile.Function{Name: "runtime.selectgo"}
	lock := &profile.Function{Name: "sync.(*Mutex).Lock"}
	shadow, own := stackOf(start, selectgo, start), stackOf(listen, selectgo, listen)
	hangs := stackOf(renew, lock, renew)
	tests := []struct {
		name      string
		own       *profile.Stack
		perSecond float64
		known     map[*profile.Stack]StackFacts
		want      string // the function of the first suspect
		signature string
		suspects  int
	}{
		{"traced", own, 2, map[*profile.Stack]StackFacts{shadow: startedBy(renew, 12)}, renew.Name, "library-not-closed", 1},
		{"not traced", own, 2, nil, listen.Name, "library-not-closed", 1},
		{"other moments", own, 1.7, map[*profile.Stack]StackFacts{shadow: startedBy(renew, 12)}, renew.Name, "library-not-closed", 2},
		{"hangs where it was created", hangs, 2, map[*profile.Stack]StackFacts{shadow: startedBy(renew, 12)}, renew.Name, "mutex-not-unlocked", 1},
	}
	for _, tt := range tests {
		in := Input{Now: at(120), Start: began, Known: tt.known, Goroutines: []profile.Group{goroutines(shadow, 2, 120), goroutines(tt.own, tt.perSecond, 120)}}
		r := Judge(in)
		if len(r.Suspects) != tt.suspects || r.Suspects[0].Function != tt.want || r.Suspects[0].Signature != tt.signature {
			t.Errorf("%s: got %d suspects, first %s with %s", tt.name, len(r.Suspects), r.Suspects[0].Function, r.Suspects[0].Signature)
		}
		if tt.suspects == 1 && r.SuspectOfStack(tt.own) != 0 {
			t.Errorf("%s: the row of the waiting goroutines is not tagged", tt.name)
		}
		if joined := strings.Contains(r.Suspects[0].Cause, "renew.func1"); joined != (tt.suspects == 1 && tt.own == own) {
			t.Errorf("%s: got cause %q", tt.name, r.Suspects[0].Cause)
		}
	}
}

// TestCreatorByTheHeap checks that without a trace, a suspect names the function that retains what it allocates through
// a library, together with the library that it calls. With too few samples, or if the function is merely the only user
// of the library, it is a guess for which a trace is still wanted. A function that has stopped using the library is not
// named. Goroutines of a library that another library uses belong to the same suspect.
func TestCreatorByTheHeap(t *testing.T) {
	load := &profile.Function{Name: "main.(*settings).load", File: "/src/settings.go", Class: profile.ClassUser}
	viper := depFunc("github.com/spf13/viper.(*Viper).WatchConfig.func1", "github.com/spf13/viper@v1.0.0/viper.go")
	events := depFunc("github.com/fsnotify/fsnotify.(*inotify).readEvents", "github.com/fsnotify/fsnotify@v1.0.0/inotify.go")
	read := depFunc("github.com/spf13/viper.(*Viper).ReadInConfig", "github.com/spf13/viper@v1.0.0/viper.go")
	wait := &profile.Function{Name: "runtime.selectgo"}
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(events, wait, events), 2, 120), goroutines(stackOf(viper, wait, viper), 2, 120)}}
	point := func(seconds, kept, made float64) profile.GroupPoint { // number of sampled objects
		return profile.GroupPoint{Time: profile.InstantOf(at(seconds)), Value: int64(kept * samplingRate), Raw: kept, RawAlloc: made, AllocSpace: int64(made * samplingRate)}
	}
	for name, tt := range map[string]struct {
		first, last profile.GroupPoint
		named, sure bool
	}{
		"keeps":            {point(0, 1, 2), point(120, 7, 14), true, true},
		"one sample":       {point(0, 0, 0), point(120, 1, 1), true, false},
		"before the watch": {point(0, 3, 3), point(120, 3, 3), false, false},
		"comes and goes":   {point(0, 0, 9), point(120, 1, 30), true, false},
	} {
		in.Heap = []profile.Group{{Kind: profile.Heap, Blame: load, Stacks: []*profile.Stack{stackOf(load, read, load)}, Points: []profile.GroupPoint{tt.first, tt.last}}}
		r := Judge(in)
		s := r.Suspects[0]
		if len(r.Suspects) != 1 || (s.Creator == load.Name) != tt.named || s.WantsCreator == tt.sure {
			t.Errorf("%s: got creator %q, wants a creator: %v, of %d suspects", name, s.Creator, s.WantsCreator, len(r.Suspects))
		}
		if tt.named != strings.Contains(s.Cause, "of github.com/spf13/viper is created") {
			t.Errorf("%s: got %q", name, s.Cause)
		}
	}
	other := &profile.Function{Name: "main.reload", File: "/src/main.go", Class: profile.ClassUser}
	for i, f := range []*profile.Function{load, other} {
		g := profile.Group{Kind: profile.Heap, Blame: f, Stacks: []*profile.Stack{stackOf(f, read, f)}, Points: []profile.GroupPoint{point(0, 0, 9), point(120, 0, 30)}}
		in.Heap = append(in.Heap[:i:i], g)
	}
	if s := Judge(in).Suspects[0]; s.Creator != "" {
		t.Errorf("two that use it: got creator %q", s.Creator)
	}
}

// TestHolderIsNamed checks that the goroutine that holds a lock is named if only one can hold it.
func TestHolderIsNamed(t *testing.T) {
	method := func(name string) *profile.Function {
		return &profile.Function{Name: "main.(*stock)." + name, File: "/src/stock.go", Class: profile.ClassUser}
	}
	get, refresh, sweep := method("get"), method("refresh"), method("sweep")
	lock, dial := &profile.Function{Name: "sync.(*Mutex).Lock"}, &profile.Function{Name: "net/http.Get"}
	waiting, holding := stackOf(get, lock, get), stackOf(refresh, dial, refresh)
	judge := func(stacks ...*profile.Stack) Suspect {
		in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(waiting, 2, 120)}, Waiting: &profile.Snapshot{}}
		for _, st := range append(stacks, waiting) {
			in.Waiting.SetSamples(append(in.Waiting.Samples(), profile.Sample{Stack: st, Values: []int64{1}}))
		}
		return Judge(in).Suspects[0]
	}
	s := judge(holding)
	if s.Function != get.Name || s.Holder != refresh.Name || !strings.Contains(s.Cause, "waits in http.Get") || !strings.Contains(s.Sentence, "held by main.(*stock).refresh") {
		t.Errorf("got holder %q, %q, %q", s.Holder, s.Cause, s.Sentence)
	}
	if s := judge(stackOf(sweep, lock, sweep)); s.Holder != "" {
		t.Errorf("one that waits itself is the holder: %q", s.Holder)
	}
	if s := judge(holding, stackOf(sweep, dial, sweep)); s.Holder != "" {
		t.Errorf("one of two is the holder: %q", s.Holder)
	}
	if s := judge(holding, stackOf(get, dial, get)); s.Holder != get.Name {
		t.Errorf("the holder is in the same function, but is %q", s.Holder)
	}
}

// TestNobodyHoldsTheLock checks an RWMutex that a writer has not unlocked: waiting readers and writers are one suspect,
// and none of them holds it.
func TestNobodyHoldsTheLock(t *testing.T) {
	method := func(name string) *profile.Function {
		return &profile.Function{Name: "main.(*stock)." + name, File: "/src/stock.go", Class: profile.ClassUser}
	}
	level, reserve := method("Level"), method("Reserve")
	lock, rlock := &profile.Function{Name: "sync.(*RWMutex).Lock"}, &profile.Function{Name: "sync.(*RWMutex).RLock"}
	readers, writers := stackOf(level, rlock, level), stackOf(reserve, lock, reserve)
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(readers, 3, 120), goroutines(writers, 2, 120)}, Waiting: &profile.Snapshot{}}
	for _, st := range []*profile.Stack{readers, writers} {
		in.Waiting.SetSamples(append(in.Waiting.Samples(), profile.Sample{Stack: st, Values: []int64{1}}))
	}
	r := Judge(in)
	s := r.Suspects[0]
	if len(r.Suspects) != 1 || s.Function != reserve.Name || s.Holder != "" || !strings.Contains(s.Cause, "No goroutine seems to hold it") || !strings.Contains(s.Sentence, "Level included") {
		t.Errorf("got %d suspects, holder %q, %q, %q", len(r.Suspects), s.Holder, s.Cause, s.Sentence)
	}
}

// TestChannelOfALibrary checks that the suspect of goroutines waiting for a channel names the library whose objects
// their function keeps.
func TestChannelOfALibrary(t *testing.T) {
	emit := &profile.Function{Name: "main.emit", File: "/src/outbox.go", Class: profile.ClassUser}
	waits := &profile.Function{Name: "main.emit.func1", File: "/src/outbox.go", Class: profile.ClassUser}
	open := depFunc("github.com/rabbitmq/amqp091-go.(*Connection).Channel", "github.com/rabbitmq/amqp091-go@v1.0.0/connection.go")
	recv, recv2 := &profile.Function{Name: "runtime.chanrecv"}, &profile.Function{Name: "runtime.chanrecv2"}
	for name, tt := range map[string]struct {
		kept int64
		want bool
	}{"kept": {1000, true}, "freed": {100, false}} {
		in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(waits, recv, recv2, waits), 2, 120)}}
		in.Holding = snapshotOf(profile.Sample{Stack: stackOf(emit, open, emit), Values: []int64{1, 1000, 1, tt.kept}})
		if s := Judge(in).Suspects[0]; s.Function != waits.Name || strings.Contains(s.Cause, "main.emit (outbox.go:11) also keeps what it gets from github.com/rabbitmq/amqp091-go") != tt.want {
			t.Errorf("%s: got %s with cause %q", name, s.Function, s.Cause)
		}
	}
}

// TestRisingHeapIsHeld checks that memory held by goroutines of a library is reported with them, even if it has not
// risen long enough to be a suspect.
func TestRisingHeapIsHeld(t *testing.T) {
	block := depFunc("github.com/klauspost/compress/zstd.(*history).ensureBlock", "github.com/klauspost/compress@v1.0.0/zstd/history.go")
	decode := depFunc("github.com/klauspost/compress/zstd.(*Decoder).start.func1", "github.com/klauspost/compress@v1.0.0/zstd/decoder.go")
	recv := &profile.Function{Name: "runtime.chanrecv"}
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(decode, recv, decode), 2, 120)}}
	without := Judge(in).Suspects[0]
	heap := bytesOf(stackOf(block, block, decode), 64<<10, 4<<20, 60)
	for i := range heap.Points {
		heap.Points[i].Time = heap.Points[i].Time.Add(time.Minute)
	}
	in.Heap = []profile.Group{heap}
	r := Judge(in)
	if s := r.Suspects[0]; without.Holds != 0 || s.Kind != Goroutine || s.Holds < 13<<30 || s.Holds > 15<<30 || !strings.Contains(s.Sentence, "holding") {
		t.Errorf("got holds %v, then %v: %q", without.Holds, s.Holds, s.Sentence)
	}
}

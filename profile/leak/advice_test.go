package leak

import (
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/trace"
)

// bodiesNotClosed returns the connections of responses that are not closed. open makes the calls, through library
// unless that is nil, for callers that hold the given numbers of bytes.
func bodiesNotClosed(open *profile.Function, library *profile.Function, callers map[*profile.Function]int64) Input {
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{
		goroutines(stackOf(readLoop, selectgo, readLoop), 2, 120), goroutines(stackOf(writeLoop, selectgo, writeLoop), 2, 120),
	}}
	g := bytesOf(stackOf(open, open), 8<<10, 100<<10, 120)
	g.Stacks = nil
	for caller, n := range callers {
		fns := []*profile.Function{fn("bufio.NewReaderSize", profile.ClassStd), fn("net/http.(*Client).do", profile.ClassStd)}
		if library != nil {
			fns = append(fns, library)
		}
		g.Stacks, g.Now = append(g.Stacks, stackOf(open, append(fns, open, caller)...)), append(g.Now, n)
	}
	in.Heap = []profile.Group{g}
	return in
}

// TestBodiesForACaller checks that if nearly all open responses were requested for one caller, the advice names it, and
// that it says to close what a library returns if one is between.
func TestBodiesForACaller(t *testing.T) {
	open := &profile.Function{Name: "example.com/photos/objects.(*Store).Open", File: "/src/objects.go", Class: profile.ClassUser}
	sniff := &profile.Function{Name: "example.com/photos/api.sniff", File: "/src/api.go", Class: profile.ClassUser}
	photo := &profile.Function{Name: "example.com/photos/api.photo", File: "/src/api.go", Class: profile.ClassUser}
	sdk := depFunc("github.com/aws/aws-sdk-go-v2/service/s3.(*Client).GetObject", "github.com/aws/aws-sdk-go-v2/service/s3@v1.0.0/api.go")
	for name, tt := range map[string]struct {
		library *profile.Function
		callers map[*profile.Function]int64
		caller  bool
	}{
		"nearly all for one of two": {nil, map[*profile.Function]int64{sniff: 10 << 20, photo: 1 << 10}, true},
		"for both":                  {nil, map[*profile.Function]int64{sniff: 10 << 20, photo: 8 << 20}, false},
		"the only caller":           {nil, map[*profile.Function]int64{sniff: 10 << 20}, false},
		"through a library":         {sdk, map[*profile.Function]int64{sniff: 10 << 20}, false},
	} {
		r := Judge(bodiesNotClosed(open, tt.library, tt.callers))
		if len(r.Suspects) != 1 || r.Suspects[0].Function != open.Name || r.Suspects[0].Signature != "unclosed-response-body" {
			t.Errorf("%s: got %+v", name, r.Suspects)
			continue
		}
		s := r.Suspects[0]
		if strings.Contains(s.Cause, "opened for api.sniff (api.go:1") != tt.caller {
			t.Errorf("%s: got cause %q", name, s.Cause)
		}
		if strings.Contains(s.Fix, "Here github.com/aws/aws-sdk-go-v2/service/s3 makes the call: close what it returned") != (tt.library != nil) {
			t.Errorf("%s: got fix %q", name, s.Fix)
		}
	}
}

// TestUntouchedBuffersAreSaid checks that the headline says so if goroutines hold buffers that are not resident.
func TestUntouchedBuffersAreSaid(t *testing.T) {
	for rss, want := range map[uint64]bool{30 << 20: true, 900 << 20: false} {
		in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(put, chansend, chansend1, put), 2, 120)}}
		in.Heap = []profile.Group{bytesOf(stackOf(put, put), 5<<20, 6<<20, 120)}
		for s := 0.0; s <= 120; s += 4 {
			in.Memory = append(in.Memory, memory.Reading{Time: at(s), Source: "/proc/PID/smaps_rollup", RSS: rss, Anon: rss})
		}
		r := Judge(in)
		if len(r.Suspects) == 0 || strings.HasSuffix(r.Suspects[0].Sentence, "mostly never written to") != want {
			t.Errorf("%d MiB resident: got %+v", rss>>20, r.Suspects)
		}
	}
}

// waitingIn returns a goroutine profile with one goroutine per stack.
func waitingIn(stacks ...*profile.Stack) *profile.Snapshot {
	s := &profile.Snapshot{}
	for _, st := range stacks {
		s.SetSamples(append(s.Samples(), profile.Sample{Stack: st, Values: []int64{1}}))
	}
	return s
}

// TestLibraryThatWaitsToSend checks that if goroutines of the service wait to send, and goroutines of one library do
// too, the advice points to the library, which may be the reader.
func TestLibraryThatWaitsToSend(t *testing.T) {
	sarama := depFunc("github.com/IBM/sarama.(*asyncProducer).returnSuccesses", "github.com/IBM/sarama@v1.0.0/async_producer.go")
	other := depFunc("github.com/nats-io/nats.go.(*Conn).push", "github.com/nats-io/nats.go@v1.0.0/nats.go")
	emit := stackOf(put, chansend, chansend1, put)
	for name, tt := range map[string]struct {
		waits []*profile.Stack
		want  bool
	}{
		"a library sends":     {[]*profile.Stack{emit, stackOf(sarama, chansend, chansend1, sarama)}, true},
		"two libraries send":  {[]*profile.Stack{stackOf(other, chansend, chansend1, other), stackOf(sarama, chansend, chansend1, sarama)}, false},
		"a library receives":  {[]*profile.Stack{stackOf(sarama, fn("runtime.chanrecv", profile.ClassStd), sarama)}, false},
		"only the service's":  {[]*profile.Stack{emit}, false},
		"a library sends for": {[]*profile.Stack{stackOf(put, chansend, chansend1, sarama, put)}, false},
	} {
		r := Judge(Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(emit, 2, 120)}, Waiting: waitingIn(tt.waits...)})
		if len(r.Suspects) != 1 || strings.Contains(r.Suspects[0].Cause, "belongs to github.com/IBM/sarama, it is not read because that waits to send itself, in sarama.(*asyncProducer).returnSuccesses") != tt.want {
			t.Errorf("%s: got %+v", name, r.Suspects[0].Cause)
		}
	}
}

// TestBlockedFinalizerIsNamed checks that the cause includes the line at which a finalizer waits, in the service's own
// code if possible.
func TestBlockedFinalizerIsNamed(t *testing.T) {
	release := fn("example.com/labels/canvas.(*Canvas).release", profile.ClassUser)
	lock := depFunc("example.org/pool.(*Pool).Put", "example.org/pool@v1.0.0/pool.go")
	run := fn("runtime.runFinalizers", profile.ClassStd)
	g := bytesOf(stackOf(put, put), 8<<10, 600<<10, 120)
	in := Input{Now: at(120), Start: began, Heap: []profile.Group{g}, Waiting: waitingIn(stackOf(nil, fn("runtime.gopark", profile.ClassStd), chansend, lock, release, run))}
	r := Judge(in)
	if len(r.Suspects) != 1 || r.Suspects[0].Signature != "finalizer-blocked" || !strings.Contains(r.Suspects[0].Cause, "It is blocked in canvas.(*Canvas).release (") {
		t.Errorf("got %+v", r.Suspects)
	}
}

// TestFilesThatAFunctionOpens checks that open files are blamed on a function that calls something that opens files,
// even if its allocations are for reading them, but not on a function that opened files only at the start of the
// program.
func TestFilesThatAFunctionOpens(t *testing.T) {
	count, start := fn("main.(*shelf).count", profile.ClassUser), fn("main.main", profile.ClassUser)
	opens := func(f *profile.Function, what string) profile.Sample {
		return profile.Sample{Stack: stackOf(f, fn("bufio.NewReaderSize", profile.ClassStd), fn(what, profile.ClassStd), f), Values: []int64{10, 10 << 10, 0, 0}}
	}
	for what, want := range map[string]string{"archive/zip.OpenReader": count.Name, "net.DialTimeout": count.Name, "archive/zip.(*Reader).init": ""} {
		in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{flatGoroutines(120)}, Heap: []profile.Group{flatHeap(120)}, Memory: filesOpen(5)}
		in.Holding = snapshotOf(opens(count, what), opens(start, "os.OpenFile"))
		if r := Judge(in); len(r.Suspects) != 1 || r.Suspects[0].Kind != Files || r.Suspects[0].Function != want {
			t.Errorf("%s: got %+v", what, r.Suspects)
		}
	}
}

// TestGroupLimitIsHeld checks that goroutines waiting for a slot in a full errgroup lead to the work that holds all
// slots.
func TestGroupLimitIsHeld(t *testing.T) {
	submit := fn("example.com/exports/jobs.(*Jobs).Submit", profile.ClassUser)
	fetch := fn("example.com/exports/jobs.(*Jobs).fetch", profile.ClassUser)
	group := depFunc("golang.org/x/sync/errgroup.(*Group).Go", "golang.org/x/sync@v0.1.0/errgroup/errgroup.go")
	runs := depFunc("golang.org/x/sync/errgroup.(*Group).Go.func1", "golang.org/x/sync@v0.1.0/errgroup/errgroup.go")
	waits := stackOf(submit, chansend, chansend1, group, submit)
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(waits, 2, 120)}}
	in.Waiting = waitingIn(waits, stackOf(fetch, selectgo, fn("net/http.(*Client).Get", profile.ClassStd), fetch, runs))
	r := Judge(in)
	if len(r.Suspects) != 1 || r.Suspects[0].Signature != "waits-for-group-limit" || r.Suspects[0].Holder != fetch.Name {
		t.Errorf("got %+v", r.Suspects)
	}
}

// TestWhoClosesBodiesIsNotBlamed checks that a function that a trace saw dialing is not blamed if it retains nothing of
// its calls, because calls share connections. Names in a trace have no type arguments.
func TestWhoClosesBodiesIsNotBlamed(t *testing.T) {
	closing := &profile.Function{Name: "main.JSON[go.shape.int].func6", File: "/src/fetch.go", Class: profile.ClassUser}
	traced := &profile.Function{Name: "main.JSON[...].func6", File: "/src/fetch.go", Class: profile.ClassUser}
	open := &profile.Function{Name: "main.Raw.func5", File: "/src/fetch.go", Class: profile.ClassUser}
	do := fn("net/http.(*Client).do", profile.ClassStd)
	for name, tt := range map[string]struct {
		live   int64
		rate   float64 // connections left open per second
		others []trace.Creator
		want   string // the blamed function
		says   bool   // that the function which dials closes its bodies
	}{
		"it retains some of its calls":     {1 << 20, 2, []trace.Creator{{Func: open, Line: 9, N: 3}}, traced.Name, false},
		"it retains none, and another too": {0, 2, []trace.Creator{{Func: open, Line: 9, N: 3}}, open.Name, false},
		"it retains none, and is alone":    {0, 20, nil, readLoop.Name, true},
		"it is alone, and few are open":    {0, 2, nil, traced.Name, false},
	} {
		reads := stackOf(readLoop, selectgo, readLoop)
		in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(reads, tt.rate, 120), goroutines(stackOf(writeLoop, selectgo, writeLoop), tt.rate, 120)}}
		in.Known = map[*profile.Stack]StackFacts{reads: {Creators: append([]trace.Creator{{Func: traced, Line: 13, N: 20}}, tt.others...)}}
		in.Holding = snapshotOf(profile.Sample{Stack: stackOf(closing, do, closing), Values: []int64{2000, 4 << 20, 1, tt.live}})
		r := Judge(in)
		if len(r.Suspects) != 1 || r.Suspects[0].Function != tt.want || strings.Contains(r.Suspects[0].Cause, "are dialed in main.JSON[...].func6 (fetch.go:13)") != tt.says {
			t.Errorf("%s: got %s: %s", name, r.Suspects[0].Function, r.Suspects[0].Cause)
		}
	}
}

// TestRequestsThatAreKept checks that the server's memory for requests is not attributed to connections unless these
// increase, and that it leads to the handler that retains memory at the same time.
func TestRequestsThatAreKept(t *testing.T) {
	read, serve := fn("net/http.(*conn).readRequest", profile.ClassStd), fn("net/http.(*conn).serve", profile.ClassStd)
	visit := fn("example.com/shop/auth.Visit", profile.ClassUser)
	other := fn("example.com/shop/auth.load", profile.ClassUser)
	for _, perSecond := range []float64{0, 2} {
		in := Input{Now: at(120), Start: began}
		in.Goroutines = []profile.Group{goroutines(stackOf(serve, fn("runtime.netpollblock", profile.ClassStd), read, serve), perSecond, 120)}
		in.Heap = []profile.Group{
			bytesOf(stackOf(serve, read, serve), 64<<10, 1<<20, 120),
			bytesOf(stackOf(visit, visit, serve), 16<<10, 1<<20, 120),
			bytesOf(stackOf(other, other), 18<<10, 1<<20, 120), // not while it serves requests
		}
		r := Judge(in)
		i := slices.IndexFunc(r.Suspects, func(s Suspect) bool { return s.Signature == "requests-kept" })
		if (i >= 0) != (perSecond == 0) {
			t.Errorf("connections +%v/s: got %+v", perSecond, r.Suspects)
		} else if i >= 0 && (r.Suspects[i].Function != visit.Name || !strings.Contains(r.Suspects[i].Sentence, "kept after their response, probably by auth.Visit")) {
			t.Errorf("got %s: %s", r.Suspects[i].Function, r.Suspects[i].Sentence)
		}
	}
}

// TestWriterWaitsForItself checks that if the next writer of an RWMutex was called by a method that takes the read
// lock, the advice names this method instead of a missing unlock.
func TestWriterWaitsForItself(t *testing.T) {
	method := func(name string) *profile.Function {
		return fn("example.com/canvas/hub.(*Hub)."+name, profile.ClassUser)
	}
	register, unregister, broadcast := method("Register"), method("Unregister"), method("Broadcast")
	lock, rlock := fn("sync.(*RWMutex).Lock", profile.ClassStd), fn("sync.(*RWMutex).RLock", profile.ClassStd)
	inner, next := fn("sync.(*Mutex).Lock", profile.ClassStd), fn("sync.runtime_SemacquireRWMutex", profile.ClassStd)
	waits, reads := stackOf(register, inner, lock, register), stackOf(broadcast, fn("sync.runtime_SemacquireRWMutexR", profile.ClassStd), rlock, broadcast)
	for name, tt := range map[string]struct {
		waiting []*profile.Stack
		holder  string
	}{
		"called by a reader":      {[]*profile.Stack{waits, reads, stackOf(unregister, next, lock, unregister, broadcast)}, broadcast.Name},
		"called by another":       {[]*profile.Stack{waits, reads, stackOf(unregister, next, lock, unregister, register)}, ""},
		"not called by a method":  {[]*profile.Stack{waits, reads, stackOf(unregister, next, lock, unregister)}, ""},
		"two writers are next":    {[]*profile.Stack{waits, reads, stackOf(unregister, next, lock, unregister, broadcast), stackOf(register, next, lock, register)}, ""},
		"it waits for the writer": {[]*profile.Stack{waits, reads, stackOf(unregister, inner, lock, unregister, broadcast)}, ""},
	} {
		r := Judge(Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(waits, 2, 120)}, Waiting: waitingIn(tt.waiting...)})
		if len(r.Suspects) != 1 || r.Suspects[0].Holder != tt.holder {
			t.Errorf("%s: got %+v", name, r.Suspects)
			continue
		}
		if s := r.Suspects[0]; strings.Contains(s.Cause, "waits for its own read lock") != (tt.holder != "") || strings.Contains(s.Cause, "without unlocking it") != (tt.holder == "") {
			t.Errorf("%s: got cause %s", name, s.Cause)
		}
	}
}

// TestCallThatStartsGoroutines checks that if the name of the library function that the service calls does not suggest
// a shared client, the advice is about what that function returns.
func TestCallThatStartsGoroutines(t *testing.T) {
	list := depFunc("example.org/store.(*Client).listObjects.func2", "example.org/store@v1.0.0/list.go")
	first := fn("example.com/shop/store.First", profile.ClassUser)
	for name, want := range map[string]bool{"example.org/store.(*Client).ListObjects": true, "example.org/store.NewClient": false} {
		called := depFunc(name, "example.org/store@v1.0.0/list.go")
		waits := stackOf(list, selectgo, list)
		in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(waits, 2, 120)}}
		in.Known = map[*profile.Stack]StackFacts{waits: {Creators: []trace.Creator{{Func: first, Line: 29, N: 3, Called: called}}}}
		r := Judge(in)
		if len(r.Suspects) != 1 || r.Suspects[0].Function != first.Name || strings.Contains(r.Suspects[0].Cause, "store.(*Client).ListObjects starts goroutines of example.org/store that stay") != want || strings.Contains(r.Suspects[0].Fix, "Read it to the end") != want {
			t.Errorf("%s: got %+v", name, r.Suspects)
		}
	}
}

// TestSlotsThatOthersHold checks that a full channel is not reported as one that nothing reads if other goroutines of
// the same function have passed the send.
func TestSlotsThatOthersHold(t *testing.T) {
	handle, enrich := fn("example.com/ingest/pipe.(*Pipe).Handle.func1", profile.ClassUser), fn("example.com/ingest/pipe.(*Pipe).enrich", profile.ClassUser)
	stack := func(line int, fns ...*profile.Function) *profile.Stack {
		var frames []profile.Frame
		for _, f := range fns {
			frames = append(frames, profile.Frame{Func: f, Line: line})
		}
		return profile.NewStack(fns[len(fns)-1], frames...)
	}
	sleep := fn("time.Sleep", profile.ClassStd)
	waits := stack(26, chansend, chansend1, handle)
	for name, tt := range map[string]struct {
		other *profile.Stack
		want  string
	}{
		"past it":   {stack(28, sleep, enrich, handle), "waits-for-slot"},
		"before it": {stack(20, sleep, enrich, handle), "send-without-reader"},
		"elsewhere": {stack(28, sleep, enrich), "send-without-reader"},
	} {
		r := Judge(Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(waits, 2, 120)}, Waiting: waitingIn(waits, tt.other)})
		if len(r.Suspects) != 1 || r.Suspects[0].Signature != tt.want || strings.Contains(r.Suspects[0].Cause, "Goroutines of the same function that have passed the send: 1, most in pipe.(*Pipe).enrich (") != (tt.want == "waits-for-slot") {
			t.Errorf("%s: got %+v", name, r.Suspects)
		}
	}
}

// TestAdviceIsOfWhatWasSeen checks that only the signature of a blocked finalizer mentions finalizers and cleanups,
// because no other profile shows any.
func TestAdviceIsOfWhatWasSeen(t *testing.T) {
	for _, s := range Signatures {
		if s.When == blockedFinalizer {
			continue
		}
		for _, text := range []string{s.Cause, s.Fix, s.Example} {
			if strings.Contains(strings.ToLower(text), "finalizer") || strings.Contains(text, "AddCleanup") {
				t.Errorf("%s speaks of what was not seen: %s", s.ID, text)
			}
		}
	}
}

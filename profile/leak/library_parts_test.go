package leak

import (
	"math"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// TestHeldHeapIsNotYoung checks that memory held by leaking goroutines is not listed as growth without a verdict.
func TestHeldHeapIsNotYoung(t *testing.T) {
	block := depFunc("github.com/klauspost/compress/zstd.(*history).ensureBlock", "github.com/klauspost/compress@v1.0.0/zstd/history.go")
	decode := depFunc("github.com/klauspost/compress/zstd.(*Decoder).start.func1", "github.com/klauspost/compress@v1.0.0/zstd/decoder.go")
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(decode, chansend, decode), 2, 120)}}
	heap := bytesOf(stackOf(block, block, decode), 64<<10, 4<<20, 60)
	for i := range heap.Points {
		heap.Points[i].Time = heap.Points[i].Time.Add(time.Minute)
	}
	other := heap
	other.Blame, other.Stacks = put, []*profile.Stack{stackOf(put, put)}
	in.Heap = []profile.Group{heap, other}
	if r := Judge(in); len(r.Grew) != 1 || r.Grew[0].Function != put.Name || r.Suspects[0].Holds == 0 {
		t.Errorf("got %+v", r.Grew)
	}
}

// TestGoroutinesThatMove checks that goroutines of a library that move from one line to another are added to those that
// start with them.
func TestGoroutinesThatMove(t *testing.T) {
	watch := depFunc("github.com/redis/go-redis/v9.(*channel).initHealthCheck.func1", "github.com/redis/go-redis/v9@v9.0.0/pubsub.go")
	deliver := depFunc("github.com/redis/go-redis/v9.(*channel).initMsgChan.func1", "github.com/redis/go-redis/v9@v9.0.0/pubsub.go")
	reads := goroutines(stackOf(deliver, netpoll, deliver), 2, 120)
	sends := goroutines(stackOf(deliver, chansend, deliver), 2, 120)
	for i := range reads.Points { // after 20 s they have a message that nothing takes
		n := reads.Points[i].Value
		reads.Points[i].Value = min(n, 40)
		sends.Points[i].Value = 60 * (max(0, n-40) / 60)
		reads.Points[i].Value += max(0, n-40) % 60
	}
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(watch, selectgo, watch), 2, 120), reads, sends}}
	r := Judge(in)
	if s := r.Suspects[0]; len(r.Suspects) != 1 || s.GrowthPerHour < 13_000 || s.GrowthPerHour > 14_800 || r.SuspectOfStack(sends.Stacks[0]) != 0 || r.SuspectOfStack(reads.Stacks[0]) != 0 {
		t.Errorf("got %d suspects, the first grows by %.0f/h", len(r.Suspects), s.GrowthPerHour)
	}
	in.Goroutines = in.Goroutines[:2] // half of them do not grow
	if s := Judge(in).Suspects[0]; s.GrowthPerHour > 7_500 {
		t.Errorf("other goroutines are added: %.0f/h", s.GrowthPerHour)
	}
}

// TestLibraryMemoryOfWaiters checks that memory which a library allocates on goroutines of its own belongs to the
// service's goroutines that grow, if only their package uses the library.
func TestLibraryMemoryOfWaiters(t *testing.T) {
	pump := &profile.Function{Name: "example.com/events/feed.(*Feed).pump", File: "/src/feed.go", Class: profile.ClassUser}
	listen := &profile.Function{Name: "example.com/events/feed.(*Feed).listen", File: "/src/feed.go", Class: profile.ClassUser}
	cache := depFunc("github.com/jackc/pgx/v5/internal/stmtcache.NewLRUCache", "github.com/jackc/pgx/v5@v5.0.0/internal/stmtcache/lru.go")
	acquire := depFunc("github.com/jackc/pgx/v5/pgxpool.(*Pool).Acquire", "github.com/jackc/pgx/v5@v5.0.0/pgxpool/pool.go")
	puddle := depFunc("github.com/jackc/puddle/v2.(*Pool).initResource.func1", "github.com/jackc/puddle/v2@v2.0.0/pool.go")
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(pump, chansend, chansend1, pump), 2, 120)}}
	in.Heap = []profile.Group{bytesOf(stackOf(cache, cache, puddle), 50<<10, 100<<10, 120)}
	if r := Judge(in); len(r.Suspects) != 2 {
		t.Errorf("nothing is known to use the library: got %d suspects", len(r.Suspects))
	}
	in.Holding = snapshotOf(profile.Sample{Stack: stackOf(listen, acquire, listen), Values: []int64{1, 1000, 1, 1000}})
	r := Judge(in)
	if s := r.Suspects[0]; len(r.Suspects) != 1 || s.Function != pump.Name || s.Holds < 300<<20 || r.SuspectOfFunction(cache) != 0 {
		t.Errorf("got %d suspects, the first is %s, which holds %v", len(r.Suspects), s.Function, s.Holds)
	}
}

// TestKeptBlocks checks that if some of the large blocks are retained, the cause says that a small part of a block
// keeps all of it.
func TestKeptBlocks(t *testing.T) {
	for _, size := range []float64{64 << 10, 512} {
		g := bytesOf(stackOf(put, put), size, 600<<10, 120)
		for i := range g.Points { // half of it is freed
			g.Points[i].AllocSpace, g.Points[i].AllocObjects, g.Points[i].RawAlloc = 2*g.Points[i].AllocSpace, 2*g.Points[i].AllocObjects, 2*g.Points[i].RawAlloc
		}
		s := Judge(Input{Now: at(120), Start: began, Heap: []profile.Group{g}}).Suspects[0]
		if s.Signature != "partly-kept" || strings.Contains(s.Cause, "strings.Clone") != (size > 512) {
			t.Errorf("blocks of %v: got %s, %q", size, s.Signature, s.Cause)
		}
	}
}

// TestYoungHeapIsHeld checks that memory which leaking goroutines allocate, too young to be a suspect, is not listed as
// growth without a verdict. Memory from another function of their package is listed, because it may be a leak of its
// own.
func TestYoungHeapIsHeld(t *testing.T) {
	read := &profile.Function{Name: "example.com/quotes/venue.(*feed).read", File: "/src/venue.go", Class: profile.ClassUser}
	closure := &profile.Function{Name: "example.com/quotes/venue.(*feed).read.func1", File: "/src/venue.go", Class: profile.ClassUser}
	other := &profile.Function{Name: "example.com/quotes/venue.Put", File: "/src/venue.go", Class: profile.ClassUser}
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(stackOf(read, chansend, chansend1, read), 2, 120)}}
	for _, f := range []*profile.Function{closure, other} {
		g := bytesOf(stackOf(f, f), 64<<10, 1<<20, 60)
		for i := range g.Points {
			g.Points[i].Time = g.Points[i].Time.Add(time.Minute)
		}
		in.Heap = append(in.Heap, g)
	}
	if r := Judge(in); len(r.Grew) != 1 || r.Grew[0].Function != other.Name || r.Suspects[0].Holds == 0 {
		t.Errorf("got %+v", r.Grew)
	}
}

// TestElementsOfASlice checks that a slice and its elements are one suspect, blamed on the function that appends.
func TestElementsOfASlice(t *testing.T) {
	run := &profile.Function{Name: "example.com/importer.(*Importer).Run", File: "/src/importer.go", Class: profile.ClassUser}
	one := &profile.Function{Name: "example.com/importer.importOne", File: "/src/importer.go", Class: profile.ClassUser}
	slice := func(each float64) profile.Group {
		g := profile.Group{Kind: profile.Heap, Blame: run, Stacks: []*profile.Stack{stackOf(run, run)}}
		size := 1e6
		for s := 0.0; s <= 200; s += 3 {
			for size < 1e6+each*8192*s {
				size *= 1.25
			}
			g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(s)), Value: int64(size), Largest: int64(size), Objects: 1, Raw: 1, AllocSpace: int64(5 * size), RawAlloc: 9})
		}
		return g
	}
	for _, tt := range []struct {
		name     string
		bytes    float64 // bytes of the slice per element
		caller   *profile.Function
		suspects int
	}{{"an interface each", 16, run, 1}, {"another slice", 16, put, 2}, {"far more than one each", 200, run, 2}} {
		elements := bytesOf(stackOf(one, one, tt.caller), 100, 8192*100, 200)
		r := Judge(Input{Now: at(200), Start: began, Heap: []profile.Group{elements, slice(tt.bytes)}})
		if len(r.Suspects) == 0 {
			t.Errorf("%s: got %s: %s", tt.name, r.Verdict, r.Caveat.What)
			continue
		}
		if len(r.Suspects) != tt.suspects || tt.suspects == 1 && (r.Suspects[0].Function != run.Name || r.SuspectOfFunction(one) != 0 || r.Suspects[0].GrowthPerHour < 3600*8192*100) {
			t.Errorf("%s: got %d suspects, the first %s", tt.name, len(r.Suspects), r.Suspects[0].Sentence)
		}
	}
}

// TestCompanionsAreIncluded checks that goroutines that the standard library runs for each waiting call or command
// belong to the suspect of these, and that those of commands started elsewhere do not.
func TestCompanionsAreIncluded(t *testing.T) {
	call := &profile.Function{Name: "example.com/shop/client.(*Partner).notify", File: "/src/client.go", Class: profile.ClassUser}
	trip, run := fn("net/http.(*persistConn).roundTrip", profile.ClassStd), fn("os/exec.(*Cmd).Run", profile.ClassStd)
	wait, copies := fn("os.(*Process).Wait", profile.ClassStd), fn("os/exec.(*Cmd).Start.func2", profile.ClassStd)
	reads, writes := stackOf(readLoop, netpoll, readLoop), stackOf(writeLoop, selectgo, writeLoop)
	copying := stackOf(copies, netpoll, copies)
	for _, tt := range []struct {
		name     string
		stacks   []*profile.Stack
		creator  *profile.Function
		included string
		suspects int
	}{
		{"calls", []*profile.Stack{stackOf(call, selectgo, trip, call), reads, writes}, nil, "their connections included", 1},
		{"commands", []*profile.Stack{stackOf(call, wait, run, call), copying}, call, "copying their output included", 1},
		{"commands of others", []*profile.Stack{stackOf(call, wait, run, call), copying}, put, "", 2},
	} {
		in := Input{Now: at(120), Start: began, Waiting: &profile.Snapshot{}}
		for _, st := range tt.stacks {
			in.Goroutines = append(in.Goroutines, goroutines(st, 2, 120))
			in.Waiting.SetSamples(append(in.Waiting.Samples(), profile.Sample{Stack: st, Values: []int64{240}}))
		}
		for s := 0.0; s <= 120; s += 2 { // constant load
			in.Memory = append(in.Memory, memory.Reading{Time: at(s), TotalAlloc: uint64(1e9 + 4e6*s)})
		}
		if tt.creator != nil {
			in.Known = map[*profile.Stack]StackFacts{copying: startedBy(tt.creator, 12)}
		}
		r := Judge(in)
		if len(r.Suspects) != tt.suspects || r.Suspects[0].Function != call.Name || tt.included != "" && !strings.Contains(r.Suspects[0].Sentence, tt.included) {
			t.Errorf("%s: got %d suspects, the first: %s", tt.name, len(r.Suspects), r.Suspects[0].Sentence)
		}
		if all := float64(len(tt.stacks)) * 2 * 3600; tt.suspects == 1 && math.Abs(r.Suspects[0].GrowthPerHour-all) > 0.05*all {
			t.Errorf("%s: grows by %.0f/h, want %.0f", tt.name, r.Suspects[0].GrowthPerHour, all)
		}
	}
}

// TestTypesAreOneLeak checks that types created at run time and an encoder's data about each are one suspect, which
// names the function that creates the types, and that a leak in a function that merely uses reflection is another
// suspect.
func TestTypesAreOneLeak(t *testing.T) {
	blank := &profile.Function{Name: "example.com/forms/schema.Blank", File: "/src/schema.go", Class: profile.ClassUser}
	handle := &profile.Function{Name: "example.com/forms.handle", File: "/src/main.go", Class: profile.ClassUser}
	structOf, typeEncoder := fn("reflect.StructOf", profile.ClassStd), fn("encoding/json.typeEncoder", profile.ClassStd)
	for name, tt := range map[string]struct {
		makes    float64 // bytes of types per second
		encodes  *profile.Function
		suspects int
		grew     int
	}{
		"both are suspects":     {100 << 10, typeEncoder, 1, 0},
		"one is too young":      {12 << 10, typeEncoder, 1, 0},
		"another keeps its own": {100 << 10, put, 2, 0},
	} {
		types := bytesOf(stackOf(blank, structOf, blank, handle), 8<<10, tt.makes, 120)
		encoders := bytesOf(stackOf(handle, tt.encodes, handle), 8<<10, 120<<10, 120)
		for _, g := range []*profile.Group{&types, &encoders} {
			g.Now = []int64{g.Points[len(g.Points)-1].Value}
		}
		if tt.makes < 50<<10 { // it began late
			for i := range types.Points {
				types.Points[i].Value = max(0, types.Points[i].Value*int64(i-25)/4)
				types.Points[i].AllocSpace, types.Points[i].Raw = types.Points[i].Value, float64(types.Points[i].Value)/samplingRate
			}
		}
		r := Judge(Input{Now: at(120), Start: began, Heap: []profile.Group{types, encoders}})
		if len(r.Suspects) != tt.suspects || len(r.Grew) != tt.grew {
			t.Errorf("%s: got %d suspects and %+v", name, len(r.Suspects), r.Grew)
			continue
		}
		if s := r.Suspects[0]; tt.suspects == 1 && (s.Signature != "types-made-at-run-time" || !strings.Contains(s.Cause, "schema.Blank (schema.go:11) makes them")) {
			t.Errorf("%s: got %s: %s", name, s.Signature, s.Cause)
		}
	}
}

// TestReadersBelongToWhatHoldsTheirConnections checks that goroutines which read from the connections of open rows, in the
// driver and in a server of the same process, are no suspects before the rows, unless they increase at another rate.
func TestReadersBelongToWhatHoldsTheirConnections(t *testing.T) {
	lib := func(name string) *profile.Function { return &profile.Function{Name: name, Class: profile.ClassStd} }
	own := func(name string) *profile.Function { return &profile.Function{Name: name, Class: profile.ClassUser} }
	rows, serve, receive := lib("database/sql.(*Rows).awaitDone"), own("example.com/shop/fakedb.(*server).session"), own("example.com/shop/driver.(*conn).receive")
	reading := func(f *profile.Function) *profile.Stack {
		return stackOf(f, lib("runtime.gopark"), lib("runtime.netpollblock"), lib("internal/poll.(*FD).Read"), lib("net.(*conn).Read"), lib("bufio.(*Reader).ReadString"), f)
	}
	for rate, want := range map[float64]int{2: 1, 3: 3} {
		r := Judge(Input{Now: at(120), Start: began, Goroutines: []profile.Group{
			goroutines(reading(serve), rate, 120), goroutines(reading(receive), rate, 120),
			goroutines(stackOf(rows, lib("runtime.gopark"), lib("runtime.selectgo"), rows), 2, 120),
		}})
		if len(r.Suspects) != want {
			t.Fatalf("at %v/s: got %d suspects, want %d: %+v", rate, len(r.Suspects), want, r.Suspects)
		}
		if s := r.Suspects[0]; want == 1 && (s.Signature != "unclosed-rows" || !strings.Contains(s.Sentence, readersIncluded+" included")) {
			t.Errorf("got %s: %s", s.Signature, s.Sentence)
		}
	}
}

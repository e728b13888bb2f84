package leak

import (
	"encoding/json"
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"pgregory.net/rapid"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// at returns a time of the watch.
func at(seconds float64) time.Time { return began.Add(time.Duration(seconds * float64(time.Second))) }

func fn(name string, class profile.Class) *profile.Function {
	return &profile.Function{Name: name, File: "/src/" + name + ".go", StartLine: 1, Class: class}
}

// snapshotOf returns a profile with only its samples.
func snapshotOf(samples ...profile.Sample) *profile.Snapshot {
	s := new(profile.Snapshot)
	s.SetSamples(samples)
	return s
}

func stackOf(blame *profile.Function, fns ...*profile.Function) *profile.Stack {
	var frames []profile.Frame
	for i, f := range fns {
		frames = append(frames, profile.Frame{Func: f, Line: 10 + i})
	}
	return profile.NewStack(blame, frames...)
}

// goroutines returns a stack with a growing number of goroutines, polled every 2 s.
func goroutines(s *profile.Stack, perSecond, seconds float64) profile.Group {
	g := profile.Group{Kind: profile.Goroutine, Blame: s.Blame, Stacks: []*profile.Stack{s}}
	for t := 0.0; t <= seconds; t += 2 {
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(t)), Value: int64(perSecond * t)})
	}
	return g
}

// bytesOf returns a function whose heap grows in objects of a given size, all of it retained.
func bytesOf(s *profile.Stack, each, perSecond, seconds float64) profile.Group {
	g := profile.Group{Kind: profile.Heap, Blame: s.Blame, Stacks: []*profile.Stack{s}}
	for t := 0.0; t <= seconds; t += 3 {
		n := perSecond * t / each
		raw := n * -math.Expm1(-each/samplingRate)
		g.Points = append(g.Points, profile.GroupPoint{
			Time: profile.InstantOf(at(t)), Value: int64(perSecond * t), Objects: int64(n), AllocSpace: int64(perSecond * t), AllocObjects: int64(n), Raw: raw, RawAlloc: raw,
		})
	}
	return g
}

var (
	selectgo  = fn("runtime.selectgo", profile.ClassRuntime)
	readLoop  = fn("net/http.(*persistConn).readLoop", profile.ClassStd)
	writeLoop = fn("net/http.(*persistConn).writeLoop", profile.ClassStd)
	netpoll   = fn("runtime.netpollblock", profile.ClassRuntime)
	serve     = fn("net/http.(*conn).serve", profile.ClassStd)
	dial      = fn("net/http.(*Transport).dialConn", profile.ClassStd)
	do        = fn("net/http.(*Client).do", profile.ClassStd)
	fetch     = fn("example.com/shop/price.fetch", profile.ClassUser)
	put       = fn("example.com/shop/store.(*Cache).Put", profile.ClassUser)
	chansend  = fn("runtime.chansend", profile.ClassRuntime)
	chansend1 = fn("runtime.chansend1", profile.ClassRuntime)
	ask       = fn("example.com/shop/ask.One.func1", profile.ClassUser)
	malg      = fn("runtime.malg", profile.ClassRuntime)
	newproc1  = fn("runtime.newproc1", profile.ClassRuntime)
)

// newLeakyInput returns a service with a leaking cache and unclosed response bodies, which have a common caller.
func newLeakyInput() Input {
	in := Input{Now: at(120), Start: began, Limit: 2 << 30}
	in.Heap = []profile.Group{
		bytesOf(stackOf(put, put), 2048, 400<<10, 120),
		bytesOf(stackOf(dial, dial), 4096, 40<<10, 120),
		bytesOf(stackOf(fetch, do, fetch), 512, 10<<10, 120),
		bytesOf(stackOf(newproc1, malg, newproc1), 512, 30<<10, 120),
	}
	in.Goroutines = []profile.Group{
		goroutines(stackOf(serve, netpoll, serve), 3, 120),
		goroutines(stackOf(writeLoop, selectgo, writeLoop), 3, 120),
		goroutines(stackOf(readLoop, selectgo, readLoop), 3, 120),
	}
	for t := 0.0; t <= 120; t += 2 {
		in.Memory = append(in.Memory, memory.Reading{Time: at(t), RSS: 300<<20 + uint64(t)*(900<<10), Sys: 400<<20 + uint64(t)*(900<<10), NextGC: 2 * uint64(t*480*1024)})
	}
	return in
}

// TestReport compares a report and its JSON with golden files.
func TestReport(t *testing.T) {
	r := Judge(newLeakyInput())
	var text strings.Builder
	j, err := json.MarshalIndent(r, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	text.Write(j)
	text.WriteString("\n" + r.Caveat.String() + "\n")
	for _, s := range r.Suspects {
		text.WriteString(s.Sentence + "\n\tbecause " + strings.Join(s.Evidence, "\n\tbecause ") + "\n\tunless " + strings.Join(s.Disproof, "\n\tunless ") + "\n")
	}
	file := filepath.Join("testdata", "report.golden")
	if *update {
		if err := os.WriteFile(file, []byte(text.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(string(want), text.String()); d != "" {
		t.Error(d)
	}
}

// TestCombined checks that one leak is one suspect, and that causes are listed before effects.
func TestCombined(t *testing.T) {
	var got []string
	for _, s := range Judge(newLeakyInput()).Suspects {
		got = append(got, s.Signature+" "+s.Function)
	}
	want := []string{"unbounded-collection " + put.Name, "unclosed-response-body " + fetch.Name, "server-end " + serve.Name}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// TestTwoLeaksOfConnections checks that two leaks that share the stack of the write loop each have their own rate.
func TestTwoLeaksOfConnections(t *testing.T) {
	in := Input{Now: at(120), Start: began}
	in.Goroutines = []profile.Group{
		goroutines(stackOf(readLoop, selectgo, readLoop), 3, 120),
		goroutines(stackOf(readLoop, netpoll, readLoop), 1, 120),
		goroutines(stackOf(writeLoop, selectgo, writeLoop), 4, 120),
	}
	want := map[string]float64{"unclosed-response-body": 6, "transport-per-call": 2}
	r := Judge(in)
	share := 0.0
	for _, s := range r.Suspects {
		if got := s.GrowthPerHour / 3600; math.Abs(got-want[s.Signature]) > 0.1 {
			t.Errorf("growth of %s: got %.2f per second, want %.0f", s.Signature, got, want[s.Signature])
		}
		share += s.Share
	}
	if len(r.Suspects) != 2 || math.Abs(share-1) > 0.01 {
		t.Errorf("got %d suspects with %.2f of the growth, want 2 with all of it: %v", len(r.Suspects), share, r.Suspects)
	}
}

func TestHeldHeapDoesNotBury(t *testing.T) {
	in := Input{Now: at(120), Start: began}
	st := stackOf(ask, chansend, chansend1, ask)
	in.Goroutines = []profile.Group{goroutines(st, 2, 120)}
	in.Heap = []profile.Group{bytesOf(stackOf(ask, ask), 64<<10, 128<<10, 120)}
	r := Judge(in)
	if len(r.Suspects) != 1 || r.Suspects[0].Signature != "send-without-reader" || r.Suspects[0].Holds < 300<<20 {
		t.Fatalf("got suspects %+v", r.Suspects)
	}
	if w := r.Stack(st).Shape; w != ShapeLeak {
		t.Errorf("got shape %q in the table", w)
	}
	in.Known = map[*profile.Stack]StackFacts{st: {Leaked: true}}
	if c := Judge(in).Suspects[0].Confidence; c != Proven {
		t.Errorf("proven by the runtime: got confidence %s", c)
	}
}

func TestCreatorIsNamed(t *testing.T) {
	in := newLeakyInput()
	in.Heap = nil
	if s := Judge(in).Suspects[0]; !s.WantsCreator {
		t.Errorf("unknown creator, but no trace is requested: %+v", s)
	}
	in.Known = map[*profile.Stack]StackFacts{in.Goroutines[2].Stacks[0]: startedBy(fetch, 31)}
	if s := Judge(in).Suspects[0]; s.Function != fetch.Name || s.File != fetch.File || s.Line != 31 || s.WantsCreator || !strings.Contains(s.Sentence, "price.fetch") {
		t.Errorf("got %+v", s)
	}
}

// TestOffHeap checks growth that only the operating system sees.
func TestOffHeap(t *testing.T) {
	in := Input{Now: at(120), Start: began}
	for s := 0.0; s <= 120; s += 10 {
		in.Memory = append(in.Memory, memory.Reading{Time: at(s), Sys: 80 << 20, RSS: 60<<20 + uint64(s)<<20})
	}
	r := Judge(in)
	if r.Verdict != Leaks || r.Suspects[0].Kind != OffHeap || math.Abs(r.Suspects[0].GrowthPerHour/(3600<<20)-1) > 0.1 {
		t.Errorf("got %+v", r)
	}
	for i := range in.Memory {
		in.Memory[i].RSS = 60 << 20
	}
	if r := Judge(in); len(r.Suspects) != 0 {
		t.Errorf("without growth: got suspects %+v", r.Suspects)
	}
}

// TestOneObject checks that a slice grown by append is recognized by its steps, and that one which has reached its
// maximum is not a suspect.
func TestOneObject(t *testing.T) {
	slice := func(stops float64) Input {
		g := profile.Group{Kind: profile.Heap, Blame: put, Stacks: []*profile.Stack{stackOf(put, put)}}
		size := 1e6
		for s := 0.0; s <= 200; s += 3 {
			for size < 1e6+3e5*min(s, stops) {
				size *= 1.25
			}
			g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(s)), Value: int64(size), Largest: int64(size), Objects: 1, Raw: 1, AllocSpace: int64(5 * size), RawAlloc: 9})
		}
		return Input{Now: at(200), Start: began, Heap: []profile.Group{g}}
	}
	r := Judge(slice(1000))
	if r.Verdict != Leaks || r.Suspects[0].Signature != "append-only-slice" || math.Abs(r.Suspects[0].GrowthPerHour/(3600*3e5)-1) > 0.15 {
		t.Errorf("got suspects %+v", r.Suspects)
	}
	if r := Judge(slice(60)); r.Verdict == Leaks {
		t.Errorf("at its maximum: got suspects %+v", r.Suspects)
	}
}

// TestBadInput checks that no input makes the judge panic, and that missing data causes a warning.
func TestBadInput(t *testing.T) {
	for name, tt := range map[string]struct {
		spoil   func(in *Input)
		verdict Verdict
		warning string
	}{
		"nothing at all": {func(in *Input) { *in = Input{} }, Undecided, ""},
		"one poll only": {func(in *Input) {
			in.Now, in.Memory = at(0), nil
			for i := range in.Heap {
				in.Heap[i].Points = in.Heap[i].Points[:1]
			}
			for i := range in.Goroutines {
				in.Goroutines[i].Points = in.Goroutines[i].Points[:1]
			}
		}, Undecided, ""},
		"out of order": {func(in *Input) {
			rand.New(rand.NewPCG(1, 1)).Shuffle(len(in.Goroutines[2].Points), func(i, j int) {
				p := in.Goroutines[2].Points
				p[i], p[j] = p[j], p[i]
			})
		}, Leaks, ""},
		"counters fell": {func(in *Input) {
			p := in.Heap[0].Points
			for i := len(p) - 3; i < len(p); i++ {
				p[i].AllocSpace = 0
			}
		}, Leaks, "counters fell"},
		"a gap": {func(in *Input) {
			for i := range in.Goroutines {
				p := in.Goroutines[i].Points
				in.Goroutines[i].Points = append(p[:8:8], p[50:]...)
			}
		}, Leaks, "no goroutine profile for 1m26s"},
		"stale": {func(in *Input) { in.Now = at(600) }, Leaks, "is 8m old"},
	} {
		in := newLeakyInput()
		tt.spoil(&in)
		r := Judge(in)
		if r.Verdict != tt.verdict {
			t.Errorf("%s: got %s, want %s", name, r.Verdict, tt.verdict)
		}
		if w := fmt.Sprint(r.Diagnostics); !strings.Contains(w, tt.warning) {
			t.Errorf("%s: got warnings %q, want %q", name, w, tt.warning)
		}
	}
}

// TestAnyInput judges random numbers.
func TestAnyInput(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		point := rapid.Custom(func(t *rapid.T) profile.GroupPoint {
			v := rapid.OneOf(rapid.Int64(), rapid.Int64Range(-10, 1<<24))
			f := rapid.OneOf(rapid.Float64(), rapid.Just(math.NaN()), rapid.Just(math.Inf(1)))
			return profile.GroupPoint{
				Time: profile.InstantOf(at(rapid.Float64Range(-1e6, 1e6).Draw(t, "t"))), Value: v.Draw(t, "v"), Objects: v.Draw(t, "o"),
				AllocSpace: v.Draw(t, "as"), Raw: f.Draw(t, "raw"), RawAlloc: f.Draw(t, "ra"), Largest: v.Draw(t, "l"),
			}
		})
		points := rapid.SliceOfN(point, 0, 40)
		in := Input{Now: at(100), Start: began, Limit: rapid.Int64().Draw(t, "limit")}
		in.Heap = []profile.Group{{Kind: profile.Heap, Blame: put, Points: points.Draw(t, "heap")}, {Kind: profile.Heap, Points: points.Draw(t, "unknown")}}
		in.Goroutines = []profile.Group{{Kind: profile.Goroutine, Points: points.Draw(t, "goroutines")}}
		for _, p := range points.Draw(t, "memory") {
			in.Memory = append(in.Memory, memory.Reading{Time: p.Time.AsTime(), RSS: uint64(p.Value), Sys: uint64(p.Objects), HeapReleased: uint64(p.Largest)})
		}
		if _, err := json.Marshal(Judge(in)); err != nil {
			t.Fatal(err)
		}
	})
}

package leak

import (
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

var roundsStart = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// idleMarks returns n idle periods of 3 s, one minute apart.
func idleMarks(n int) []Mark {
	out := make([]Mark, n)
	for i := range out {
		from := roundsStart.Add(time.Duration(i) * time.Minute)
		out[i] = Mark{from, from.Add(3 * time.Second)}
	}
	return out
}

// heldAtMarks returns a group that holds the given value at each mark, in MiB of objects of 1 KiB or in goroutines. Nothing is
// freed.
func heldAtMarks(kind profile.Kind, name string, values ...float64) profile.Group {
	f := &profile.Function{Name: name, File: "/src/" + name + ".go", StartLine: 3, Class: profile.ClassUser}
	stack := profile.NewStack(f, profile.Frame{Func: f, Line: 7})
	g := profile.Group{Kind: kind, Blame: f, Stacks: []*profile.Stack{stack}}
	most := 0.0
	for i, v := range values {
		most = max(most, v)
		p := profile.GroupPoint{Time: profile.InstantOf(idleMarks(len(values))[i].To), Value: int64(v)}
		if kind == profile.Heap {
			sampled := 1 - math.Exp(-1024.0/(512<<10))
			p.Value = int64(v * (1 << 20))
			p.Objects, p.AllocObjects, p.AllocSpace = int64(v*1024), int64(most*1024), int64(most*(1<<20))
			p.Raw, p.RawAlloc, p.Largest = v*1024*sampled, most*1024*sampled, 1024
		}
		g.Points = append(g.Points, p)
	}
	g.Now = []int64{g.Points[len(values)-1].Value}
	return g
}

func TestJudgeRounds(t *testing.T) {
	heap, gor := profile.Heap, profile.Goroutine
	tests := []struct {
		name    string
		groups  []profile.Group
		want    Verdict
		look    string // of the first row
		suspect string
	}{
		{"nothing grows", []profile.Group{heldAtMarks(heap, "main.f", 30, 30, 30)}, Steady, "", ""},
		{"a heap leak", []profile.Group{heldAtMarks(heap, "main.f", 5, 35, 65)}, Leaks, "each time", "main.f"},
		{"a cache filled by the first load", []profile.Group{heldAtMarks(heap, "main.f", 5, 35, 35.5)}, Steady, "first load only", ""},
		{"a cache that fills gradually", []profile.Group{heldAtMarks(heap, "main.f", 0, 40, 55)}, Undecided, "less each time", "main.f"},
		{"late", []profile.Group{heldAtMarks(heap, "main.f", 5, 5, 35)}, Undecided, "later load only", ""},
		{"too few samples to tell", []profile.Group{heldAtMarks(heap, "main.f", 0, 1, 2.2)}, Steady, "", ""},
		{"given back", []profile.Group{heldAtMarks(heap, "main.f", 40, 35, 30)}, Steady, "", ""},
		{"goroutines", []profile.Group{heldAtMarks(gor, "main.g", 0, 20, 40)}, Leaks, "each time", "main.g"},
		{"a pool of workers", []profile.Group{heldAtMarks(gor, "main.g", 0, 64, 64)}, Steady, "first load only", ""},
		{"few goroutines", []profile.Group{heldAtMarks(gor, "main.g", 0, 4, 8)}, Steady, "", ""},
		{"the leak before the cache", []profile.Group{heldAtMarks(heap, "main.cache", 0, 90, 90), heldAtMarks(heap, "main.f", 0, 20, 40)}, Leaks, "each time", "main.f"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := LoadInput{Marks: idleMarks(3)}
			for _, g := range tt.groups {
				if g.Kind == heap {
					in.Heap = append(in.Heap, g)
				} else {
					in.Goroutines = append(in.Goroutines, g)
				}
			}
			r := JudgeLoads(in)
			look, suspect := "", ""
			if len(r.Retained) > 0 {
				look = r.Retained[0].When
			}
			if len(r.Suspects) > 0 {
				suspect = r.Suspects[0].Function
			}
			if r.Verdict != tt.want || look != tt.look || suspect != tt.suspect {
				t.Errorf("got verdict %s, shape %q, suspect %q; want %s, %q, %q", r.Verdict, look, suspect, tt.want, tt.look, tt.suspect)
			}
			sure := slices.ContainsFunc(r.Suspects, func(s Suspect) bool { return s.Confidence != Low })
			if sure != (r.Verdict == Leaks) {
				t.Errorf("got verdict %s with a certain suspect: %v", r.Verdict, sure)
			}
		})
	}
}

func TestLoadsReportWhatIsRetained(t *testing.T) {
	r := JudgeLoads(LoadInput{Heap: []profile.Group{heldAtMarks(profile.Heap, "main.f", 5, 35, 67)}, Marks: idleMarks(3)})
	s := r.Suspects[0]
	if !strings.Contains(s.Sentence, "f keeps all it allocates: +31 MiB a load") || s.File != "/src/main.f.go" || s.Line != 7 {
		t.Errorf("got sentence %q, at %s:%d", s.Sentence, s.File, s.Line)
	}
	if got := strings.Join(s.Evidence, "; "); !strings.Contains(got, "30 MiB stayed after load 1 (sampling error ±") || !strings.Contains(got, "32 MiB stayed after load 2") {
		t.Errorf("got evidence %q", got)
	}
	// 62 MiB in two minutes.
	if got := s.GrowthPerHour / (1 << 20); math.Abs(got-1860) > 1 || s.Low >= s.GrowthPerHour || s.High <= s.GrowthPerHour {
		t.Errorf("got %.0f MiB/h, %g to %g; want 1860 within the interval", got, s.Low, s.High)
	}
}

func TestRoundsNeedTwoLoads(t *testing.T) {
	r := JudgeLoads(LoadInput{Heap: []profile.Group{heldAtMarks(profile.Heap, "main.f", 5, 35)}, Marks: idleMarks(2)})
	if r.Verdict != Undecided || len(r.Suspects) != 0 {
		t.Errorf("after one load: got verdict %s with %d suspects, want undecided", r.Verdict, len(r.Suspects))
	}
}

// Requests that are still running at the start of an idle period have ended by its end.
func TestMarkIsTheMinimum(t *testing.T) {
	m := idleMarks(1)[0]
	points := []profile.GroupPoint{
		{Time: profile.InstantOf(m.From.Add(-time.Second)), Value: 1}, {Time: profile.InstantOf(m.From), Value: 9}, {Time: profile.InstantOf(m.To), Value: 4}, {Time: profile.InstantOf(m.To.Add(time.Second)), Value: 2},
	}
	if got := atMark(points, m); got.Value != 4 {
		t.Errorf("got %d at the mark, want 4", got.Value)
	}
	if got := atMark(points[:1], m); got.Value != 1 || !got.Time.AsTime().Equal(m.To) {
		t.Errorf("without a point inside the mark: got %d at %v, want the last point before it", got.Value, got.Time)
	}
}

// The reported sampling error equals the actual one.
func TestSamplingError(t *testing.T) {
	const period, trials = 512 << 10, 4000
	rnd := rand.New(rand.NewPCG(1, 2))
	for _, size := range []float64{8 << 10, 256 << 10, 2 << 20} {
		p := 1 - math.Exp(-size/period)
		scale := size / p
		const came, went = 2000, 800
		var sum, squares, reported float64
		for range trials {
			var in, out float64
			for range came {
				if rnd.Float64() < p {
					in++
				}
			}
			for range went { // of the existing objects
				if rnd.Float64() < p {
					out++
				}
			}
			d := (in - out) * scale
			sum, squares = sum+d, squares+d*d
			before := 1000 * p
			reported += samplingError(
				profile.GroupPoint{Raw: before, RawAlloc: before, AllocObjects: 1000, AllocSpace: int64(1000 * size)},
				profile.GroupPoint{Raw: before + in - out, RawAlloc: before + in, AllocObjects: 1000 + came, AllocSpace: int64((1000 + came) * size)},
			)
		}
		mean := sum / trials
		real := math.Sqrt(squares/trials - mean*mean)
		if ratio := reported / trials / real; ratio < 0.9 || ratio > 1.15 {
			t.Errorf("objects of %.0f bytes: got ±%.0f, want ±%.0f", size, reported/trials, real)
		}
	}
}

// From the first load on, a trace is requested for retained goroutines whose stacks show no function of the user. The
// suspect is named after the creator that the trace saw.
func TestRoundsNameCreators(t *testing.T) {
	g := heldAtMarks(profile.Goroutine, "net/http.(*persistConn).readLoop", 0, 6, 12)
	g.Blame.Class = profile.ClassStd
	in := LoadInput{Goroutines: []profile.Group{g}, Marks: idleMarks(3)}
	for n, want := range []bool{false, false, true, true} {
		in.Marks = idleMarks(3)[:n]
		if got := in.WantsCreators(); got != want {
			t.Errorf("after %d marks: got trace requested %v, want %v", n, got, want)
		}
	}
	price := &profile.Function{Name: "main.price", File: "/src/price.go", Class: profile.ClassUser}
	in.Known = map[*profile.Stack]StackFacts{g.Stacks[0]: startedBy(price, 31)}
	in.Goroutines = append(in.Goroutines, heldAtMarks(profile.Goroutine, "net/http.(*persistConn).writeLoop", 0, 6, 12))
	in.Goroutines[1].Blame.Class = profile.ClassStd
	r := JudgeLoads(in)
	if s := r.Suspects[0]; s.Function != price.Name || s.File != price.File || s.Line != 31 || s.WantsCreator {
		t.Errorf("got %s at %s:%d, trace requested: %v", s.Function, s.File, s.Line, s.WantsCreator)
	}
	if s := r.Suspects[0]; len(r.Suspects) != 1 || !strings.HasSuffix(s.Sentence, ": +12 goroutines a load") {
		t.Errorf("two loops of a connection: got sentence %q", s.Sentence)
	}
	in.Goroutines = in.Goroutines[:1]
	in.Goroutines[0].Blame.Class = profile.ClassUser
	if in.WantsCreators() {
		t.Error("a trace is requested for goroutines whose stacks show their creator")
	}
}

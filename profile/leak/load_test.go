package leak

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// growingConnections returns server goroutines of a number of connections that grows from a base.
func growingConnections(base, each float64) profile.Group {
	var frames []profile.Frame
	for _, n := range []string{"runtime.gopark", "runtime.netpollblock", "bufio.(*Reader).Peek", "net/http.(*conn).serve"} {
		frames = append(frames, profile.Frame{Func: &profile.Function{Name: n}})
	}
	st := profile.NewStack(nil, frames...)
	g := profile.Group{Kind: profile.Goroutine, Blame: st.FrameAt(3).Func, Stacks: []*profile.Stack{st}, Now: []int64{1}}
	for i := range 66 {
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(roundsStart.Add(time.Duration(2*i) * time.Second)), Value: int64(base + each*float64(2*i))})
	}
	return g
}

// TestConnectionsWithTheLoad checks that an increase in active clients is not reported as a certain leak, while an
// increase in idle ones is, and so is one in a busier service if connections grow many times as much as the load.
func TestConnectionsWithTheLoad(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	for _, tt := range []struct {
		name       string
		base, each float64
		rate       func(t float64) float64 // bytes allocated per second
		want       Verdict
	}{
		{"idle, steady load", 20, 1, func(float64) float64 { return 4e6 }, Leaks},
		{"with the load", 20, 1, func(t float64) float64 { return 1e6 + 5e4*t }, Undecided},
		{"a tenth more of both", 1000, 1, func(t float64) float64 { return 4e7 * (1 + t/1000) }, Undecided},
		{"idle, load that swings", 20, 1, func(t float64) float64 { return 4e6 + 2e6*math.Sin(t/7) }, Leaks},
		{"ten times as many, a tenth more load", 10, 1, func(t float64) float64 { return 4e6 * (1 + t/1300) }, Leaks},
		{"less load", 20, 1, func(t float64) float64 { return 9e6 - 4e4*t }, Leaks},
	} {
		for _, exact := range []bool{true, false} {
			g := growingConnections(tt.base, tt.each)
			in := Input{Now: g.Points[65].Time.AsTime(), Start: roundsStart, Goroutines: []profile.Group{g}}
			sum := 1e9
			for i, p := range g.Points {
				sum += 2 * tt.rate(float64(2*i))
				if exact {
					in.Memory = append(in.Memory, memory.Reading{Time: p.Time.AsTime(), TotalAlloc: uint64(sum)})
				} else { // sampled at one object per 512 KiB
					in.Allocated = append(in.Allocated, profile.Value{Time: p.Time.AsTime(), V: sum + rnd.NormFloat64()*(512<<10)})
				}
			}
			r := Judge(in)
			if r.Verdict != tt.want || len(r.Suspects) != 1 {
				t.Errorf("%s, exact %v: got %s of %d, want %s", tt.name, exact, r.Verdict, len(r.Suspects), tt.want)
			}
		}
	}
	g := growingConnections(20, 1)
	if r := Judge(Input{Now: g.Points[65].Time.AsTime(), Start: roundsStart, Goroutines: []profile.Group{g}}); r.Verdict != Leaks {
		t.Errorf("unknown load: got %s, want a leak", r.Verdict)
	}
}

// TestLoadThatSeemsToRise checks that suspected connections hardly ever come back if the load of a service rises so
// unevenly that it seems level at some polls. Judged by the last poll alone, 11 suspects came back in 40 watches.
func TestLoadThatSeemsToRise(t *testing.T) {
	interrupted := 0
	for seed := range uint64(40) {
		rnd := rand.New(rand.NewPCG(seed, 6))
		g := growingConnections(20, 1)
		in := Input{Start: roundsStart, Goroutines: []profile.Group{g}}
		sum, leaked, wasLeak := 1e9, false, false
		for i, p := range g.Points {
			sum += 2 * 4e6 * math.Exp(0.2*rnd.NormFloat64()+float64(2*i)/200)
			in.Memory = append(in.Memory, memory.Reading{Time: p.Time.AsTime(), TotalAlloc: uint64(sum)})
			if i < 46 {
				continue
			}
			in.Now, in.Goroutines[0].Points = p.Time.AsTime(), g.Points[:i+1]
			isLeak := Judge(in).Verdict == Leaks
			if isLeak && !wasLeak && leaked {
				interrupted++
			}
			wasLeak, leaked = isLeak, leaked || isLeak
		}
	}
	if interrupted > 2 {
		t.Errorf("%d suspects came back", interrupted)
	}
}

// TestCallsThatHang checks calls to a server that does not respond: under constant load they are a leak within a usual
// watch; as many calls under rising load, or of which some end, take longer to decide.
func TestCallsThatHang(t *testing.T) {
	notify := fn("example.com/partner.(*Partner).notify", profile.ClassUser)
	trip := fn("net/http.(*persistConn).roundTrip", profile.ClassStd)
	serve := fn("net/http.(*conn).serve", profile.ClassStd)
	for _, tt := range []struct {
		name  string
		rate  func(t float64) float64 // bytes allocated per second
		falls int64
		want  Verdict
		// clients is the number of clients per call; isServed means that the handler itself waits for the call.
		clients  float64
		isServed bool
	}{
		{"constant load", func(float64) float64 { return 4e6 }, 0, Leaks, 0, false},
		{"more load", func(t float64) float64 { return 1e6 + 1e5*t }, 0, Undecided, 0, false},
		{"some end", func(float64) float64 { return 4e6 }, 30, Undecided, 0, false},
		{"unsteady load", func(t float64) float64 { return 4e6 + 3e6*math.Sin(t/9) + 8e3*t }, 0, Leaks, 0, false},
		{"a client for each", func(float64) float64 { return 4e6 }, 0, Undecided, 1, false},
		{"in the handler", func(float64) float64 { return 4e6 }, 0, Undecided, 0, true},
	} {
		st := stackOf(notify, selectgo, trip, notify)
		if tt.isServed {
			st = stackOf(notify, selectgo, trip, notify, serve)
		}
		g := goroutines(st, 5, 110)
		in := Input{Now: at(110), Start: began}
		sum := 1e9
		for i := range g.Points {
			sum += 2 * tt.rate(float64(2*i))
			in.Memory = append(in.Memory,
				memory.Reading{Time: g.Points[i].Time.AsTime(), Source: memory.SourceHeapText, TotalAlloc: uint64(sum)},
				memory.Reading{Time: g.Points[i].Time.AsTime().Add(time.Second), Source: "/proc/PID/smaps_rollup", TotalAlloc: uint64(sum)})
			g.Points[i].Value += 50
			if slices.Contains([]int{9, 13, 22, 30, 44, 47}, i) {
				g.Points[i].Value -= tt.falls
			}
		}
		in.Goroutines = []profile.Group{g}
		if tt.clients > 0 {
			in.Goroutines = append(in.Goroutines, goroutines(stackOf(serve, selectgo, fn("main.wait", profile.ClassUser), serve), 5*tt.clients, 110))
		}
		r := Judge(in)
		if r.Verdict != tt.want || tt.falls == 0 && strings.Contains(r.Group(&g).Text, "goes away") {
			t.Errorf("%s: got %s, %q", tt.name, r.Verdict, r.Group(&g).Text)
		}
	}
}

// TestAllocationRateOfRareReadings checks that kernel readings, which repeat earlier counters, and profiles without a
// collection in between do not look like a service that allocates nothing.
func TestAllocationRateOfRareReadings(t *testing.T) {
	in := Input{Now: at(100), Start: began}
	for i := range 51 {
		sum := 1e9 + 4e6*float64(10*(i/5)) // a collection every 10 s
		in.Memory = append(in.Memory, memory.Reading{Time: at(float64(2 * i)), Source: "/proc/PID/smaps_rollup", TotalAlloc: 1e9})
		in.Allocated = append(in.Allocated, profile.Value{Time: at(float64(2 * i)), V: sum})
	}
	for _, q := range newJudgment(in).allocationRate(0, math.Inf(1)) {
		if math.Abs(q.V-4e6) > 4e5 {
			t.Errorf("got %.0f bytes a second at %.0f s, want 4 million", q.V, q.T)
		}
	}
}

// TestRareProfilesAreNotSmoothed checks that a strictly rising series of few profiles is not smoothed: a median would
// flatten its end, so that growth seems to have stopped.
func TestRareProfilesAreNotSmoothed(t *testing.T) {
	g := observedHeap(t, "0:9.5/18.6 2:11.2/21.9 6:13.5/27.3 10:15.7/32.2 14:18.6/36.1 20:21.9/42.7 26:24.7/48.1 34:29.8/55.9 43:33.7/65.1 55:40.5/80.9 67:47.8/92.5 82:60.1/118.1 98:72.5/145.9")
	s := newSeries(&g, began)
	if got := s.judgeWhole().shape; got != ShapeSuspect && got != ShapeRising {
		t.Errorf("got %s", got)
	}
}

// TestGrowthBeyondTheAllocations checks a function that frees most of what it allocates: growth in proportion to its
// allocations may follow the load, but far more growth does not.
func TestGrowthBeyondTheAllocations(t *testing.T) {
	for name, tt := range map[string]struct {
		live, allocated func(t float64) float64 // MB
		want            bool
	}{
		"constant load, from nothing": {func(t float64) float64 { return 0.5 + 0.19*t }, func(t float64) float64 { return 1.2 * t }, true},
		"twice the load":              {func(t float64) float64 { return 9 + 0.1*t }, func(t float64) float64 { return 1.2*t + 0.006*t*t }, false},
		"from nothing with the load":  {func(t float64) float64 { return 0.5 + 0.19*t }, func(t float64) float64 { return 0.2*t + 0.012*t*t }, false},
	} {
		var text []string
		for s := 0.0; s <= 96; s += 2 {
			text = append(text, fmt.Sprintf("%.0f:%.2f/%.2f", s, tt.live(s), 20+tt.allocated(s)))
		}
		g := observedHeap(t, strings.Join(text, " "))
		if got := outgrowsAllocations(newSeries(&g, began)); got != tt.want {
			t.Errorf("%s: outgrows its allocations: %v", name, got)
		}
	}
}

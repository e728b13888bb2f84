package leak

import (
	"math"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// deepeningStack returns readings of a process with one goroutine that recurses ever deeper until it stops. Its stack
// doubles whenever it is full.
func deepeningStack(perSecond, stops float64) []memory.Reading {
	var out []memory.Reading
	for s := 0.0; s <= 180; s += 2 {
		stack := float64(1 << 20)
		for stack < perSecond*min(s, stops) {
			stack *= 2
		}
		small := float64(int(s)%5) * 8192 // stacks of other goroutines, which come and go
		out = append(out, memory.Reading{Time: at(s), StackInuse: uint64(stack + small), Sys: 1 << 30, TotalAlloc: uint64(1 + s)})
	}
	return out
}

// TestStackMemory checks that ever deeper recursion is a leak, blamed on the function that recurses. A stack that has
// stopped growing is not a leak, nor are the stacks of more and more goroutines.
func TestStackMemory(t *testing.T) {
	visit := fn("example.com/shop/tree.visit", profile.ClassUser)
	frames := []*profile.Function{fn("runtime.gopark", profile.ClassRuntime)}
	for range 100 {
		frames = append(frames, visit)
	}
	snap := snapshotOf(profile.Sample{Stack: stackOf(visit, frames...), Values: []int64{1}})
	in := Input{Now: at(180), Start: began, Memory: deepeningStack(1<<20, math.Inf(1)), Waiting: snap}
	r := Judge(in)
	if r.Verdict != Leaks || r.Suspects[0].Kind != Stacks || r.Suspects[0].Function != visit.Name || r.Suspects[0].Signature != "stacks-grow" {
		t.Fatalf("got %s: %+v", r.Verdict, r.Suspects)
	}
	if s := r.Suspects[0]; s.Unit != "bytes" || s.GrowthPerHour < 0.6*3600*(1<<20) || s.GrowthPerHour > 1.6*3600*(1<<20) || !strings.Contains(s.Sentence, "tree.visit recurses") {
		t.Errorf("got %s: %+v", s.Sentence, s)
	}

	in.Waiting = nil
	if r := Judge(in); len(r.Suspects) != 1 || r.Suspects[0].Function != "" || !strings.Contains(r.Suspects[0].Sentence, "memory of goroutine stacks") {
		t.Errorf("without goroutine profiles: got suspects %+v", r.Suspects)
	}
	in.Memory = deepeningStack(1<<20, 60)
	if r := Judge(in); len(r.Suspects) > 0 {
		t.Errorf("stopped: got suspects %+v", r.Suspects)
	}

	in.Memory = deepeningStack(1<<20, math.Inf(1))
	in.Goroutines = []profile.Group{goroutines(stackOf(visit, visit), 100, 180)}
	for _, s := range Judge(in).Suspects {
		if s.Kind == Stacks {
			t.Errorf("growth that goroutines explain: got %+v", s)
		}
	}
}

// TestStacksThatGrewAreUndecided checks that until there are enough steps, stack memory that grew significantly is not
// called steady.
func TestStacksThatGrewAreUndecided(t *testing.T) {
	in := Input{Now: at(100), Start: began, Goroutines: []profile.Group{flatGoroutines(100)}, Heap: []profile.Group{flatHeap(100)}}
	for s := 0.0; s <= 100; s += 2 {
		stack := uint64(4 << 20)
		if s >= 70 {
			stack = 64 << 20
		}
		in.Memory = append(in.Memory, memory.Reading{Time: at(s), StackInuse: stack, TotalAlloc: uint64(1 + s)})
	}
	r := Judge(in)
	if r.Verdict != Undecided || !strings.Contains(r.Caveat.What, "goroutine stacks grew by 60 MiB") {
		t.Errorf("got %s: %s", r.Verdict, r.Caveat.What)
	}
	for i := range in.Memory {
		in.Memory[i].StackInuse = 4 << 20
	}
	if r := Judge(in); r.Verdict != Steady {
		t.Errorf("constant: got %s: %s", r.Verdict, r.Caveat.What)
	}
}

// flatGoroutines returns a stack with a constant number of goroutines, and flatHeap a function that always holds the same amount.
func flatGoroutines(seconds float64) profile.Group {
	g := goroutines(stackOf(put, put), 0, seconds)
	for i := range g.Points {
		g.Points[i].Value = 20
	}
	return g
}

func flatHeap(seconds float64) profile.Group {
	g := profile.Group{Kind: profile.Heap, Blame: put, Stacks: []*profile.Stack{stackOf(put, put)}}
	for s := 0.0; s <= seconds; s += 3 {
		g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(at(s)), Value: 8 << 20, Objects: 2000, Raw: 16, AllocSpace: int64(8<<20 + s*4096), AllocObjects: int64(2000 + s), RawAlloc: 16 + s/100})
	}
	return g
}

// TestDeepGoroutines checks that more and more goroutines with equally deep stacks are one leak, not deepening
// recursion.
func TestDeepGoroutines(t *testing.T) {
	plan := fn("example.com/shop/planner.plan", profile.ClassUser)
	frames := []*profile.Function{chansend, chansend1}
	for range 100 {
		frames = append(frames, plan)
	}
	waits := stackOf(plan, frames...)
	in := Input{Now: at(180), Start: began, Goroutines: []profile.Group{goroutines(waits, 2, 180)}, Waiting: waitingIn(waits)}
	for s := 0.0; s <= 180; s += 2 {
		in.Memory = append(in.Memory, memory.Reading{Time: at(s), StackInuse: 1<<20 + uint64(2*s)*128<<10, Sys: 1 << 30, TotalAlloc: uint64(1 + s)})
	}
	r := Judge(in)
	if len(r.Suspects) != 1 || r.Suspects[0].Kind != Goroutine || r.Suspects[0].Holds < 0.8*2*128*1024*3600 {
		t.Errorf("got %+v", r.Suspects)
	}
}

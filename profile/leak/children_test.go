package leak

import (
	"math"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/profile/memory"
)

// TestChildrenThatAreNotWaitedForLeak checks that a growing number of zombies, or of children
// that do not end, is a leak, blamed on the function that starts commands if there is only
// one, and that a pool of children, or children that come and go, are not.
func TestChildrenThatAreNotWaitedForLeak(t *testing.T) {
	convert := fn("main.(*converter).convert", profile.ClassUser)
	start := profile.Sample{Stack: stackOf(convert, fn("os/exec.(*Cmd).Start", profile.ClassStd), convert), Values: []int64{10, 10 << 10, 0, 0}}
	for name, tt := range map[string]struct {
		running, zombies func(t float64) float64
		want             Verdict
		signature, says  string
	}{
		"zombies":              {none, func(t float64) float64 { return t / 2 }, Leaks, "zombie-processes", "main.(*converter).convert starts commands and never waits for them: +1,800 child processes/h"},
		"few zombies":          {none, func(t float64) float64 { return t / 10 }, Leaks, "zombie-processes", "+360 child processes/h"},
		"zombies after others": {func(float64) float64 { return 8 }, func(t float64) float64 { return 3 + t/2 }, Leaks, "zombie-processes", "+1,800 child processes/h"},
		"never end":            {func(t float64) float64 { return t }, none, Leaks, "child-processes", "main.(*converter).convert starts processes that do not end: +3,600 child processes/h"},
		"no children":          {none, none, Steady, "", ""},
		"a pool":               {func(t float64) float64 { return min(16, t/4) }, none, Steady, "", ""},
		"reaped in batches":    {none, func(t float64) float64 { return 4 + math.Mod(t, 20) }, Steady, "", ""},
		"zombies that stop":    {none, func(t float64) float64 { return min(t/2, 12) }, Steady, "", ""},
	} {
		in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{flatGoroutines(120)}, Heap: []profile.Group{flatHeap(120)}, Holding: snapshotOf(start)}
		for s := 0.0; s <= 120; s += 4 {
			running, zombies := uint64(tt.running(s)), uint64(tt.zombies(s))
			in.Memory = append(in.Memory, memory.Reading{Time: at(s), Processes: 1 + running + zombies, Zombies: zombies, MostChildren: "convert"})
		}
		r := Judge(in)
		switch {
		case r.Verdict != tt.want:
			t.Errorf("%s: got %s: %s %+v", name, r.Verdict, r.Caveat.What, r.Suspects)
		case r.Verdict == Leaks && (len(r.Suspects) != 1 || r.Suspects[0].Signature != tt.signature || !strings.Contains(r.Suspects[0].Sentence, tt.says)):
			t.Errorf("%s: got %+v", name, r.Suspects)
		case r.Verdict == Leaks && !strings.HasSuffix(r.Suspects[0].Cause, ` The program of most of them is "convert".`):
			t.Errorf("%s: got cause %q", name, r.Suspects[0].Cause)
		}
		for i := range in.Memory {
			in.Memory[i].Processes, in.Memory[i].Source = 0, "/proc/PID/status"
		}
		for _, b := range r.BlindSpots {
			if b.What == blindspot.Children && b.PerHour != 300 {
				t.Errorf("%s: got blind spot %+v", name, b)
			}
		}
		if r := Judge(in); r.Verdict != Steady || r.BlindSpots[len(r.BlindSpots)-1] != (blindspot.Spot{What: blindspot.Children, Unit: "child processes"}) || !strings.Contains(r.Caveat.What, "memory outside of Go or child processes would not show yet") {
			t.Errorf("%s, unknown: got %s, %s, %+v", name, r.Verdict, r.Caveat.What, r.BlindSpots)
		}
		in.Memory = nil
		if r := Judge(in); r.Verdict != Steady || strings.Contains(r.Caveat.What, "child processes") {
			t.Errorf("%s, of another machine: got %s, %s", name, r.Verdict, r.Caveat.What)
		}
	}
}

func none(float64) float64 { return 0 }

// TestZombiesThatHardlyRiseAreNotSteady checks that zombies that have been increasing only
// for a short time are undecided, with a rate.
func TestZombiesThatHardlyRiseAreNotSteady(t *testing.T) {
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{flatGoroutines(120)}, Heap: []profile.Group{flatHeap(120)}}
	for s := 0.0; s <= 120; s += 4 {
		zombies := uint64(max(0, s-70))
		in.Memory = append(in.Memory, memory.Reading{Time: at(s), Processes: 1 + zombies, Zombies: zombies})
	}
	if r := Judge(in); r.Verdict != Undecided || !strings.Contains(r.Caveat.What, "child processes that have ended, and were not waited for, rises by ") {
		t.Errorf("got %s: %s", r.Verdict, r.Caveat.What)
	}
}

package leak

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

func TestAddProven(t *testing.T) {
	stuck := &profile.Function{Name: "main.stuck", File: "/src/main.go", Class: profile.ClassUser}
	known := &profile.Function{Name: "main.known", Class: profile.ClassUser}
	send := &profile.Function{Name: "runtime.chansend1"}
	stack := func(f *profile.Function) *profile.Stack {
		return profile.NewStack(f, profile.Frame{Func: send}, profile.Frame{Func: f, Line: 9})
	}
	s := &profile.Snapshot{Kind: profile.GoroutineLeak, Time: roundsStart}
	s.SetSamples([]profile.Sample{
		{Stack: stack(stuck), Values: []int64{2}},
		{Stack: stack(stuck), Values: []int64{1}},
		{Stack: stack(known), Values: []int64{4}},
	})
	r := Report{Verdict: Undecided, Suspects: []Suspect{{Kind: Goroutine, Function: "main.known", Confidence: Low}}}
	r.AddProven(s)
	if r.Verdict != Leaks || len(r.Suspects) != 2 {
		t.Fatalf("got verdict %s of %d suspects, want a leak of 2", r.Verdict, len(r.Suspects))
	}
	if r.Suspects[0].Confidence != Proven {
		t.Errorf("known suspect: got confidence %s, want proven", r.Suspects[0].Confidence)
	}
	x := r.Suspects[1]
	if x.Function != "main.stuck" || x.Line != 9 || x.Confidence != Proven || !strings.Contains(x.Sentence, "3 goroutines, blocked forever") {
		t.Errorf("got added suspect %+v", x)
	}
	if x.Cause == "" || x.Fix == "" || x.GrowthPerHour != 0 {
		t.Errorf("got cause %q, fix %q, growth %v; want the known cause and fix, and no growth", x.Cause, x.Fix, x.GrowthPerHour)
	}
}

func TestNothingProven(t *testing.T) {
	r := Report{Verdict: Steady}
	r.AddProven(&profile.Snapshot{Kind: profile.GoroutineLeak, Time: roundsStart})
	if r.Verdict != Steady || len(r.Suspects) != 0 {
		t.Errorf("got verdict %s of %d suspects, want it unchanged", r.Verdict, len(r.Suspects))
	}
}

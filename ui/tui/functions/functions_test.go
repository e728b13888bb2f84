package functions

import (
	"slices"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// Functions of goroutines have verdicts like functions of the heap: the worst one
// among the stacks that a function is blamed for.
func TestFunctionsOfGoroutinesHaveVerdicts(t *testing.T) {
	vc := tuitest.Context(t, tuitest.Typical...)
	h := vc.History
	gs := h.Groups(profile.Goroutine)
	if len(gs) == 0 {
		t.Fatal("no goroutines")
	}
	st := vc.State
	st.Groups, st.Report = gs, leak.Report{Verdict: leak.Steady}
	blamed := tui.BlameFunctions(profile.Goroutine, st)
	if blamed[gs[0].Blame].Evaluation.Shape == leak.ShapeNone {
		t.Error("a function that goroutines are blamed on has no verdict")
	}
	if len(tui.BlameFunctions(profile.Heap, st)) != 0 {
		t.Error("a heap that is not known has verdicts")
	}
	vc.State = st
	vc.Kind, vc.Sample = profile.Goroutine, "goroutine"
	tuitest.Open(t, vc, NewFunctions(vc), 100, 16).Wants("VERDICT", "steady")
}

// A function that holds little itself is not called steady if its callees hold much
// more; a leak is shown however much they hold.
func TestCallersAreNotCalledSteady(t *testing.T) {
	steady, leaks := leak.Evaluation{Shape: leak.ShapeSteady}, leak.Evaluation{Shape: leak.ShapeLeak}
	for _, tt := range []struct {
		evaluation leak.Evaluation
		held, cum  int64
		want       string
	}{
		{steady, 525 << 10, 59 << 20, ""},
		{steady, 525 << 10, 525 << 10, "steady"},
		{steady, 3 << 20, 5 << 20, "steady"},
		{leaks, 525 << 10, 59 << 20, "leak"},
	} {
		vc, b := tui.ViewContext{Sample: "inuse_space"}, tui.Blame{Evaluation: tt.evaluation, Held: tt.held}
		if got := vc.EvaluationOf(b, tt.cum).Shape.String(); got != tt.want {
			t.Errorf("%+v: %q", tt, got)
		}
	}
}

// Bytes that a function is blamed for are not compared with numbers of objects, nor with the
// difference to a baseline: its callees may hold all of those.
func TestOnlyComparableValuesAreSteady(t *testing.T) {
	b := tui.Blame{Evaluation: leak.Evaluation{Shape: leak.ShapeSteady}, Held: 525 << 10}
	for _, vc := range []tui.ViewContext{{Sample: "inuse_objects"}, {Sample: "alloc_space"}, {Sample: "inuse_space", Baseline: true}} {
		if got := vc.EvaluationOf(b, 31_687).Shape; got != leak.ShapeNone {
			t.Errorf("%s, baseline %t: got %q, want no verdict", vc.Sample, vc.Baseline, got)
		}
		leaks := tui.Blame{Evaluation: leak.Evaluation{Shape: leak.ShapeLeak}, Held: b.Held}
		if got := vc.EvaluationOf(leaks, 31_687).Shape; got != leak.ShapeLeak {
			t.Errorf("%s, baseline %t: got %q, want a leak", vc.Sample, vc.Baseline, got)
		}
	}
}

func TestOnlyWhoIsResponsibleHasAVerdict(t *testing.T) {
	vc := tuitest.Context(t, tuitest.Typical...)
	vc.State.Report = leak.Report{Verdict: leak.Steady}
	with, without := 0, 0
	for _, e := range functionRows(profile.ByFunction, nil)(*vc) {
		blamed := slices.ContainsFunc(vc.State.Groups, func(g profile.Group) bool {
			return g.Kind == profile.Heap && g.Blame == e.fn && 2*g.Points[len(g.Points)-1].Value >= e.Cum
		})
		if blamed != (e.Evaluation.Shape != leak.ShapeNone) {
			t.Errorf("%s, responsible %t, has the verdict %q", e.Name, blamed, e.Evaluation.Shape)
		}
		if blamed {
			with++
		} else {
			without++
		}
	}
	if with == 0 || without == 0 {
		t.Errorf("%d functions with a verdict and %d without", with, without)
	}
}

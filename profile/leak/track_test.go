package leak

import (
	"math"
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestChangesComeOnce checks the events of a suspect that appears, pauses, comes back and disappears.
func TestChangesComeOnce(t *testing.T) {
	start := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	leaks := Report{Suspects: []Suspect{
		{Kind: Heap, Function: "shop.keep", Confidence: High, Sentence: "shop.keep keeps all", Group: &profile.Group{Kind: profile.Heap}},
		{Kind: Goroutine, Function: "shop.wait", Confidence: Low, Sentence: "shop.wait waits"},
	}}
	reports := func(seconds int) Report {
		if seconds < 100 || seconds == 110 || seconds >= 200 {
			return Report{}
		}
		return leaks
	}
	var v Track
	var got []string
	for s := 0; s < 300; s += 2 {
		now := start.Add(time.Duration(s) * time.Second)
		r := reports(s)
		var changes []Change
		v, changes = v.Follow(start, now, &r)
		for _, e := range changes {
			got = append(got, e.Time.Sub(start).String()+" "+e.String())
		}
	}
	want := []string{"1m40s leak: shop.keep keeps all", "3m36s withdrawn: shop.keep: it no longer grows"}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if _, e := v.Follow(start.Add(time.Hour), start.Add(time.Hour), &leaks); len(e) != 1 {
		t.Errorf("new process that leaks: got events %v", e)
	}
}

// TestNamedCreatorTakesNothingBack checks that goroutines which get the name of their creator remain the same suspect,
// so that nothing is retracted.
func TestNamedCreatorTakesNothingBack(t *testing.T) {
	start := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	g := &profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{{}}}
	report := func(function string) Report {
		return Report{Suspects: []Suspect{{Kind: Goroutine, Function: function, Confidence: High, Sentence: function + " leaks", Group: g}}}
	}
	var v Track
	var got []string
	for s := range 60 {
		r := report("http.readLoop")
		if s >= 10 {
			r = report("shop.price")
		}
		var changes []Change
		v, changes = v.Follow(start, start.Add(time.Duration(s)*time.Second), &r)
		for _, e := range changes {
			got = append(got, e.String())
		}
	}
	if want := []string{"leak: http.readLoop leaks", "leak: shop.price leaks"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestMergedSuspectsAreNotWithdrawn checks that two suspects that turn out to have one creator are merged, and that
// neither counts as withdrawn until it is part of no suspect.
func TestMergedSuspectsAreNotWithdrawn(t *testing.T) {
	start := time.Date(2026, 3, 1, 14, 0, 0, 0, time.UTC)
	a := &profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{{}}}
	b := &profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{{}}}
	suspect := func(function string, g *profile.Group) Suspect {
		return Suspect{Kind: Goroutine, Function: function, Confidence: High, Sentence: function + " leaks", Group: g}
	}
	for _, merged := range []bool{true, false} {
		var v Track
		withdrawn := 0
		for s := range 60 {
			r := Report{Suspects: []Suspect{suspect("http.readLoop", a), suspect("http2.run", b)}}
			if s >= 10 {
				r = Report{Suspects: []Suspect{suspect("shop.price", a)}, suspectOf: map[key]int{keyOf(a): 0}}
				if merged {
					r.suspectOf[keyOf(b)] = 0
				}
			}
			v, _ = v.Follow(start, start.Add(time.Duration(s)*time.Second), &r)
			withdrawn = len(r.Withdrawn)
		}
		if want := map[bool]int{true: 0, false: 1}[merged]; withdrawn != want {
			t.Errorf("merged %v: %d withdrawn, want %d", merged, withdrawn, want)
		}
	}
}

// TestGrowthThatBeganLate checks that growth which began during the watch and has been even since then is neither
// bursts nor a step, unlike growth in bursts.
func TestGrowthThatBeganLate(t *testing.T) {
	for name, tt := range map[string]struct {
		count func(t float64) float64
		want  Shape
	}{
		"since 43 s":   {func(t float64) float64 { return 19 * max(0, t-43) }, ShapeRising},
		"three bursts": {func(t float64) float64 { return 300 * math.Floor(t/30) }, ShapeStep},
	} {
		g := goroutines(stackOf(put, chansend, put), 0, 100)
		for i := range g.Points {
			g.Points[i].Value = 1 + int64(tt.count(g.Points[i].Time.Since(began).Seconds()))
		}
		if got := newSeries(&g, began).judgeWindows(); got.shape != tt.want && !(tt.want == ShapeStep && got.shape == ShapeBursts) {
			t.Errorf("%s: got %s", name, got.shape)
		}
		if r := Judge(Input{Now: at(100), Start: began, Goroutines: []profile.Group{g}}); r.Verdict == Leaks {
			t.Errorf("%s: growth that an outage could have begun is a leak: %s", name, r.Suspects[0].Sentence)
		}
	}
}

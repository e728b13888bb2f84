package leak

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// doublingMap is the recorded map of a service that remembers every identifier in its requests.
const doublingMap = "0:0/0 2:0.5/0.5 4:1.6/1.6 6:1.1/1.6 10:1.6/3.2 18:2.1/3.7 20:0.5/3.7 28:0.5/3.7 36:0.5/4.3 38:1.1/4.8 40:2.1/5.9 46:2.1/5.9 52:2.1/5.9 58:2.1/5.9 63:2.1/5.9 71:2.1/5.9 " +
	"73:2.7/6.4 75:3.7/7.5 77:3.2/8.0 79:3.7/9.1 81:4.3/10.1 85:4.3/10.1 91:4.3/10.1 97:4.3/10.1 103:4.3/10.1 109:4.3/10.1 115:4.3/10.1 121:4.3/10.1 129:4.3/10.1 137:4.3/10.1 143:4.8/10.7 " +
	"147:4.3/10.7 149:4.8/11.2 151:5.3/12.8 155:5.3/14.4 157:7.5/16.5 159:8.5/18.1 161:10.1/19.7 165:10.7/20.3 167:10.1/20.3 175:10.1/20.3 187:10.1/20.3 199:10.1/20.3 218:10.1/20.3"

// judgeAt judges the points of a group up to a time.
func judgeAt(g profile.Group, seconds float64) Report {
	n := 0
	for n < len(g.Points) && !g.Points[n].Time.After(profile.InstantOf(at(seconds))) {
		n++
	}
	g.Points = g.Points[:n]
	return Judge(Input{Now: at(seconds), Start: began, Heap: []profile.Group{g}})
}

// scaled returns a heap group with more objects of the same size.
func scaled(g profile.Group, by float64) profile.Group {
	g.Points = slices.Clone(g.Points)
	for i := range g.Points {
		p := &g.Points[i]
		for _, n := range []*int64{&p.Value, &p.AllocSpace, &p.Objects, &p.AllocObjects} {
			*n = int64(by * float64(*n))
		}
		p.Raw, p.RawAlloc = by*p.Raw, by*p.RawAlloc
	}
	return g
}

// TestStepsOfAMap checks a map that doubles whenever it is full: it is not steady between two steps, and a leak once its
// steps lie on a line.
func TestStepsOfAMap(t *testing.T) {
	g := observedHeap(t, doublingMap)
	for _, seconds := range []float64{91, 103, 121, 137, 149} {
		for scale, want := range map[float64]string{1: "sampled objects: too few to tell even growth from steps", 2: "(*Cache).Put has grown in steps so far"} {
			g := scaled(g, scale)
			if r := judgeAt(g, seconds); r.Verdict != Undecided || !strings.Contains(r.Caveat.What, want) || r.Group(&g).Shape != ShapeSteps {
				t.Errorf("%v times as large, after %v s: got %s, %s, %q", scale, seconds, r.Verdict, r.Group(&g).Shape, r.Caveat.What)
			}
		}
	}
	for _, seconds := range []float64{165, 187, 199, 218} {
		r := judgeAt(g, seconds)
		if r.Verdict != Leaks || r.Suspects[0].Signature != "unbounded-collection" || !strings.Contains(strings.Join(r.Suspects[0].Evidence, "\n"), "lie on a line") {
			t.Errorf("after %v s: got %s, suspects %+v", seconds, r.Verdict, r.Suspects)
		}
	}
}

// TestStepsThatAreOver checks that a heap is steady again once a step that was due did not come, and soon after something
// was loaded at once.
func TestStepsThatAreOver(t *testing.T) {
	g := observedHeap(t, doublingMap)
	for i := range g.Points {
		if g.Points[i].Time.After(profile.InstantOf(at(83))) { // filled
			p := g.Points[14]
			p.Time = g.Points[i].Time
			g.Points[i] = p
		}
	}
	if r := judgeAt(g, 165); r.Verdict != Steady || r.Group(&g).Shape.IsUndecided() {
		t.Errorf("held since 40 s: got %s, %s", r.Verdict, r.Group(&g).Shape)
	}
	loaded := observedHeap(t, "0:0/0 10:0/0 20:0/0 30:0/0 40:0/0 44:0/0 46:8/8 50:30/30 54:40/40 60:40/40 66:40/40 70:40/40 76:40/40 80:40/40 86:40/40 90:40/40 94:40/40 100:40/40 104:40/40 110:40/40")
	if r := judgeAt(loaded, 110); r.Verdict != Steady {
		t.Errorf("loaded at once: got %s, %q", r.Verdict, r.Caveat.What)
	}
	if r := judgeAt(loaded, 88); r.Verdict == Leaks {
		t.Errorf("just loaded: got %s", r.Verdict)
	}
}

// TestHeldShortly checks that memory that filled evenly is steady only once it has been level for half as long.
func TestHeldShortly(t *testing.T) {
	m := sim{kind: profile.Heap, size: 4 * kib, rate: rateUntil(75, 300), life: liveForever}
	p := m.simulate(rand.New(rand.NewPCG(3, 7)), 150)
	for _, tt := range []struct {
		seconds float64
		want    Verdict
	}{{100, Undecided}, {140, Steady}} {
		r := Judge(p.inputAt(tt.seconds))
		if r.Verdict != tt.want || tt.want == Undecided && !strings.Contains(r.Caveat.What, "held for only") {
			t.Errorf("after %v s: got %s, %q", tt.seconds, r.Verdict, r.Caveat.What)
		}
	}
}

// TestSawHasNoSteps checks that a batch that frees all its memory is not treated as steps, whose next one would be
// awaited.
func TestSawHasNoSteps(t *testing.T) {
	for seed := range uint64(5) {
		m := sim{kind: profile.Heap, size: 64 * kib, rate: constantRate(40), life: sawtoothLife(30, 0), gc: 5}
		p := m.simulate(rand.New(rand.NewPCG(seed, 7)), 150)
		g := p.inputAt(150)
		if r := Judge(g); r.Verdict == Leaks || r.Group(&g.Heap[0]).Shape == ShapeSteps {
			t.Errorf("run %d: got %s, %s", seed, r.Verdict, r.Group(&g.Heap[0]).Shape)
		}
	}
}

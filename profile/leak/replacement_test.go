package leak

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// Recorded parts of an LRU cache that was full from the start: the memory that requests allocate
// for entries, and the memory that filled the cache.
const (
	replacing = "0:0/0 6:0.5/0.5 20:0.5/1 30:1/1.5 40:1.5/2 44:1.5/2 46:2/2.5 48:2.5/3 50:2.5/3.5 56:3/4 65:3.5/4.5 75:4/5 77:5.5/6.5 85:6/7 91:6/7 97:6/7.5 105:6.5/8 107:6/8 " +
		"113:6/8 119:6/8 125:6.5/8.5 129:6.5/9 132:7/9.5 138:6.5/9.5 148:6/9.5"
	replaced = "0:5/5 6:4.5/5 20:4/5 30:3.5/5 40:3.5/5 44:3.5/5 46:3.5/5 48:3.5/5 50:3.5/5 56:3.5/5 65:3.5/5 75:2.5/5 77:2/5 85:1.5/5 91:1/5 97:1/5 105:1/5 107:1/5 113:1/5 119:1/5 125:1/5 " +
		"129:1/5 132:1/5 138:1/5 148:1/5"
	// freedAtOnce is a buffer from the start of the service instead.
	freedAtOnce = "0:5/5 6:5/5 20:5/5 30:1/5 40:1/5 44:1/5 46:1/5 48:1/5 50:1/5 56:1/5 65:1/5 75:1/5 77:1/5 85:1/5 91:1/5 97:1/5 105:1/5 107:1/5 113:1/5 119:1/5 125:1/5 129:1/5 132:1/5 138:1/5 148:1/5"
)

// TestReplacementOfFewSamples checks recorded turnover of a dozen sampled objects: growth by
// requests is not a leak while the memory that filled the cache shrinks, even if that shrinks by
// less.
func TestReplacementOfFewSamples(t *testing.T) {
	fill := fn("example.com/shop/store.fill", profile.ClassUser)
	for _, tt := range []struct {
		name   string
		other  string // the series of the same package
		by     float64
		isLeak bool
	}{
		{"alone", "", 2, true},
		{"alone, as recorded", "", 1, false}, // too few samples for so short a watch
		{"what filled the cache shrinks", replaced, 1, false},
		{"twice as much of what filled the cache shrinks", replaced, 2, false},
		{"a buffer is freed", freedAtOnce, 2, true},
	} {
		alarms := ""
		for _, seconds := range []float64{91, 97, 105, 107, 113, 119, 125, 129, 132, 138, 148} {
			in := Input{Now: at(seconds), Start: began, Heap: []profile.Group{scaled(observedHeap(t, replacing), tt.by)}, Goroutines: []profile.Group{level(at(seconds))}}
			if tt.other != "" {
				g := scaled(observedHeap(t, tt.other), tt.by)
				g.Blame, g.Stacks = fill, []*profile.Stack{stackOf(fill, fill)}
				in.Heap = append(in.Heap, g)
			}
			for i := range in.Heap {
				g := &in.Heap[i]
				n := 0
				for n < len(g.Points) && !g.Points[n].Time.After(profile.InstantOf(in.Now)) {
					n++
				}
				g.Points = g.Points[:n]
			}
			if r := Judge(in); r.Verdict == Leaks {
				alarms += fmt.Sprintf(" %v:%s", seconds, r.Suspects[0].Function)
			}
		}
		if (alarms != "") != tt.isLeak {
			t.Errorf("%s: alarms at%s", tt.name, alarms)
		}
	}
}

// TestGrowthOfFewSamplesIsNotSteady checks recorded growth by nine sampled objects among many
// that are freed: it is significant, but its slope may be chance.
func TestGrowthOfFewSamplesIsNotSteady(t *testing.T) {
	g := observedHeap(t, "0:0/0.5 2:0/0.5 4:0/1 6:0/1 9:0/1.5 11:0/1.5 13:0/2 15:0/2 18:0/2 21:0/2 23:0.5/4 25:0.5/4 28:1/4.5 30:1/4.5 33:1/5 36:1/5 40:1/5 43:1.5/6 46:1.5/6.5 "+
		"49:1.5/6.5 52:1.5/6.5 55:2/7 58:2.5/7.5 62:2/7.5 65:2/7.5 68:2/7.5 71:2/8 74:2/8 76:2/8.5 78:2/8.5 80:2/8.5 82:2/9 84:2/9 86:2/9.5 88:2/9.5 "+
		"92:3.5/11.5 94:3.5/11.5 96:3.5/11.5 98:3.5/11.5 100:3.5/12 102:3.5/12 104:3.5/12 106:3.5/12 108:3.5/12 110:3.5/12 112:4/12.5 114:4/12.5 117:4.5/13 "+
		"119:4.5/13.5 120:4.5/14.5 123:4.5/15 124:4.5/15.5 128:4.5/15.5 130:4.5/15.5 133:4.5/15.5 135:4.5/15.5 137:4.5/16.5 139:4.5/17 141:4.5/17 143:4.5/17 "+
		"147:4.5/17 149:4.5/17.5")
	in := Input{Now: at(149), Start: began, Heap: []profile.Group{scaled(g, 1.053)}, Goroutines: []profile.Group{level(at(149))}}
	r := Judge(in)
	if r.Verdict != Undecided || !strings.Contains(r.Caveat.What, "too few") {
		t.Errorf("got %s, %q", r.Verdict, r.Caveat.What)
	}
}

// TestFullCacheTurnsOver checks a cache that was full from the start: requests allocate as much
// as is freed of the memory that filled it. Shrinking memory of another package explains
// nothing.
func TestFullCacheTurnsOver(t *testing.T) {
	for _, tt := range []struct {
		name, filler string
		want         Verdict
	}{
		{"of the same package", "example.com/shop/store.fill", Steady},
		{"of another", "example.com/shop/boot.load", Leaks},
	} {
		m := simulated[0]
		p := m.simulate(rand.New(rand.NewPCG(1, 1)), 180)
		in := p.inputAt(180)
		in.Memory = nil
		grows := in.Heap[0]
		filler := &profile.Function{Name: tt.filler, File: "/src/shop/fill.go", Class: profile.ClassUser}
		falls := profile.Group{Kind: profile.Heap, Blame: filler, Stacks: []*profile.Stack{profile.NewStack(filler, profile.Frame{Func: filler, Line: 3})}, Points: append([]profile.GroupPoint(nil), grows.Points...)}
		last := grows.Points[len(grows.Points)-1]
		for i := range falls.Points {
			x := &falls.Points[i]
			x.Value, x.Objects, x.Raw = last.Value-x.Value, last.Objects-x.Objects, last.Raw-x.Raw
			x.AllocSpace, x.AllocObjects, x.RawAlloc = last.Value, last.Objects, last.Raw
		}
		in.Heap = append(in.Heap, falls)
		in.Goroutines = []profile.Group{level(in.Now)}
		if r := Judge(in); r.Verdict != tt.want && (tt.want == Leaks || r.Verdict == Leaks) {
			t.Errorf("%s: got %s", tt.name, r.Verdict)
		}
	}
}

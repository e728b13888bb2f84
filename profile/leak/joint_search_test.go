package leak

import (
	"fmt"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestJointOfSmallParts verifies that a function below which much grew, but only a small part
// of each group, explains none of them.
func TestJointOfSmallParts(t *testing.T) {
	in := Input{Now: began.Add(5 * time.Minute), Start: began}
	for i := range 6 {
		newFunction := func(name string) *profile.Function {
			return &profile.Function{Name: fmt.Sprintf("example.com/shop.%s%d", name, i), Class: profile.ClassUser}
		}
		blame := newFunction("new")
		frame := profile.Frame{Func: blame, Line: 1}
		g := profile.Group{Kind: profile.Heap, Blame: blame, Now: []int64{1 << 20, 1 << 20, 1 << 20}, Stacks: []*profile.Stack{
			profile.NewStack(blame, frame, profile.Frame{Func: putTogether}),
			profile.NewStack(blame, frame, profile.Frame{Func: newFunction("load")}),
			profile.NewStack(blame, frame, profile.Frame{Func: newFunction("save")}),
		}}
		for n := int64(0); n <= 150; n++ {
			v := n * (3 << 20) / 150
			at := profile.InstantOf(began.Add(time.Duration(n) * 2 * time.Second))
			g.Points = append(g.Points, profile.GroupPoint{Time: at, Value: v, Objects: v, AllocSpace: v, AllocObjects: v, Raw: float64(n), RawAlloc: float64(n)})
		}
		in.Heap = append(in.Heap, g)
	}
	search := jointSearch{tried: map[*profile.Function]bool{}}
	for i := range in.Heap {
		search.left = append(search.left, &in.Heap[i])
	}
	if caller, members := search.next(); caller != nil {
		t.Errorf("got %s with %d groups, want none", caller.Name, len(members))
	}
	if r := Judge(in); r.Verdict != Leaks {
		t.Errorf("got %v, want %v", r.Verdict, Leaks)
	}
}

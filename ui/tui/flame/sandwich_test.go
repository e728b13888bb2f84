package flame

import (
	"slices"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// Both parts of a sandwich have the function as their root, with its full total.
func TestSandwichIsAroundItsFunction(t *testing.T) {
	vc := tuitest.Context(t, tuitest.Typical...)
	p := New(vc).(*Pane)
	s := tuitest.Open(t, vc, p, 100, 24)
	s.Press("down", "down", "down")
	fn := p.at.Func
	v, _ := vc.History.StackValues(vc.Selection(profile.ByStack, fn))
	want := int64(0)
	for _, n := range v.Now {
		want += n
	}
	page := p.Sandwich().(*sandwich)
	tuitest.Open(t, vc, page, 100, 30)
	for name, part := range map[string]*Pane{"callers": page.callers, "callees": page.callees} {
		root := part.tree.Root
		if root.Total != want || len(root.Children) != 1 || root.Children[0].Func != fn || part.top.Func != fn {
			t.Errorf("%s: %d of %d under %d roots", name, root.Total, want, len(root.Children))
		}
	}
	if !page.callers.inverted || page.Title() != "around "+profile.ShortName(fn.Name) {
		t.Errorf("%q, inverted %v", page.Title(), page.callers.inverted)
	}
}

// Inverting the graph reverses the rows, also for the mouse.
func TestInvertedFlame(t *testing.T) {
	vc := tuitest.Context(t, tuitest.Typical...)
	p := New(vc).(*Pane)
	s := tuitest.Open(t, vc, p, 100, 12)
	rows := painter{p}.drawLines()[headRows : headRows+p.graphRows()]
	s.Press("i")
	turned := painter{p}.drawLines()[headRows : headRows+p.graphRows()]
	slices.Reverse(turned)
	if !slices.Equal(rows, turned) {
		t.Errorf("the rows are not reversed:\n%q\n%q", rows, turned)
	}
	if b, ok := p.boxAt(3, headRows+p.graphRows()-1); !ok || b.node != p.tree.Root {
		t.Error("the root is not at the bottom")
	}
	s.Press("up")
	if p.at.Parent != p.tree.Root {
		t.Error("up does not lead to a callee")
	}
}

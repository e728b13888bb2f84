package ui

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui/evidence"
	"github.com/leaktop/leaktop/ui/tui/growing"
	"github.com/leaktop/leaktop/ui/tui/list"
)

// A stack without a function gets a placeholder name in rows, on pages and in documents.
func TestNoHoleWhereThereIsNoFunction(t *testing.T) {
	bare := &profile.Stack{}
	g := &profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{bare}, Points: []profile.GroupPoint{{Value: 7}}}
	if e := growing.RowOf(g, leak.Report{}); e.Name != "(no frames)" {
		t.Errorf("got a row of Growing named %q", e.Name)
	}
	if got := list.StackName(bare); got != "(no frames)" {
		t.Errorf("got a stack named %q", got)
	}
	s := newScreen(t, typical, 80, 24)
	for want, suspect := range map[string]leak.Suspect{
		"(no frames)":          {Kind: leak.Goroutine},
		"memory outside of Go": {Kind: leak.OffHeap},
		"cart.(*Store).Put":    {Kind: leak.Heap, Function: "example.com/shop/cart.(*Store).Put"},
	} {
		p := evidence.New(s.m.vc, suspect).(*evidence.Page)
		if got := p.Title(); got != "why "+want {
			t.Errorf("evidence: got title %q, want %q", got, "why "+want)
		}
		var d export.Document
		p.Document()(&d)
		if d.Charts[0].Title == "" {
			t.Errorf("the chart of %q has no title", want)
		}
	}
}

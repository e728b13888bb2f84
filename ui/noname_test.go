package ui

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/ui/export"
)

// What has no function is called something on rows, pages and in documents.
func TestNoHoleWhereThereIsNoFunction(t *testing.T) {
	bare := &profile.Stack{}
	g := &profile.Group{Kind: profile.Goroutine, Stacks: []*profile.Stack{bare}, Points: []profile.GroupPoint{{Value: 7}}}
	if e := groupEntry(g, leak.Report{}); e.name != "(no frames)" {
		t.Errorf("a row of Growing is called %q", e.name)
	}
	if got := stackName(bare); got != "(no frames)" {
		t.Errorf("a stack is called %q", got)
	}
	s := newScreen(t, typical, 80, 24)
	for want, suspect := range map[string]leak.Suspect{
		"(no frames)":          {Kind: leak.Goroutine},
		"memory outside of Go": {Kind: leak.OffHeap},
		"cart.(*Store).Put":    {Kind: leak.Heap, Function: "example.com/shop/cart.(*Store).Put"},
	} {
		p := newEvidencePage(s.m.sh, suspect).(*evidencePage)
		if got := p.title(); got != "why "+want {
			t.Errorf("the evidence is called %q, want %q", got, "why "+want)
		}
		var d export.Document
		p.document()(&d)
		if d.Charts[0].Title == "" {
			t.Errorf("the chart of %q has no title", want)
		}
	}
}

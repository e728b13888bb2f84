package functions

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/export"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// The page of a stack begins at the frame to blame, and its head is not cut.
func TestStackBeginsWhereItMatters(t *testing.T) {
	park := &profile.Function{Name: "runtime.gopark", Class: profile.ClassRuntime}
	send := &profile.Function{Name: "runtime.chansend1", Class: profile.ClassRuntime}
	count := &profile.Function{Name: "example.com/shop/stock.(*Warehouse).count", Class: profile.ClassUser, File: "/shop/stock.go"}
	st := profile.NewStack(count, profile.Frame{Func: park, Line: 1}, profile.Frame{Func: send, Line: 2}, profile.Frame{Func: count, Line: 55})
	n := list.Numbers{Unit: "goroutines", Cum: 7}
	vc := tuitest.Context(t, tuitest.Typical...)
	n.Evaluation.Text = "stock.(*Warehouse).count waits to send to a channel that nothing reads: +7,184 goroutines/h"
	p := NewStackPage(vc, tui.Goroutines, st, n).(*stackPage)
	s := tuitest.Open(t, vc, p, 80, 12)
	if at, ok := p.Selected(); !ok || at.frame.Func != count {
		t.Errorf("the cursor is on %+v", at)
	}
	s.Press("up")
	s.Do(p.Refresh(false))
	if at, ok := p.Selected(); !ok || at.frame.Func != send {
		t.Errorf("after a key and a state the cursor is on %+v", at)
	}
	p.numbers = n
	p.Resize(p.room)
	if text := strings.Join(strings.Fields(strings.Join(p.drawHead(), " ")), " "); !strings.Contains(text, "that nothing reads: +7,184 goroutines/h") {
		t.Errorf("the head is cut: %q", text)
	}
}

func TestStackPageCountsAnew(t *testing.T) {
	vc := tuitest.Context(t, tuitest.Typical...)
	s := tuitest.Open(t, vc, NewStacks(vc), 120, 16)
	s.Press("enter")
	p := s.Page.(*stackPage)
	held := p.numbers
	p.numbers.Cum = 1
	s.Do(p.Refresh(false))
	if p.numbers.Cum != held.Cum || p.numbers.Unit != held.Unit || held.Cum < 2 {
		t.Errorf("after a new state the stack holds %d %s, at first %d %s", p.numbers.Cum, p.numbers.Unit, held.Cum, held.Unit)
	}
}

// A document has the whole name of a stack, of which a row shows only a part.
func TestExportedStacksAreWhole(t *testing.T) {
	vc := tuitest.Context(t, tuitest.Typical...)
	l := NewStacks(vc).(*list.List[*StackRow])
	tuitest.Open(t, vc, l, 120, 16)
	var d export.Document
	l.Document()(&d)
	for i, r := range l.Shown() {
		if got, want := d.Tables[0].Rows[i][0].Text, list.StackName(r.(*StackRow).Stack); got != want {
			t.Errorf("row %d is written as %q, want %q", i, got, want)
		}
	}
}

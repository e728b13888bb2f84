package functions

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/list"
	"github.com/leaktop/leaktop/ui/tui/tuitest"
)

// The page of a stack begins at the frame to blame, and its head is whole.
func TestStackBeginsWhereItMatters(t *testing.T) {
	park := &profile.Function{Name: "runtime.gopark", Class: profile.ClassRuntime}
	send := &profile.Function{Name: "runtime.chansend1", Class: profile.ClassRuntime}
	count := &profile.Function{Name: "example.com/shop/stock.(*Warehouse).count", Class: profile.ClassUser, File: "/shop/stock.go"}
	st := &profile.Stack{Frames: []profile.Frame{{Func: park, Line: 1}, {Func: send, Line: 2}, {Func: count, Line: 55}}, Blame: count}
	e := list.Entry{Stack: st, Name: list.StackName(st), Unit: "goroutines", Cum: 7}
	vc := tuitest.Context(t, tuitest.Typical...)
	e.Look.Text = "stock.(*Warehouse).count waits to send to a channel that nobody reads: +7,184 goroutines/h"
	p := NewStackPage(vc, tui.Goroutines, st, e).(*stackPage)
	s := tuitest.Open(t, vc, p, 80, 12)
	if at := p.Selected(); at == nil || at.Fn != count {
		t.Errorf("the cursor is on %+v", at)
	}
	s.Press("up")
	s.Do(p.Refresh(false))
	if at := p.Selected(); at == nil || at.Fn != send {
		t.Errorf("after a key and a state the cursor is on %+v", at)
	}
	p.row = e
	p.Resize(p.room)
	if text := strings.Join(strings.Fields(strings.Join(p.head(), " ")), " "); !strings.Contains(text, "that nobody reads: +7,184 goroutines/h") {
		t.Errorf("the head is cut: %q", text)
	}
}

func TestStackPageCountsAnew(t *testing.T) {
	vc := tuitest.Context(t, tuitest.Typical...)
	s := tuitest.Open(t, vc, NewStacks(vc), 120, 16)
	s.Press("enter")
	p := s.Page.(*stackPage)
	held := p.row
	p.row.Cum = 1
	s.Do(p.Refresh(false))
	if p.row.Cum != held.Cum || p.row.Unit != held.Unit || held.Cum < 2 {
		t.Errorf("after a new state the stack holds %d %s, at first %d %s", p.row.Cum, p.row.Unit, held.Cum, held.Unit)
	}
}

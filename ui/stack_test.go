package ui

import (
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// The row of a stack leaves room for what is the service's; the page of a stack
// begins at the frame to blame, and its head is whole.
func TestStackBeginsWhereItMatters(t *testing.T) {
	park := &profile.Function{Name: "runtime.gopark", Class: profile.ClassRuntime}
	send := &profile.Function{Name: "runtime.chansend1", Class: profile.ClassRuntime}
	count := &profile.Function{Name: "example.com/shop/stock.(*Warehouse).count", Class: profile.ClassUser, File: "/shop/stock.go"}
	st := &profile.Stack{Frames: []profile.Frame{{Func: park, Line: 1}, {Func: send, Line: 2}, {Func: count, Line: 55}}, Blame: count}
	e := entry{stack: st, name: stackName(st), unit: "goroutines", cum: 7}
	if got, want := stackBrief(&e), "runtime.chansend1 ‹ stock.(*Warehouse).count"; got != want {
		t.Errorf("the row says %q, want %q", got, want)
	}
	bare := &profile.Stack{Frames: st.Frames[:2]}
	if got, want := stackBrief(&entry{stack: bare}), "runtime.chansend1"; got != want {
		t.Errorf("of the runtime alone it says %q, want %q", got, want)
	}
	if got := stackColumn("", "").export(&e).Text; got != e.name {
		t.Errorf("a document has %q of it, want %q", got, e.name)
	}

	s := newScreen(t, typical, 80, 24)
	e.look.Text = "stock.(*Warehouse).count waits to send to a channel that nobody reads: +7,184 goroutines/h"
	p := newStackPage(s.m.sh, goroutines, st, e).(*stackPage)
	s.m.path = append(s.m.path, p)
	s.do(s.m.show())
	if at := p.selected(); at == nil || at.fn != count {
		t.Errorf("the cursor is on %+v", at)
	}
	s.press("up")
	s.shows(s.m.sh.state)
	if at := p.selected(); at == nil || at.fn != send {
		t.Errorf("after a key and a state the cursor is on %+v", at)
	}
	p.row = e
	p.resize(p.room)
	if text := strings.Join(strings.Fields(strings.Join(p.head(), " ")), " "); !strings.Contains(text, "that nobody reads: +7,184 goroutines/h") {
		t.Errorf("the head is cut: %q", text)
	}
}

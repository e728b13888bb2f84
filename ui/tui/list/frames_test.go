package list

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// The row of a stack leaves room for the service's own frames.
func TestStackRowLeavesOutTheRuntime(t *testing.T) {
	park := &profile.Function{Name: "runtime.gopark", Class: profile.ClassRuntime}
	send := &profile.Function{Name: "runtime.chansend1", Class: profile.ClassRuntime}
	count := &profile.Function{Name: "example.com/shop/stock.(*Warehouse).count", Class: profile.ClassUser, File: "/shop/stock.go"}
	st := profile.NewStack(count, profile.Frame{Func: park, Line: 1}, profile.Frame{Func: send, Line: 2}, profile.Frame{Func: count, Line: 55})
	if got, want := StackBrief(st), "runtime.chansend1 ‹ stock.(*Warehouse).count"; got != want {
		t.Errorf("the row says %q, want %q", got, want)
	}
	bare := profile.NewStack(nil, st.FrameList()[:2]...)
	if got, want := StackBrief(bare), "runtime.chansend1"; got != want {
		t.Errorf("of the runtime alone it says %q, want %q", got, want)
	}
}

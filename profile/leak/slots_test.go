package leak

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestSlotsHeldByALibrary checks that goroutines of a library are found that have passed the
// send for which others wait, even if they have no frames of the service.
func TestSlotsHeldByALibrary(t *testing.T) {
	loop := &profile.Function{Name: "example.org/pool.(*Pool).loop", Class: profile.ClassDep}
	stack := func(line int, leaf *profile.Function) *profile.Stack {
		return profile.NewStack(loop, profile.Frame{Func: leaf}, profile.Frame{Func: loop, Line: line})
	}
	g := goroutines(stack(10, chansend), 2, 120)
	waiting := waitingIn(stack(10, chansend), stack(20, fn("time.Sleep", profile.ClassStd)))
	f := &finding{kind: Goroutine, series: newSeries(&g, began)}
	if at, n := pastSend(&Input{Waiting: waiting}, f); at.Func != loop || at.Line != 20 || n == 0 {
		t.Errorf("got %d at %v", n, at)
	}
}

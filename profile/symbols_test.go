package profile

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"
)

// TestSymbolsAreBounded: names and stacks that are new at each poll end in one.
func TestSymbolsAreBounded(t *testing.T) {
	h := NewHistoryBuilder(WithLimit(SmallestLimit))
	s := h.syms
	f := s.internFunc("main.f", "/src/main.go", 1)
	if h.History().IsFull() {
		t.Error("it is full at once")
	}
	n := 0
	for ; s.size < 2*s.limit && n < 1e6; n++ {
		s.internStack([]Frame{{Func: f, Line: n}})
	}
	last, other := s.internStack([]Frame{{Func: f, Line: -1}}), s.internStack([]Frame{{Func: f, Line: -2}})
	if last != other || !last.Observer || last.Frames[0].Func.Name != overflowName || len(s.stacks) != n+1 {
		t.Errorf("%d stacks, the last is %+v", len(s.stacks), last)
	}
	if !h.History().IsFull() {
		t.Error("it does not say that it is full")
	}
	if first := s.internStack([]Frame{{Func: f, Line: 0}}); first.Observer || first.Frames[0].Func != f {
		t.Errorf("a stack that was known is %+v", first)
	}
	s = NewHistoryBuilder(WithLimit(SmallestLimit)).syms
	for i := 0; s.size < 2*s.limit && i < 1e6; i++ {
		s.internFunc(fmt.Sprint("main.f", i), "", 0)
	}
	if g := s.internFunc("main.g", "/src/g.go", 3); g.Name != overflowName || g.File != "" || !s.internStack([]Frame{{Func: g}}).Observer {
		t.Errorf("a function beyond is %+v", g)
	}
	if g := s.internFunc("main.f7", "", 0); g.Name != "main.f7" {
		t.Errorf("a function that was known is %+v", g)
	}
}

// TestLongNamesAreNotKept: of a name without end its beginning is, and two that
// begin alike stay two.
func TestLongNamesAreNotKept(t *testing.T) {
	s := NewSymbols()
	long := "main." + strings.Repeat("x", 1<<20)
	f, g := s.internFunc(long+"a", long, 1), s.internFunc(long+"b", long, 1)
	if f == g || f != s.internFunc(long+"a", "", 1) {
		t.Error("long names are taken for each other")
	}
	for key := range s.byName {
		if len(key) > 2*maxName {
			t.Errorf("a key of %d bytes is kept", len(key))
		}
	}
	if unsafe.StringData(f.File) == unsafe.StringData(long) || len(f.File) != maxName {
		t.Error("the whole of a long file name is kept")
	}
}

package profile

import (
	"fmt"
	"strings"
	"testing"
	"unsafe"
)

// TestSymbolsAreBounded checks that when names and stacks are new at each poll, those beyond the limit are merged into
// one.
func TestSymbolsAreBounded(t *testing.T) {
	h := NewHistoryBuilder(WithLimit(MinLimit))
	s := h.syms
	f := s.internFunc("main.f", "/src/main.go", 1)
	if h.History().IsFull() {
		t.Error("the symbols are full at the start")
	}
	n := 0
	for ; s.size < 2*s.limit && n < 1e6; n++ {
		s.internStack([]Frame{{Func: f, Line: n}})
	}
	last, other := s.internStack([]Frame{{Func: f, Line: -1}}), s.internStack([]Frame{{Func: f, Line: -2}})
	if last != other || !last.Observer || last.Frames[0].Func.Name != overflowName || len(s.stacks) != n+1 {
		t.Errorf("got %d stacks, the last one %+v", len(s.stacks), last)
	}
	if !h.History().IsFull() {
		t.Error("the symbols do not report that they are full")
	}
	if first := s.internStack([]Frame{{Func: f, Line: 0}}); first.Observer || first.Frames[0].Func != f {
		t.Errorf("known stack: got %+v", first)
	}
	s = NewHistoryBuilder(WithLimit(MinLimit)).syms
	for i := 0; s.size < 2*s.limit && i < 1e6; i++ {
		s.internFunc(fmt.Sprint("main.f", i), "", 0)
	}
	if g := s.internFunc("main.g", "/src/g.go", 3); g.Name != overflowName || g.File != "" || !s.internStack([]Frame{{Func: g}}).Observer {
		t.Errorf("function beyond the limit: got %+v", g)
	}
	if g := s.internFunc("main.f7", "", 0); g.Name != "main.f7" {
		t.Errorf("known function: got %+v", g)
	}
}

// TestLongNamesAreNotKept checks that only the beginning of a very long name is kept, and that two names with the same
// beginning remain distinct.
func TestLongNamesAreNotKept(t *testing.T) {
	s := NewSymbols()
	long := "main." + strings.Repeat("x", 1<<20)
	f, g := s.internFunc(long+"a", long, 1), s.internFunc(long+"b", long, 1)
	if f == g || f != s.internFunc(long+"a", "", 1) {
		t.Error("two long names with the same beginning are not distinguished")
	}
	for key := range s.byName {
		if len(key) > 2*maxName {
			t.Errorf("got a key of %d bytes", len(key))
		}
	}
	if unsafe.StringData(f.File) == unsafe.StringData(long) || len(f.File) != maxName {
		t.Error("a long file name is kept in full")
	}
}

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
	if last != other || !last.Observer || last.FrameAt(0).Func.Name != overflowName || len(s.stacks) > n+1 {
		t.Errorf("got %d stacks, the last one %+v", len(s.stacks), last)
	}
	if size := s.size; s.numberFrames(nil, []Frame{{Func: f, Line: -3}, {Func: f, Line: -4}}) == nil || s.size > size+distinctFrameSize {
		t.Errorf("lines beyond the limit take %d bytes", s.size-size)
	}
	if !h.History().IsFull() {
		t.Error("the symbols do not report that they are full")
	}
	if first := s.internStack([]Frame{{Func: f, Line: 0}}); first.Observer || first.FrameAt(0).Func != f {
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
	s := newSymbols()
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

// TestFramesAreRenewed checks that frames which no stack refers to any longer are dropped, and that a stack reads the same
// frames before and after that.
func TestFramesAreRenewed(t *testing.T) {
	s := newSymbols()
	f := s.internFunc("main.f", "/src/main.go", 1)
	kept := s.internStack([]Frame{{Func: f, Line: 7}, {Func: f, Line: 8}})
	for line := range 1000 {
		s.internStack([]Frame{{Func: f, Line: 100 + line}})
	}
	before := s.size
	s.dropUnused(map[*Stack]bool{kept: true})
	if n := s.frames.count; n != 2 || s.size > before/100 {
		t.Errorf("%d frames are kept, want 2; size %d, was %d", n, s.size, before)
	}
	if got := kept.FrameList(); len(got) != 2 || got[0] != (Frame{f, 7}) || got[1] != (Frame{f, 8}) {
		t.Errorf("got frames %v", got)
	}
	if again := s.internStack([]Frame{{Func: f, Line: 7}, {Func: f, Line: 8}}); again != kept {
		t.Error("the stack is not known any longer")
	}
}

package ui

import (
	"bytes"
	"runtime"
	"runtime/pprof"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

var kept [][]byte

// keepSome makes an allocation that a heap profile of this process will show.
//
//go:noinline
func keepSome() {
	for range 64 {
		kept = append(kept, make([]byte, 1<<20))
	}
}

// ownHeap returns a screen on the heap profile of this process, whose source files are on this machine.
func ownHeap(t *testing.T, w, h int) *screen {
	t.Helper()
	keepSome()
	runtime.GC()
	runtime.GC()
	var b bytes.Buffer
	if err := pprof.WriteHeapProfile(&b); err != nil {
		t.Fatal(err)
	}
	kept = nil
	s := newScreen(t, files{}, w, h)
	s.ingest(profile.Capture{Kind: profile.Heap, Data: b.Bytes()})
	return s
}

func TestWayDownToTheSource(t *testing.T) {
	s := ownHeap(t, 120, 40)
	s.press("Functions", "/", "k", "e", "e", "p", "S", "o", "m", "e", "enter", "enter", "enter", "enter")
	p := s.list()
	file, at, _ := strings.Cut(s.m.currentPage().Title(), ":")
	if file != "lines_test.go" {
		t.Fatalf("the deepest page is %q:\n%s", s.m.currentPage().Title(), s.text())
	}
	s.wants("Functions › ", "› lines_test.go:", "lines_test.go", "FLAT", "SOURCE", "kept = append(kept, make([]byte, 1<<20))", "MiB")
	row, ok := p.Current()
	if !ok || row.RowLabel().Key != at || !strings.Contains(row.RowLabel().Name, "append(kept") || numbersOf(row).Flat < 32<<20 {
		t.Errorf("got the cursor on %+v, want it on the frame's line %s", row, at)
	}
	if !strings.Contains(s.text(), "→ ") {
		t.Error("the frame's line is not marked")
	}
	s.press("home", "n")
	if got, _ := p.Current(); got.RowLabel().Key != row.RowLabel().Key {
		t.Errorf("n: got line %s, want %s", got.RowLabel().Key, row.RowLabel().Key)
	}
	s.press("/", "/", "/", "g", "o", ":", "enter")
	s.wants("//go:noinline")
	s.press("esc", "enter") // the deepest page
	s.wants("SOURCE", "This is the source, as deep as it goes")
	s.press("esc")
	s.wants("WHOSE")
}

func TestLinesPartLeadsToTheSource(t *testing.T) {
	s := ownHeap(t, 100, 30)
	s.press("Functions", "/", "k", "e", "e", "p", "S", "o", "m", "e", "enter", "enter", "right", "right", "right", "enter")
	s.wants("kept = append(kept")
	if s.m.currentPage().Open() != nil {
		t.Error("enter opens the function again that opened this page")
	}
}

func TestSourceThatIsNotHere(t *testing.T) {
	t.Setenv("GOMODCACHE", t.TempDir()) // some machines have the module
	s := newScreen(t, typical, 100, 30)
	s.press("Functions", "/", "r", "a", "f", "t", "enter", "enter", "right", "right", "right", "enter")
	s.wants("The source is not on this machine: looked for ", ".go", "raft")
	if rows := s.list().All(); len(rows) == 0 || rows[0].RowLabel().Key == "" {
		t.Errorf("got rows without a source file: %v", rows)
	}
}

package profile

import (
	"bytes"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
)

// TestWrittenTopEqualsView checks that pprof shows the same numbers for an exported file as the view does, for every
// sample type.
func TestWrittenTopEqualsView(t *testing.T) {
	for _, f := range oracleFiles() {
		t.Run(filepath.Base(f), func(t *testing.T) {
			h, s := loadHistory(t, f)
			sameAsView(t, h, Selection{Kind: s.Kind}, s.Types)
		})
	}
}

var pairs = []struct{ base, latest string }{
	{"typ_heap_001.pb.gz", "typ_heap_005.pb.gz"},
	{"typ_heap_020.pb.gz", "typ_heap_300.pb.gz"},
	{"large_heap_060.pb.gz", "large_heap_120.pb.gz"},
}

func TestWrittenDifferenceEqualsView(t *testing.T) {
	for _, p := range pairs[:eventually.Count(1, len(pairs))] { // pprof takes seconds for the last
		t.Run(p.latest, func(t *testing.T) {
			h, s := loadPair(t, p.base, p.latest)
			sameAsView(t, h, Selection{Kind: Heap, Baseline: true}, s.Types)
		})
	}
}

// TestWrittenDifferenceEqualsDiffBase compares an exported difference with that of pprof's -diff_base on the two files.
func TestWrittenDifferenceEqualsDiffBase(t *testing.T) {
	p := pairs[eventually.Count(0, 1)]
	h, s := loadPair(t, p.base, p.latest)
	x, _ := h.History().Extract(Selection{Kind: Heap, Baseline: true})
	file := writeFile(t, x)
	for _, st := range s.Types {
		want := pprofTop(t, "testdata/"+p.latest, st, "-diff_base=testdata/"+p.base)
		got := pprofTop(t, file, st)
		for name, w := range want {
			if got[name] != w {
				t.Errorf("%s of %s: got %v, want -diff_base's %v", st.Name, name, got[name], w)
			}
		}
		if len(got) != len(want) {
			t.Errorf("%s: got %d rows, want -diff_base's %d", st.Name, len(got), len(want))
		}
	}
}

// TestFocusedExtract checks that an extract has exactly the stacks through one function, with unchanged numbers.
func TestFocusedExtract(t *testing.T) {
	h, s := loadHistory(t, "testdata/typ_heap_060.pb.gz")
	st := s.Types[s.Default]
	tab, _ := h.History().Rows(Selection{Kind: Heap, Type: st.Name})
	fn := tab.Rows[len(tab.Rows)/2].Func
	x, _ := h.History().Extract(Selection{Kind: Heap, Type: st.Name, Focus: fn})
	got := pprofTop(t, writeFile(t, x), st)
	if r := tab.Rows[len(tab.Rows)/2]; got[fn.Name] != (topRow{r.Flat, r.Cum}) {
		t.Errorf("%s: got %v, want the view's %d %d", fn.Name, got[fn.Name], r.Flat, r.Cum)
	}
	if len(got) >= len(tab.Rows) {
		t.Errorf("got %d of %d functions: nothing was removed", len(got), len(tab.Rows))
	}
}

func TestFoldedSumsToTotal(t *testing.T) {
	h, s := loadPair(t, pairs[1].base, pairs[1].latest)
	for _, baseline := range []bool{false, true} {
		x, _ := h.History().Extract(Selection{Kind: Heap, Type: "inuse_space", Baseline: baseline})
		x.Comments = []string{"of the last 4"}
		var b bytes.Buffer
		if err := x.WriteFolded(&b); err != nil {
			t.Fatal(err)
		}
		head, rest, _ := strings.Cut(b.String(), "\n")
		if head != "# of the last 4 #" {
			t.Errorf("got first line %q", head)
		}
		var now int64
		for line := range strings.Lines(rest) {
			fields := strings.Fields(line)
			v, err := strconv.ParseInt(fields[len(fields)-1], 10, 64)
			if err != nil {
				t.Fatalf("line %q: %v", line, err)
			}
			now += v
		}
		if now != s.Totals[s.Type("inuse_space")] {
			t.Errorf("baseline %v: got lines with the sum %d, want the profile's %d", baseline, now, s.Totals[s.Type("inuse_space")])
		}
	}
}

func TestFoldedKeepsNamesWhole(t *testing.T) {
	f := func(n string) Frame { return Frame{Func: &Function{Name: n}} }
	s := NewStack(nil, f("main.Get[struct { A int; B int }]"), f("main.main"))
	if got, want := foldStack(s), "main.main;main.Get[struct { A int, B int }]"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// sameAsView writes the profile of a selection and compares pprof's numbers with the view's.
func sameAsView(t *testing.T, h *HistoryBuilder, sel Selection, types []SampleType) {
	t.Helper()
	x, ok := h.History().Extract(sel)
	if !ok {
		t.Fatal("the selection is empty")
	}
	file := writeFile(t, x)
	for _, st := range types {
		sel.Type = st.Name
		tab, _ := h.History().Rows(sel)
		sameRows(t, st.Name, tab.Rows, pprofTop(t, file, st))
	}
}

func writeFile(t *testing.T, x Extract) string {
	t.Helper()
	var b bytes.Buffer
	if err := x.Write(&b); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "view.pb.gz")
	if err := os.WriteFile(file, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// loadPair reads two profiles of one process, the first of which is the baseline.
func loadPair(t testing.TB, base, latest string) (*HistoryBuilder, *Snapshot) {
	t.Helper()
	h, _ := loadHistory(t, "testdata/"+base)
	if !h.SetBaseline(time.Unix(0, 0)) {
		t.Fatal("no baseline")
	}
	data, err := os.ReadFile("testdata/" + latest)
	if err != nil {
		t.Fatal(err)
	}
	a, err := h.Add(Capture{Kind: Heap, Data: data})
	if err != nil || a.Restart {
		t.Fatalf("got restart %v, error %v", a.Restart, err)
	}
	return h, a.Snapshot
}

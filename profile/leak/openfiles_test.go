package leak

import (
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// filesOpen returns readings of a process that opens files at a rate.
func filesOpen(perSecond float64) []memory.Reading {
	var out []memory.Reading
	for s := 0.0; s <= 120; s += 2 {
		out = append(out, memory.Reading{Time: at(s), OpenFiles: uint64(12 + perSecond*s), TotalAlloc: uint64(1 + s)})
	}
	return out
}

// TestOpenFilesAreEvidence checks that the number of descriptors distinguishes files which are never closed from files
// which are closed while their buffers are retained.
func TestOpenFilesAreEvidence(t *testing.T) {
	open := fn("example.com/shop/export.open", profile.ClassUser)
	st := stackOf(open, fn("os.newFile", profile.ClassStd), fn("os.Open", profile.ClassStd), open)
	in := Input{Now: at(120), Start: began, Heap: []profile.Group{bytesOf(st, 512, 200<<10, 120)}}
	for _, tt := range []struct {
		name, signature, evidence string
		readings                  []memory.Reading
	}{
		{"not known", "file-not-closed", "", nil},
		{"rising", "file-not-closed", "open files and connections grow with it: from 12 to 612", filesOpen(5)},
		{"flat", "unbounded-collection", "", filesOpen(0)},
	} {
		in.Memory = tt.readings
		r := Judge(in)
		if len(r.Suspects) != 1 || r.Suspects[0].Signature != tt.signature {
			t.Errorf("%s: got suspects %+v", tt.name, r.Suspects)
			continue
		}
		said := slices.IndexFunc(r.Suspects[0].Evidence, func(e string) bool { return strings.HasPrefix(e, "open files") })
		if said < 0 != (tt.evidence == "") || said >= 0 && r.Suspects[0].Evidence[said] != tt.evidence {
			t.Errorf("%s: got evidence %q", tt.name, r.Suspects[0].Evidence)
		}
	}
}

// TestRisingFilesAreNotSteady checks that a rising number of descriptors is not called steady: the heap of a file is so
// small that nothing else shows the leak.
func TestRisingFilesAreNotSteady(t *testing.T) {
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{flatGoroutines(120)}, Heap: []profile.Group{flatHeap(120)}, Memory: filesOpen(5)}
	if r := Judge(in); r.Verdict != Undecided || !strings.Contains(r.Caveat.What, "open files and connections rises by 18,000/h") {
		t.Errorf("got %s: %s", r.Verdict, r.Caveat.What)
	}
	in.Memory = filesOpen(0)
	if r := Judge(in); r.Verdict != Steady {
		t.Errorf("constant: got %s: %s", r.Verdict, r.Caveat.What)
	}
	in.Memory = filesOpen(5)
	for i := range in.Memory {
		in.Memory[i].OpenFiles = min(in.Memory[i].OpenFiles, 112) // a pool at its maximum
	}
	if r := Judge(in); r.Verdict != Steady {
		t.Errorf("at its maximum: got %s: %s", r.Verdict, r.Caveat.What)
	}
}

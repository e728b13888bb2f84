package leak

import (
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/trend"
)

// filesOpen returns readings of a process whose number of open files grows at a rate.
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

// TestFilesThatAreNeverClosedLeak checks that descriptors that only increase are a leak, blamed on the function that
// opens files if there is only one. If goroutines increase with them, or a known cause keeps files open, that is the
// leak instead.
func TestFilesThatAreNeverClosedLeak(t *testing.T) {
	probe, other := fn("main.(*prober).first", profile.ClassUser), fn("main.load", profile.ClassUser)
	start := func(f *profile.Function) profile.Sample {
		return profile.Sample{Stack: stackOf(f, fn("os/exec.(*Cmd).Start", profile.ClassStd), f), Values: []int64{10, 10 << 10, 0, 0}}
	}
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{flatGoroutines(120)}, Heap: []profile.Group{flatHeap(120)}, Memory: filesOpen(5)}
	in.Holding = snapshotOf(start(probe))
	r := Judge(in)
	if len(r.Suspects) != 1 || r.Suspects[0].Kind != Files || r.Suspects[0].Function != probe.Name || !strings.Contains(r.Suspects[0].Sentence, "+18,000 open files/h") {
		t.Errorf("got %s, %+v", r.Verdict, r.Suspects)
	}
	if want := "what was never given back rose by 600 open files in 2m"; len(r.Suspects) != 1 || r.Suspects[0].Evidence[0] != want {
		t.Errorf("got evidence %q, want %q", r.Suspects[0].Evidence, want)
	}
	in.Memory[len(in.Memory)-3].MostFiles = "pipes"
	if r := Judge(in); len(r.Suspects) != 1 || !strings.HasSuffix(r.Suspects[0].Cause, " Most of them are pipes.") {
		t.Errorf("with what they are, got %+v", r.Suspects)
	}
	in.Holding.SetSamples(append(in.Holding.Samples(), start(other)))
	if r := Judge(in); len(r.Suspects) != 1 || r.Suspects[0].Function != "" || r.Suspects[0].Label() != "open files" {
		t.Errorf("with two that open files, got %+v", r.Suspects)
	}
	wait := stackOf(probe, fn("runtime.selectgo", profile.ClassRuntime), probe)
	in.Goroutines = append(in.Goroutines, goroutines(wait, 5, 120))
	if r := Judge(in); len(r.Suspects) != 1 || r.Suspects[0].Kind != Goroutine {
		t.Errorf("with as many goroutines, got %+v", r.Suspects)
	}
	open := stackOf(probe, fn("os.newFile", profile.ClassStd), fn("os.Open", profile.ClassStd), probe)
	in.Goroutines, in.Heap = nil, []profile.Group{bytesOf(open, 512, 200<<10, 120)}
	if r := Judge(in); len(r.Suspects) != 1 || r.Suspects[0].Signature != "file-not-closed" {
		t.Errorf("with their heap, got %+v", r.Suspects)
	}
}

// TestOpenFilesRank checks that in the ranking an open file counts for more than a byte.
func TestOpenFilesRank(t *testing.T) {
	f := func(k Kind, perSecond float64) *finding {
		return &finding{kind: k, growth: growth{rate: trend.Slope{PerSecond: perSecond}}}
	}
	if files, heap := f(Files, 5), f(Heap, 9_000); files.rankWeight() <= heap.rankWeight() {
		t.Errorf("5 files/s weigh %v, 9,000 B/s of heap %v", files.rankWeight(), heap.rankWeight())
	}
}

// TestRisingFilesAreNotSteady checks that a rising number of descriptors is not called steady. A file takes so little
// heap that nothing else shows the leak.
func TestRisingFilesAreNotSteady(t *testing.T) {
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{flatGoroutines(120)}, Heap: []profile.Group{flatHeap(120)}, Memory: filesOpen(1)}
	if r := Judge(in); r.Verdict != Undecided || !strings.Contains(r.Caveat.What, "open files and connections rises by 3,600/h") {
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

package profile

import (
	"bytes"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/decode/decodetest"
	"github.com/leaktop/leaktop/profile/memory"
)

// uniqueStacks returns a goroutine profile of n stacks that no other round has, a few of them with more than one
// goroutine.
func uniqueStacks(round, n int) []byte {
	const functions, depth = 500, 20
	var b bytes.Buffer
	b.Write(decodetest.Message(decode.FieldSampleType, decodetest.Number(1, 1), decodetest.Number(2, 2)))
	for i := range n {
		var refs []byte
		for d := range depth {
			refs = append(refs, decodetest.Number(0, uint64(1+(i*7+d*31)%functions))[1:]...)
		}
		refs = append(refs, decodetest.Number(0, uint64(functions+1+i))[1:]...) // a distinct line
		b.Write(decodetest.Message(decode.FieldSample, decodetest.Message(decode.FieldRef, refs), decodetest.Number(decode.FieldValue, uint64(1+i%1000/999*(i/1000)))))
	}
	for i := range functions {
		b.Write(decodetest.Message(decode.FieldLocation, decodetest.Number(decode.FieldID, uint64(i+1)), decodetest.Message(decode.FieldLine, decodetest.Number(decode.FieldFunctionID, uint64(i+1)), decodetest.Number(decode.FieldLineNumber, 10))))
	}
	for i := range n {
		b.Write(decodetest.Message(decode.FieldLocation, decodetest.Number(decode.FieldID, uint64(functions+1+i)), decodetest.Message(decode.FieldLine, decodetest.Number(decode.FieldFunctionID, uint64(1+i%functions)), decodetest.Number(decode.FieldLineNumber, uint64(100+round*n+i)))))
	}
	for i := range functions {
		b.Write(decodetest.Message(decode.FieldFunction, decodetest.Number(decode.FieldID, uint64(i+1)), decodetest.Number(decode.FieldName, uint64(3+i))))
	}
	for _, s := range []string{"", "goroutine", "count"} {
		b.Write(decodetest.Message(decode.FieldStringTable, []byte(s)))
	}
	for i := range functions {
		b.Write(decodetest.Message(decode.FieldStringTable, []byte("example.com/shop/worker.f"+strings.Repeat("x", i%7)+string(rune('a'+i%26))+string(rune('a'+i/26)))))
	}
	return b.Bytes()
}

// heapInUse returns the live heap in bytes.
func heapInUse() int {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int(m.HeapAlloc)
}

// TestUniqueStacksAreBounded checks that stacks which differ at every poll do not fill the memory, that the largest of
// them are still told apart, and that an event reports the loss.
func TestUniqueStacksAreBounded(t *testing.T) {
	const rounds = 4
	stacks, limit := 25_000, int64(DefaultLimit/4)
	if eventually.IsFull() {
		stacks, limit = 100_000, int64(DefaultLimit)
	}
	h := NewHistoryBuilder(WithLimit(limit))
	before := heapInUse()
	for round := range rounds {
		data := uniqueStacks(round, stacks)
		a, err := h.Add(Capture{Kind: Goroutine, Data: data, Time: t0.Add(time.Duration(2*round) * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		if n := h.syms.size; n > 2*h.syms.limit+h.syms.limit/8 {
			t.Errorf("round %d: symbols take %d MB", round, n>>20)
		}
		table, ok := h.History().Rows(Selection{Kind: Goroutine, By: ByFunction})
		if !ok || table.Total != a.Snapshot.Totals[0] {
			t.Errorf("round %d: got a table of %d goroutines, want %d", round, table.Total, a.Snapshot.Totals[0])
		}
		byStack, _ := h.History().Rows(Selection{Kind: Goroutine, By: ByStack})
		var sum int64
		for _, r := range byStack.Rows {
			sum += r.Flat
		}
		if sum != a.Snapshot.Totals[0] {
			t.Errorf("round %d: got stacks of %d goroutines, want %d", round, sum, a.Snapshot.Totals[0])
		}
		if round > 0 && h.History().Groups(Goroutine) == nil {
			t.Errorf("round %d: the large stacks are not judged", round)
		}
	}
	if grew := heapInUse() - before; int64(grew) > 110*limit/64 {
		t.Errorf("got %d MB retained after %d polls", grew>>20, rounds)
	}
	u := h.History().Usage()
	if u.Folded == 0 || !h.History().IsFull() || u.Size > u.Limit {
		t.Errorf("got usage %+v", u)
	}
	said := 0
	for _, e := range h.History().Events() {
		if strings.Contains(e.Text, "merged by function") {
			said++
		}
	}
	if said != 1 {
		t.Errorf("got %d events, want 1", said)
	}
	runtime.KeepAlive(h)
}

// TestHistoryKeepsItsLimit checks that when all stacks change at every poll, old ones are dropped and new ones stay
// complete.
func TestHistoryKeepsItsLimit(t *testing.T) {
	h := NewHistoryBuilder(WithLimit(MinLimit))
	objects := map[string][2]int64{}
	for i := range 3000 {
		objects["main.f"+string(rune('a'+i%26))+string(rune('a'+i/26%26))+string(rune('a'+i/676))] = [2]int64{1, 1}
	}
	first := addHeap(t, h, 0, objects).Snapshot
	next := *first
	largest := 0
	for i := 1; i < 1000; i++ {
		s := next
		s.Time = t0.Add(time.Duration(2*i) * time.Second)
		list := make([]Sample, first.Len())
		s.Totals = make([]int64, 4)
		for j := range list {
			n := int64(i)*1000 + int64(j*i%977)
			list[j] = Sample{Stack: first.Samples()[j].Stack, Values: []int64{n, n << 20, n, n << 20}}
			for k, v := range list[j].Values {
				s.Totals[k] += v
			}
		}
		s.SetSamples(list)
		h.AddSnapshot(&s)
		next = s
		largest = max(largest, h.columnsSize())
	}
	if largest > MinLimit/2+MinLimit/16 {
		t.Errorf("got columns of %d KB, want at most %d", largest>>10, MinLimit>>11)
	}
	u := h.History().Usage()
	if u.Coarser < 2 || u.Size > u.Limit {
		t.Errorf("got usage %+v", u)
	}
	table, _ := h.History().Rows(Selection{Kind: Heap})
	if table.Total != next.Totals[3] || len(table.Rows) == 0 || table.GrowthSpan < time.Minute {
		t.Errorf("got a table of %d over %v", table.Total, table.GrowthSpan)
	}
	for _, g := range h.History().Groups(Heap)[:3] {
		if got, want := g.Points[len(g.Points)-1].Value, g.Now[0]; got != want || want == 0 {
			t.Errorf("at the end: group %s holds %d, want its stack's %d", g.Blame.Name, got, want)
		}
	}
	notes := 0
	for _, e := range h.History().Events() {
		if strings.Contains(e.Text, "--history") {
			notes++
		}
	}
	if notes == 0 || notes > 8 {
		t.Errorf("got %d events about the limit", notes)
	}
}

// TestDroppedStacksAreKnownAgain checks that a snapshot read before stacks were dropped, and added later, still has its
// stacks.
func TestDroppedStacksAreKnownAgain(t *testing.T) {
	h := NewHistoryBuilder()
	read := func(kind Kind, round int) *Snapshot {
		s, err := h.ParseCapture(Capture{Kind: kind, Data: uniqueStacks(round, 2000), Time: t0.Add(time.Duration(round) * time.Second)})
		if err != nil {
			t.Fatal(err)
		}
		return s
	}
	h.AddSnapshot(read(Goroutine, 1))
	waiting := read(Block, 2)
	h.mu.Lock()
	h.syms.limit = 1 << 10
	h.mu.Unlock()
	h.AddSnapshot(read(Goroutine, 3)) // drops stacks
	if h.syms.generation == 0 {
		t.Fatal("no stacks were dropped")
	}
	h.mu.Lock()
	h.syms.limit = DefaultLimit
	h.mu.Unlock()
	h.AddSnapshot(read(ThreadCreate, 4)) // reuses the IDs of the dropped stacks
	a := h.AddSnapshot(waiting)
	seen := map[int32]bool{}
	for _, s := range a.Snapshot.Samples() {
		if seen[s.Stack.ID] || h.syms.stacks[s.Stack.ID] != s.Stack {
			t.Fatal("two stacks have the same ID, or one is unknown")
		}
		seen[s.Stack.ID] = true
	}
	for _, k := range []Kind{Goroutine, Block, ThreadCreate} {
		if table, ok := h.History().Rows(Selection{Kind: k, By: ByStack}); !ok || len(table.Rows) == 0 {
			t.Errorf("got no rows for %s", k)
		}
	}
}

// TestCrashLoopsAreBounded checks a crash-looping pod in which each process has stacks of its own.
func TestCrashLoopsAreBounded(t *testing.T) {
	h := NewHistoryBuilder(WithLimit(MinLimit))
	for round := range 12 {
		at := t0.Add(time.Duration(10*round) * time.Second)
		h.AddEvent(Event{Time: at, Kind: EventRestart, Text: "crashed"})
		if _, err := h.Add(Capture{Kind: Goroutine, Data: uniqueStacks(round, 4000), Time: at.Add(time.Second)}); err != nil {
			t.Fatal(err)
		}
		h.AddReading(memory.Reading{Time: at.Add(time.Second), Sys: 1})
		if u := h.History().Usage(); u.Size > u.Limit {
			t.Errorf("after %d restarts: got usage %+v", round, u)
		}
	}
	if line := h.History().Total(Goroutine, ""); len(line) != maxEpochs {
		t.Errorf("got totals of %d processes, want %d", len(line), maxEpochs)
	}
}

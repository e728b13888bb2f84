package session

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"github.com/leaktop/leaktop/e2e/eventually"
	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/decode/decodetest"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
)

// churn is a service that allocates all the time. Each site is a function of its own, called by a few others.
type churn struct {
	rand    *rand.Rand
	sites   [20][4]uint64 // values as Go's heap profile has them
	leaking int           // a site
	started int           // goroutines
}

// callers is the number of functions that call sites.
const callers = 50

// nextHeap returns the heap after some sites have allocated more.
func (c *churn) nextHeap() []byte {
	var out []byte
	words := []string{"", "alloc_objects", "count", "alloc_space", "bytes", "inuse_objects", "inuse_space", "space"}
	for i, name := range []uint64{1, 3, 5, 6} {
		out = append(out, decodetest.Message(decode.FieldSampleType, decodetest.Number(decode.FieldTypeName, name), decodetest.Number(decode.FieldTypeUnit, []uint64{2, 4, 2, 4}[i]))...)
	}
	for i := range c.sites {
		c.allocate(i)
		out = append(out, c.sample(i)...)
	}
	for i := range uint64(callers + len(c.sites)) {
		id := decodetest.Number(decode.FieldID, i+1)
		line := decodetest.Message(decode.FieldLine, decodetest.Number(decode.FieldFunctionID, i+1))
		out = append(out, decodetest.Message(decode.FieldLocation, id, line)...)
		out = append(out, decodetest.Message(decode.FieldFunction, id, decodetest.Number(decode.FieldName, uint64(len(words))+i))...)
	}
	for _, w := range words {
		out = append(out, decodetest.Message(decode.FieldStringTable, []byte(w))...)
	}
	for i := range callers + len(c.sites) {
		out = append(out, decodetest.Message(decode.FieldStringTable, fmt.Appendf(nil, "example.com/shop/store.(*Cache).Put%d", i))...)
	}
	out = append(out, decodetest.Message(decode.FieldPeriodType, decodetest.Number(decode.FieldTypeName, 7), decodetest.Number(decode.FieldTypeUnit, 4))...)
	return append(out, decodetest.Number(decode.FieldPeriod, 512<<10)...)
}

// allocate lets a site allocate, perhaps.
func (c *churn) allocate(i int) {
	x := &c.sites[i]
	if x[0] != 0 && c.rand.IntN(5) > 0 {
		return
	}
	n := 1 + c.rand.Uint64N(50)
	x[0] += n
	switch {
	case i == c.leaking:
		x[2] += 50 * n
	case i%3 > 0:
		x[2] = c.rand.Uint64N(100)
	}
	x[1], x[3] = x[0]*sizeAt(i), x[2]*sizeAt(i)
}

// sizeAt returns the size of the objects of a site.
func sizeAt(i int) uint64 { return 16 << (i % 12) }

// sample returns the sample of a site.
func (c *churn) sample(i int) []byte {
	var values []byte
	refs := binary.AppendUvarint(nil, uint64(callers+i+1))
	for k := range 8 {
		refs = binary.AppendUvarint(refs, uint64(1+(i*7+k)%callers))
	}
	for _, v := range c.sites[i] {
		values = binary.AppendUvarint(values, v)
	}
	size := decodetest.Message(decode.FieldLabel, decodetest.Number(decode.FieldLabelKey, 4), decodetest.Number(decode.FieldLabelNum, sizeAt(i)))
	return decodetest.Message(decode.FieldSample, decodetest.Message(decode.FieldRef, refs), decodetest.Message(decode.FieldValue, values), size)
}

// nextGoroutines returns goroutines, two of which have stacks that none had before.
func (c *churn) nextGoroutines() []byte {
	out := []byte("goroutine profile: total 10\n")
	for i := range 10 {
		if i >= 8 {
			c.started++
			i += c.started
		}
		out = fmt.Appendf(out, "1 @ 0x%x 0x2 0x3 0x4 0x5\n\n", 0x1000+i)
	}
	return out
}

// liveHeap returns the bytes that are in use.
func liveHeap() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A watch takes no more memory after five and a half hours than after half of them, although sites leak in turn, stacks
// of goroutines come and go, and every profile differs from the one before.
func TestMemoryIsFlat(t *testing.T) {
	if testing.Short() {
		t.Skip("reads thousands of profiles")
	}
	if eventually.IsFull() {
		watchChurn(t, 10_000, 0, 1e6)
		return
	}
	watchChurn(t, 3000, 0, 6e5)
}

// Nor does it if the service restarts again and again: the reports on processes that have ended have suspects, each with
// the series of its group.
func TestMemoryIsFlatAcrossRestarts(t *testing.T) {
	if testing.Short() {
		t.Skip("reads 8,000 profiles")
	}
	w := watchChurn(t, 8000, 160, 1e6)
	if st := w.State(); len(st.Processes) < maxProcesses-1 || len(st.Before.Suspects) == 0 {
		t.Errorf("%d processes are kept, want %d; the one before has %d suspects", len(st.Processes), maxProcesses, len(st.Before.Suspects))
	}
	suspects := 0
	for i, p := range w.State().Processes { // halfway, as many reports as are kept have groups of this size
		for _, s := range p.Suspects {
			suspects++
			if s.Group != nil || len(s.Points)+len(s.Floor) > 0 {
				t.Errorf("process %d: the series of %s is kept", i+1, s.Function)
			}
		}
	}
	if suspects == 0 {
		t.Error("no process that has ended has a suspect")
	}
}

// watchChurn watches a service, which restarts after so many polls, or not if that is 0. In the second half of all
// polls, the memory in use may grow by no more than maxGrowth bytes.
func watchChurn(t *testing.T, polls, restartAfter int, maxGrowth uint64) *Session {
	t.Helper()
	const leakFor = 250
	w := New(limitedSource{silentTarget{}, profile.MinLimit})
	w.SetJudgeEvery(12 * time.Minute)
	c := churn{rand: rand.New(rand.NewPCG(1, 2))} //nolint:gosec // reproducible
	var middle uint64
	for i := range polls {
		if restartAfter > 0 && i%restartAfter == 0 {
			c.sites = [20][4]uint64{}
		}
		c.leaking = i / leakFor % (len(c.sites) / 2)
		w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Heap, Time: at(2 * i), Data: c.nextHeap()}})
		if i%4 == 0 {
			w.Ingest(source.Capture{Capture: profile.Capture{Kind: profile.Goroutine, Time: at(2 * i), Data: c.nextGoroutines()}})
		}
		w.Ingest(source.Reading{Reading: memory.Reading{Time: at(2 * i), Source: "/metrics", Sys: 1 << 28, HeapAlloc: uint64(i << 16), NumGC: uint32(i), RSS: 1 << 28}})
		if i == polls/2 {
			middle = liveHeap()
		}
	}
	if end := liveHeap(); end > middle+maxGrowth {
		t.Errorf("%d kB are in use after %d polls, %d kB were after half of them", end/1e3, polls, middle/1e3)
	}
	return w
}

package profile

import (
	"encoding/binary"
	"iter"
	"math"
	"slices"
	"sync"
	"time"
)

// SampleType is what a value of a sample measures, as in pprof:
// {"inuse_space", "bytes"}.
type SampleType struct {
	Name string
	Unit string // "bytes", "count", "nanoseconds"
}

// Sample is the values of one stack.
type Sample struct {
	Stack *Stack
	// Values has one value per sample type, scaled to the whole program by the
	// runtime.
	Values []int64
	// Raw and RawAlloc are how many objects, in use and allocated, the heap sampler
	// actually sampled: objects × (1 − e^(−size/rate)), size being the sample's
	// "bytes" label. They carry the sampling error (Poisson). Zero for other kinds of
	// profile.
	Raw, RawAlloc float32
	// Largest is the size in bytes of the largest live object, 0 if unknown.
	Largest int64
}

// Snapshot is a decoded profile with one sample per distinct stack. It is
// immutable.
type Snapshot struct {
	Kind     Kind
	Time     time.Time
	Duration time.Duration // of a profile collected over time
	Types    []SampleType
	Default  int // index of the sample type to show first
	// Buckets is the number of samples before those of the same stack were
	// merged: what the target had to write.
	Buckets int
	// Period is the sampling rate, in PeriodType (bytes for a heap profile).
	Period     int64
	PeriodType SampleType
	// Binary identifies the program: the main mapping's file and build id.
	Binary string
	// Totals is the sum of each value over all samples.
	Totals []int64

	// Folded is how many samples are folded into the function to blame, because there
	// are too many different stacks: those that hold least.
	Folded int

	samples    *samples
	generation uint64 // of the symbols that it was interned in
	id         uint64 // of its samples; 0 for none
	after      uint64 // the id of a snapshot that differs only in the samples listed as changed; 0 for none
	negative   bool   // some value of a sample is, or has been, negative
}

// Type returns the index of the sample type with this name, or Default.
func (s *Snapshot) Type(name string) int {
	for i, t := range s.Types {
		if t.Name == name {
			return i
		}
	}
	return s.Default
}

// follows reports whether s differs from other only in the values of the changed
// samples. other may be nil.
func (s *Snapshot) follows(other *Snapshot) bool {
	return s.after != 0 && other != nil && s.after == other.id
}

// samples are the samples of a snapshot: a list of them, or the differences to the previous
// snapshot. The list of a large profile takes megabytes, and little changes from poll to
// poll. They are immutable.
type samples struct {
	count  int // samples
	fields int // values of each

	// The differences to before, see sampleWriter: of each sample that changed its number
	// and values, and for a heap profile the sampled objects.
	packed  []byte
	changed int
	isHeap  bool
	pending int // changes since the last list
	depth   int // snapshots since the last list

	mu     sync.Mutex
	list   []Sample // if before is nil
	before *samples
}

// heapFields are the fields of a sample that only a heap profile has.
type heapFields struct {
	raw, rawAlloc float32
	largest       int64
}

// Bounds on the differences that must be put together to get the samples of a snapshot.
const (
	maxPending      = 2 // times the number of samples
	maxSamplesDepth = 16
)

// newSamples returns the samples of a list.
func newSamples(list []Sample, fields int) *samples {
	return &samples{count: len(list), fields: fields, list: list}
}

// SetSamples sets the samples of a snapshot that nothing refers to yet.
func (s *Snapshot) SetSamples(list []Sample) { s.samples = newSamples(list, len(s.Types)) }

// Samples returns the samples, one per distinct stack. The caller must not change them.
func (s *Snapshot) Samples() []Sample {
	if s.samples == nil {
		return nil
	}
	return s.samples.all()
}

// Len returns the number of samples.
func (s *Snapshot) Len() int {
	if s.samples == nil {
		return 0
	}
	return s.samples.count
}

// sharesSamples reports whether s is the same profile as other, perhaps at another
// time.
func (s *Snapshot) sharesSamples(other *Snapshot) bool {
	return s.Len() > 0 && s.samples == other.samples
}

// finish applies these bounds once all changes are known.
func (x *samples) finish() {
	x.before.mu.Lock()
	x.pending, x.depth = x.changed, 1
	if x.before.before != nil {
		x.pending, x.depth = x.pending+x.before.pending, x.before.depth+1
	}
	x.before.mu.Unlock()
	if x.pending > maxPending*x.count || x.depth > maxSamplesDepth {
		x.all()
	}
}

// all returns the list, which it makes on demand.
func (x *samples) all() []Sample {
	x.mu.Lock()
	defer x.mu.Unlock()
	if x.before == nil {
		return x.list
	}
	base, chain := x.changesSinceList()
	n := x.fields
	list, values := slices.Clone(base), make([]int64, len(base)*n)
	for i := range list {
		own := values[i*n : (i+1)*n : (i+1)*n]
		copy(own, base[i].Values)
		list[i].Values = own
	}
	for _, c := range slices.Backward(chain) {
		for i, now := range c.changes() {
			to := &list[i]
			copy(to.Values, now.Values)
			to.Raw, to.RawAlloc, to.Largest = now.Raw, now.RawAlloc, now.Largest
		}
	}
	x.list, x.before = list, nil
	return list
}

// changesSinceList returns the newest list before x, and the changes since then, newest
// first. The caller holds the lock of x.
func (x *samples) changesSinceList() (base []Sample, chain []*samples) {
	chain = []*samples{x}
	for y := x.before; ; {
		y.mu.Lock()
		list, before := y.list, y.before
		y.mu.Unlock()
		if before == nil {
			return list, chain
		}
		chain = append(chain, y)
		y = before
	}
}

// sampleWriter packs the samples that differ from those of the snapshot before, without
// their stacks. Its memory is reused from snapshot to snapshot.
type sampleWriter struct {
	packed  []byte
	changed int
	last    int32 // number of the last sample
	isHeap  bool
}

// begin starts over.
func (w *sampleWriter) begin(isHeap bool) { *w = sampleWriter{packed: w.packed[:0], isHeap: isHeap} }

// add adds a sample by its number.
func (w *sampleWriter) add(number int32, sm *Sample) {
	b := binary.AppendVarint(w.packed, int64(number-w.last))
	for _, v := range sm.Values {
		b = binary.AppendVarint(b, v)
	}
	if w.isHeap {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(sm.Raw))
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(sm.RawAlloc))
		b = binary.AppendVarint(b, sm.Largest)
	}
	w.packed, w.last = b, number
	w.changed++
}

// toSamples returns samples that differ from x in those that were added.
func (w *sampleWriter) toSamples(x *samples) *samples {
	return &samples{count: x.count, fields: x.fields, before: x, packed: slices.Clone(w.packed), changed: w.changed, isHeap: w.isHeap}
}

// changes returns the samples that differ from those before, by number and without their
// stacks. The values are valid until the next one.
func (x *samples) changes() iter.Seq2[int32, Sample] {
	return func(yield func(int32, Sample) bool) {
		b, number, sm := x.packed, int32(0), Sample{Values: make([]int64, x.fields)}
		next := func() int64 {
			v, n := binary.Varint(b)
			b = b[n:]
			return v
		}
		for range x.changed {
			number += int32(next())
			for k := range sm.Values {
				sm.Values[k] = next()
			}
			if x.isHeap {
				sm.Raw = math.Float32frombits(binary.LittleEndian.Uint32(b))
				sm.RawAlloc = math.Float32frombits(binary.LittleEndian.Uint32(b[4:]))
				b = b[8:]
				sm.Largest = next()
			}
			if !yield(number, sm) {
				return
			}
		}
	}
}

package profile

import "time"

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

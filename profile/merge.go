package profile

import (
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile/decode"
)

// merge maps the samples of a profile to those of its snapshot, which has one per
// distinct stack.
type merge struct {
	index   []int32 // by sample of the profile: that of the snapshot
	first   []int32 // by sample of the snapshot: the first of the profile; empty if not linked yet
	next    []int32 // by sample of the profile: the next with the same stack, -1 for none
	touched []bool  // by sample of the snapshot
	writer  sampleWriter
	sum     []int64 // of one sample
}

// link links the samples that have the same stack.
func (m *merge) link(distinct int) {
	m.first, m.next, m.touched = resizeZeroed(m.first, distinct), resizeZeroed(m.next, len(m.index)), resizeZeroed(m.touched, distinct)
	for j := range m.first {
		m.first[j] = -1
	}
	for i, j := range slices.Backward(m.index) {
		m.next[i], m.first[j] = m.first[j], int32(i)
	}
}

// addUp merges the samples of each stack.
func (in *interner) addUp(s *Snapshot, d *decode.Profile, distinct int) {
	n, m := len(d.Types), &in.merged
	m.index, m.first = m.index[:0], m.first[:0]
	samples, values := make([]Sample, distinct), make([]int64, distinct*n)
	heap := hasHeapTypes(s.Types)
	in.sampled.setPeriod(s.Period)
	for i, st := range in.stacks {
		j := in.slots[st.ID].index
		m.index = appendDoubling(m.index, j)
		to, held := &samples[j], values[int(j)*n:int(j+1)*n:int(j+1)*n]
		if to.Stack == nil {
			to.Stack, to.Values = st, held
		}
		vs := d.Values[i*n : (i+1)*n]
		for k, v := range vs {
			held[k] += v
			s.Totals[k] += v
			s.negative = s.negative || v < 0
		}
		if heap {
			in.sampled.addSampled(to, vs, d.Sizes[i])
		}
	}
	s.samples = newSamples(samples, n)
}

// changeSamples makes the samples of a snapshot from those of the last one, which
// has the same stacks.
func (in *interner) changeSamples(s *Snapshot, d *decode.Profile) {
	m, last := &in.merged, in.last
	if len(m.first) == 0 {
		m.link(last.Len())
	}
	s.Folded, s.negative, s.after = last.Folded, last.negative, last.id
	m.writer.begin(hasHeapTypes(s.Types))
	for _, i := range d.Changed {
		if j := m.index[i]; !m.touched[j] {
			m.touched[j] = true
			sum := in.mergeAgain(d, j)
			for _, v := range sum.Values {
				s.negative = s.negative || v < 0
			}
			m.writer.add(j, &sum)
		}
	}
	for _, i := range d.Changed {
		m.touched[m.index[i]] = false
	}
	n := len(d.Types)
	for at := 0; at < len(d.Values); at += n {
		for k, v := range d.Values[at : at+n] {
			s.Totals[k] += v
		}
	}
	s.samples = m.writer.toSamples(last.samples)
	s.samples.finish()
}

// mergeAgain merges the samples of the profile for one of the snapshot. The values are
// valid until the next call.
func (in *interner) mergeAgain(d *decode.Profile, j int32) Sample {
	m, n := &in.merged, len(d.Types)
	m.sum = resizeZeroed(m.sum, n)
	sum := Sample{Values: m.sum}
	for i := m.first[j]; i >= 0; i = m.next[i] {
		vs := d.Values[int(i)*n : int(i+1)*n]
		for k, v := range vs {
			sum.Values[k] += v
		}
		if m.writer.isHeap {
			in.sampled.addSampled(&sum, vs, d.Sizes[i])
		}
	}
	return sum
}

// sampledShare is the fraction of objects of a size that the heap sampler samples.
type sampledShare struct {
	period int64
	known  [1 << 11]struct {
		size  int64
		share float64
	}
}

func (x *sampledShare) setPeriod(period int64) {
	if period != x.period {
		*x = sampledShare{period: period}
	}
}

// addSampled computes how many objects of a heap profile's sample the sampler
// actually sampled.
func (x *sampledShare) addSampled(to *Sample, vs []int64, size int64) {
	switch {
	case size != decode.NoSize:
	case vs[0] > 0:
		size = vs[1] / vs[0] // merged profiles lose the label
	default:
		size = 0
	}
	share := x.shareOfSize(size)
	to.RawAlloc += float32(float64(vs[0]) * share)
	to.Raw += float32(float64(vs[2]) * share)
	if vs[2] > 0 && size > to.Largest {
		to.Largest = size
	}
}

func (x *sampledShare) shareOfSize(size int64) float64 {
	if x.period <= 1 || size <= 0 {
		return 1
	}
	k := &x.known[mixBits(uint64(size))%uint64(len(x.known))]
	if k.size != size {
		k.size, k.share = size, -math.Expm1(-float64(size)/float64(x.period))
	}
	return k.share
}

// hasHeapTypes reports whether the sample types are those of Go's heap profile.
func hasHeapTypes(types []SampleType) bool {
	return slices.EqualFunc(types, heapTypeNames[:], func(t SampleType, name string) bool { return t.Name == name })
}

var heapTypeNames = [...]string{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}

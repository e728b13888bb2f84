package profile

import (
	"iter"
	"sync/atomic"
)

// Frame is one line of a stack. Inlined calls are frames of their own.
type Frame struct {
	Func *Function
	Line int
}

// frameRefs is a sequence of frames, by their numbers in a table. It is immutable.
//
// A large service has half a million frames in its stacks but a few thousand different
// ones. Numbers take a quarter of the memory, and the garbage collector need not follow
// them.
type frameRefs struct {
	table *frameTable
	refs  []uint32
}

// all returns the frames with their positions.
func (x frameRefs) all() iter.Seq2[int, Frame] {
	return func(yield func(int, Frame) bool) {
		if x.table == nil {
			return
		}
		frames := x.table.frames()
		for i, ref := range x.refs {
			if !yield(i, frames[ref]) {
				return
			}
		}
	}
}

// list returns the frames.
func (x frameRefs) list() []Frame {
	out := make([]Frame, 0, len(x.refs))
	for _, f := range x.all() {
		out = append(out, f)
	}
	return out
}

// frameTable numbers distinct frames. Frames are only added, so known ones may be read
// while others are added; adding is not safe for concurrent use.
type frameTable struct {
	all     atomic.Pointer[[]Frame] // to its capacity; the first count are set
	count   int
	numbers map[Frame]uint32
}

func newFrameTable() *frameTable {
	t := &frameTable{numbers: map[Frame]uint32{}}
	t.all.Store(new([]Frame))
	return t
}

// frames returns the frames by number.
func (t *frameTable) frames() []Frame { return *t.all.Load() }

// refOf returns the number of a frame, adding it if it has none.
func (t *frameTable) refOf(f Frame) uint32 {
	if n, ok := t.numbers[f]; ok {
		return n
	}
	all := t.frames()
	if t.count == len(all) {
		// Readers go on with the old ones: what they refer to is the same in both.
		all = append(make([]Frame, 0, max(8, 2*len(all))), all...)
		all = all[:cap(all)]
		t.all.Store(&all)
	}
	n := uint32(t.count)
	all[n] = f
	t.numbers[f] = n
	t.count++
	return n
}

// refsOf appends the numbers of frames.
func (t *frameTable) refsOf(to []uint32, frames []Frame) []uint32 {
	for _, f := range frames {
		to = append(to, t.refOf(f))
	}
	return to
}

// The size of a distinct frame, with its entry in the map, in bytes.
const distinctFrameSize = 56

// size returns how many bytes the table takes.
func (t *frameTable) size() int { return t.count * distinctFrameSize }

// renewFrames replaces the table of frames by one without unreferenced frames, if these
// are the majority. Existing stacks still have the same frames.
func (t *Symbols) renewFrames() {
	used := make([]bool, t.frames.count)
	n := 0
	for _, s := range t.byKey {
		for _, ref := range s.frameRefs().refs {
			if !used[ref] {
				used[ref] = true
				n++
			}
		}
	}
	if n > len(used)/2 {
		return
	}
	to := newFrameTable()
	for _, s := range t.byKey {
		refs := make([]uint32, 0, s.Depth())
		for _, f := range s.Frames() {
			refs = append(refs, to.refOf(f))
		}
		s.frames.Store(&frameRefs{to, refs})
	}
	t.frames = to
}

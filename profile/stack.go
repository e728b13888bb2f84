package profile

import (
	"iter"
	"sync/atomic"
)

// Stack is an interned call stack, leaf first: one value per sequence of frames.
type Stack struct {
	ID int32 // dense, from 0
	// Observer means that the stack is the observer's: it exists because profiles are
	// being collected.
	Observer bool
	folded   bool // represents many stacks, see Symbols.foldedStack
	// Blame is the function to blame for what the stack retains, see findBlame. It is
	// nil for a stack without frames.
	Blame *Function

	frames atomic.Pointer[frameRefs] // nil for a stack without frames
}

// NewStack returns a stack that is not interned.
func NewStack(blame *Function, frames ...Frame) *Stack {
	t := newFrameTable()
	s := &Stack{Blame: blame}
	s.frames.Store(&frameRefs{t, t.refsOf(nil, frames)})
	return s
}

// frameRefs returns the frames of a stack.
func (s *Stack) frameRefs() frameRefs {
	if x := s.frames.Load(); x != nil {
		return *x
	}
	return frameRefs{}
}

// Depth returns the number of frames.
func (s *Stack) Depth() int { return len(s.frameRefs().refs) }

// FrameAt returns a frame; the leaf is number 0.
func (s *Stack) FrameAt(i int) Frame {
	x := s.frameRefs()
	return x.table.frames()[x.refs[i]]
}

// Frames returns the frames with their numbers, leaf first.
func (s *Stack) Frames() iter.Seq2[int, Frame] { return s.frameRefs().all() }

// FrameList returns a copy of the frames.
func (s *Stack) FrameList() []Frame { return s.frameRefs().list() }

// IndexFrame returns the number of the first frame for which is returns true, or -1.
func (s *Stack) IndexFrame(is func(Frame) bool) int {
	for i, f := range s.Frames() {
		if is(f) {
			return i
		}
	}
	return -1
}

// HasFrame reports whether is returns true for some frame.
func (s *Stack) HasFrame(is func(Frame) bool) bool { return s.IndexFrame(is) >= 0 }

// Contains reports whether f occurs on the stack.
func (s *Stack) Contains(f *Function) bool {
	for _, fr := range s.Frames() {
		if fr.Func == f {
			return true
		}
	}
	return false
}

package profile

import (
	"fmt"
	"hash/maphash"
	"strings"

	"github.com/leaktop/leaktop/profile/plain"
)

// Function is a function of the target, interned: one value a name.
type Function struct {
	ID        int32  // dense, from 0
	Name      string // fully qualified: "example.com/shop/store.(*Cache).Put"
	File      string // as the compiler recorded it
	StartLine int
	Class     Class
}

// Frame is one line of a stack. Inlined calls are frames of their own.
type Frame struct {
	Func *Function
	Line int
}

// Stack is a call stack, leaf first, interned: one value a sequence of frames.
type Stack struct {
	ID     int32 // dense, from 0
	Frames []Frame
	// Own says that the stack is the observer's: it exists because somebody
	// asks for profiles.
	Own bool
	// Blame is the function to hold responsible, see [Symbols] and blame.go.
	// It is nil for a stack without frames.
	Blame *Function

	folded bool // it stands for many, see Symbols.foldedStack
}

// Has tells whether f is anywhere on the stack.
func (s *Stack) Has(f *Function) bool {
	for i := range s.Frames {
		if s.Frames[i].Func == f {
			return true
		}
	}
	return false
}

// maxFrames bounds one stack: the runtime's own limit is 128 physical frames,
// inlining included a few times that. What a hostile profile has beyond is cut
// off at the root.
const maxFrames = 4096

// maxName bounds a function's or file's name.
const maxName = 2048

// What a function and a stack take besides their texts and frames, in bytes: the
// values, their entries in tables and maps.
const (
	functionOverhead = 200
	stackOverhead    = 220
	frameSize        = 16
)

func functionSize(f *Function) int { return len(f.Name) + len(f.File) + functionOverhead }

func stackSize(s *Stack) int { return len(s.Frames)*frameSize + stackOverhead }

// overflow is what all beyond is called. It is not judged.
const overflow = "(one of too many)"

// Symbols interns the functions and stacks of a watch. What makes up new ones at
// each poll would fill the memory: beyond its limit a [History] drops those that
// nothing refers to any more, and beyond twice of it all that is new is one. It is
// not safe for concurrent use ([History] guards its own).
type Symbols struct {
	funcs  []*Function // by ID; nil for one that is free
	free   []int32     // IDs of functions
	byName map[string]*Function
	pinned map[*Function]bool // functions that are known outside of stacks
	stacks []*Stack           // by ID; nil for one that is free
	unused []int32            // IDs of stacks
	byKey  map[stackKey]*Stack
	start  stackKey // of a stack without frames; the secret of all keys
	seed   maphash.Seed
	rest   *Stack // for all beyond the limit; nil before
	roots  roots  // as known when the functions were classified
	limit  int    // bytes
	size   int    // of functions and stacks, bytes
	live   int    // size of what could not be dropped last time
	folded int    // stacks that are summed up by function
	// generation counts how often stacks were dropped: who knows one from before
	// must look it up again.
	generation uint64
	// shared says that snapshots are kept elsewhere, so that stacks of theirs must
	// not be dropped.
	shared bool
	short  bool // stacks were summed up since stacks were dropped
}

// NewSymbols returns an empty table.
func NewSymbols() *Symbols {
	t := &Symbols{
		byName: map[string]*Function{},
		byKey:  map[stackKey]*Stack{},
		pinned: map[*Function]bool{},
		seed:   maphash.MakeSeed(),
		limit:  DefaultLimit * 3 / 8,
	}
	t.start = stackKey{maphash.String(t.seed, "a"), maphash.String(t.seed, "b")}
	return t
}

// functionBytes is [Symbols.function] without a copy of what is known.
func (t *Symbols) functionBytes(name, file []byte, start int64) *Function {
	if f, ok := t.byName[string(name)]; ok && (f.File != "" || len(file) == 0) {
		return f
	}
	return t.function(string(name), string(file), start)
}

// function interns a name. The first file and line seen for it stand.
func (t *Symbols) function(name, file string, start int64) *Function {
	if isBlank(name) {
		name = unnamedIn(file, start)
	}
	key := t.keyOf(name)
	f, ok := t.byName[key]
	if !ok && t.size >= 2*t.limit {
		f, ok = t.byName[overflow]
		key, name, file, start = overflow, overflow, "", 0
	}
	if ok {
		if f.File == "" && file != "" {
			f.File = clean(file)
		}
		return f
	}
	f = &Function{ID: claim(&t.funcs, &t.free), Name: clean(name), File: clean(file), StartLine: int(start)}
	f.Class = classify(f.Name, f.File, t.roots)
	t.funcs[f.ID] = f
	t.byName[key] = f
	t.size += functionSize(f)
	return f
}

// keyOf is what a function is found by: its name, of which one beyond measure is
// not kept.
func (t *Symbols) keyOf(name string) string {
	if len(name) <= maxName {
		return name
	}
	return fmt.Sprintf("%s %x", name[:maxName], maphash.String(t.seed, name))
}

// stack interns frames, which the table may keep only as a copy.
func (t *Symbols) stack(frames []Frame) *Stack {
	if len(frames) > maxFrames {
		frames = frames[:maxFrames]
	}
	key := t.step(frames).apply(t.start)
	if s, ok := t.byKey[key]; ok {
		return s
	}
	return t.addStack(key, frames)
}

// claim returns an ID that is free.
func claim[T any](all *[]*T, free *[]int32) int32 {
	if n := len(*free); n > 0 {
		id := (*free)[n-1]
		*free = (*free)[:n-1]
		return id
	}
	*all = append(*all, nil)
	return int32(len(*all) - 1)
}

// addStack takes a stack that is not known yet.
func (t *Symbols) addStack(key stackKey, frames []Frame) *Stack {
	full := t.size >= 2*t.limit
	switch {
	case full && t.rest != nil:
		t.folded, t.short = t.folded+1, true
		return t.rest
	case full:
		frames = []Frame{{Func: t.function(overflow, "", 0)}}
		key = t.step(frames).apply(t.start)
	}
	s := &Stack{ID: claim(&t.stacks, &t.unused), Frames: append([]Frame(nil), frames...)}
	rest, any := t.byName[overflow]
	s.Own, s.Blame = own(s.Frames) || any && s.Has(rest), blame(s.Frames)
	if full {
		t.rest = s
	}
	t.stacks[s.ID] = s
	t.byKey[key] = s
	t.size += stackSize(s)
	return s
}

// relearn classifies again what was classified before the roots were known.
func (t *Symbols) relearn(r roots) {
	if r == t.roots {
		return
	}
	t.roots = r
	for _, f := range t.funcs {
		if f != nil {
			f.Class = classify(f.Name, f.File, r)
		}
	}
	for _, s := range t.stacks {
		if s != nil {
			s.Blame = blame(s.Frames)
		}
	}
}

// clean makes a name from outside safe to show, and bounded.
func clean(s string) string {
	if len(s) > maxName {
		s = strings.Clone(s[:maxName]) // or the whole of it is kept
	}
	return plain.Name(s)
}

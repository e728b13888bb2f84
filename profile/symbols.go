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
	// Observer says that the stack is the observer's: it exists because somebody
	// asks for profiles.
	Observer bool
	// Blame is the function to hold responsible, see [Symbols] and blame.go.
	// It is nil for a stack without frames.
	Blame *Function

	folded bool // it stands for many, see Symbols.foldedStack
}

// Contains tells whether f is anywhere on the stack.
func (s *Stack) Contains(f *Function) bool {
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

// overflowName is what all beyond is called. It is not judged.
const overflowName = "(one of too many)"

// Symbols interns the functions and stacks of a watch. What makes up new ones at
// each poll would fill the memory: beyond its limit a [History] drops those that
// nothing refers to any more, and beyond twice of it all that is new is one. It is
// not safe for concurrent use ([History] guards its own).
type Symbols struct {
	funcs         []*Function // by ID; nil for one that is free
	free          []int32     // IDs of functions
	byName        map[string]*Function
	pinned        map[*Function]bool // functions that are known outside of stacks
	stacks        []*Stack           // by ID; nil for one that is free
	unused        []int32            // IDs of stacks
	byKey         map[stackKey]*Stack
	start         stackKey // of a stack without frames; the secret of all keys
	seed          maphash.Seed
	overflowStack *Stack      // for all beyond the limit; nil before
	roots         sourceRoots // as known when the functions were classified
	limit         int         // bytes
	size          int         // of functions and stacks, bytes
	live          int         // size of what could not be dropped last time
	folded        int         // stacks that are summed up by function
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

// functionBytes is [Symbols.internFunc] without a copy of what is known.
func (t *Symbols) functionBytes(name, file []byte, start int64) *Function {
	if f, ok := t.byName[string(name)]; ok && (f.File != "" || len(file) == 0) {
		return f
	}
	return t.internFunc(string(name), string(file), start)
}

// internFunc interns a name. The first file and line seen for it stand.
func (t *Symbols) internFunc(name, file string, start int64) *Function {
	if isBlank(name) {
		name = unnamedFunc(file, start)
	}
	key := t.keyOf(name)
	f, ok := t.byName[key]
	if !ok && t.size >= 2*t.limit {
		f, ok = t.byName[overflowName]
		key, name, file, start = overflowName, overflowName, "", 0
	}
	if ok {
		if f.File == "" && file != "" {
			f.File = cleanName(file)
		}
		return f
	}
	f = &Function{ID: claimID(&t.funcs, &t.free), Name: cleanName(name), File: cleanName(file), StartLine: int(start)}
	f.Class = classOf(f.Name, f.File, t.roots)
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

// internStack interns frames, which the table may keep only as a copy.
func (t *Symbols) internStack(frames []Frame) *Stack {
	if len(frames) > maxFrames {
		frames = frames[:maxFrames]
	}
	key := t.stepOf(frames).applyTo(t.start)
	if s, ok := t.byKey[key]; ok {
		return s
	}
	return t.addStack(key, frames)
}

// claimID returns an ID that is free.
func claimID[T any](all *[]*T, free *[]int32) int32 {
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
	case full && t.overflowStack != nil:
		t.folded, t.short = t.folded+1, true
		return t.overflowStack
	case full:
		frames = []Frame{{Func: t.internFunc(overflowName, "", 0)}}
		key = t.stepOf(frames).applyTo(t.start)
	}
	s := &Stack{ID: claimID(&t.stacks, &t.unused), Frames: append([]Frame(nil), frames...)}
	rest, any := t.byName[overflowName]
	s.Observer, s.Blame = isObserver(s.Frames) || any && s.Contains(rest), findBlame(s.Frames)
	if full {
		t.overflowStack = s
	}
	t.stacks[s.ID] = s
	t.byKey[key] = s
	t.size += stackSize(s)
	return s
}

// setRoots classifies again what was classified before the roots were known.
func (t *Symbols) setRoots(r sourceRoots) {
	if r == t.roots {
		return
	}
	t.roots = r
	for _, f := range t.funcs {
		if f != nil {
			f.Class = classOf(f.Name, f.File, r)
		}
	}
	for _, s := range t.stacks {
		if s != nil {
			s.Blame = findBlame(s.Frames)
		}
	}
}

// cleanName makes a name from outside safe to show, and bounded.
func cleanName(s string) string {
	if len(s) > maxName {
		s = strings.Clone(s[:maxName]) // or the whole of it is kept
	}
	return plain.Name(s)
}

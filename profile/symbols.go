package profile

import (
	"cmp"
	"fmt"
	"hash/maphash"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile/closure"
	"github.com/leaktop/leaktop/profile/plain"
)

// Function is an interned function of the target: one value per name.
type Function struct {
	ID        int32  // dense, from 0
	Name      string // fully qualified: "example.com/shop/store.(*Cache).Put"
	File      string // as the compiler recorded it
	StartLine int
	Class     Class
	// symbol is the linker's name, if that differs from Name, the name in the source. Several
	// functions may be copies of a closure, with the same Name. Instances of a generic
	// function are one function, with the symbol of the first.
	symbol   string
	isCopied bool // Name is that of a closure whose function was inlined
}

// Symbol returns the linker's name of a function, which profiles, traces and dumps have.
func (f *Function) Symbol() string { return cmp.Or(f.symbol, f.Name) }

// maxFrames bounds one stack: the runtime's own limit is 128 physical frames, and
// inlining a few times that. The rest of a hostile stack is cut off at the root.
const maxFrames = 4096

// maxName bounds a function's or file's name.
const maxName = 2048

// The size of a function and a stack without their texts and frames, in bytes: the
// values, and their entries in tables and maps.
const (
	functionOverhead = 200
	stackOverhead    = 140
	frameSize        = 4
)

func functionSize(f *Function) int {
	return len(f.Name) + len(f.symbol) + len(f.File) + functionOverhead
}

func stackSize(s *Stack) int { return s.Depth()*frameSize + stackOverhead }

// overflowName is the name of all functions beyond the limit together. It is not
// judged.
const overflowName = "(one of too many)"

// Symbols interns the functions and stacks of a watch. A target that invents new
// ones at each poll would fill the memory: beyond its limit a [History] drops those
// that are no longer referenced, and beyond twice that all new ones become one. It
// is not safe for concurrent use ([History] guards its own).
type Symbols struct {
	funcs         []*Function // by ID; nil for one that is free
	free          []int32     // IDs of functions
	byName        map[string]*Function
	instances     map[string]*Function // of generic functions, by the linker's name
	pinned        map[*Function]bool   // referenced by dumps and traces, not by stacks
	stacks        []*Stack             // by ID; nil for one that is free
	unused        []int32              // IDs of stacks
	byKey         map[stackKey]*Stack
	frames        *frameTable
	start         stackKey // of a stack without frames; the secret of all keys
	seed          maphash.Seed
	overflowStack *Stack      // all stacks beyond the limit; nil until one is
	roots         sourceRoots // as known when the functions were classified
	limit         int         // bytes
	size          int         // of functions and stacks, bytes
	live          int         // size of what could not be dropped last time
	folded        int         // stacks that are summed up by function
	// generation counts how often stacks were dropped: references from before must be
	// looked up again.
	generation uint64
	sameFile   func(file string) []string // of the profile being interned; else nil
	// shared means that snapshots are retained elsewhere, so that their stacks must
	// not be dropped.
	shared bool
	short  bool // stacks were folded since stacks were last dropped
	// snapshots counts those interned here, to number them.
	snapshots uint64
}

// newSymbols returns an empty table.
func newSymbols() *Symbols {
	t := &Symbols{
		byName: map[string]*Function{}, instances: map[string]*Function{},
		byKey:  map[stackKey]*Stack{},
		pinned: map[*Function]bool{},
		frames: newFrameTable(),
		seed:   maphash.MakeSeed(),
		limit:  DefaultLimit * 3 / 8,
	}
	t.start = stackKey{maphash.String(t.seed, "a"), maphash.String(t.seed, "b")}
	return t
}

// nextSnapshot returns a new ID for a snapshot.
func (t *Symbols) nextSnapshot() uint64 {
	t.snapshots++
	return t.snapshots
}

// functionBytes is like [Symbols.internFunc] but copies only names that are new.
func (t *Symbols) functionBytes(name, file []byte, start int64) *Function {
	f, ok := t.byName[string(name)]
	if !ok {
		f, ok = t.instances[string(name)]
	}
	if ok && (f.File != "" || len(file) == 0) {
		return f
	}
	return t.internFunc(string(name), string(file), start)
}

// internFunc interns a name. The first file and line seen for it are kept.
func (t *Symbols) internFunc(name, file string, start int64) *Function {
	if isBlank(name) {
		name = unnamedFunc(file, start)
	}
	source := withoutShapes(name)
	key := t.keyOf(source)
	f, ok := t.byName[key]
	if !ok && t.size >= 2*t.limit {
		f, ok = t.byName[overflowName]
		key, name, source, file, start = overflowName, overflowName, overflowName, "", 0
	}
	if ok {
		if f.File == "" && file != "" {
			f.File = cleanName(file)
		}
		t.addInstance(f, name, source)
		return f
	}
	f = &Function{ID: claimID(&t.funcs, &t.free), Name: cleanName(source), File: cleanName(file), StartLine: int(start)}
	if source != name {
		f.symbol = cleanName(name)
	}
	f.Class = classOf(f.Name, f.File, t.roots)
	t.nameClosure(f)
	t.funcs[f.ID] = f
	t.byName[key] = f
	t.size += functionSize(f)
	t.addInstance(f, name, source)
	return f
}

// addInstance makes an instance of a generic function known by its linker's name, if there
// is room: it saves looking for its type arguments at each poll.
func (t *Symbols) addInstance(f *Function, name, source string) {
	if source == name || len(name) > maxName || t.size >= 2*t.limit || t.instances[name] != nil {
		return
	}
	t.instances[name] = f
	t.size += len(name) + functionOverhead
}

// nameClosure names a closure as in the source, if the compiler inlined its function into the
// user's code, and classifies it by its file.
func (t *Symbols) nameClosure(f *Function) {
	if f.Class != ClassUser {
		return
	}
	if !f.isCopied {
		name, ok := closure.SourceName(f.Symbol(), f.File, closure.Roots{MainFile: t.roots.mainFile, GoRoot: t.roots.goRoot}, t.sameFile)
		if !ok {
			return
		}
		f.Name, f.symbol, f.isCopied = cleanName(withoutShapes(name)), f.Symbol(), true
	}
	f.Class = classOfFile(f.File, t.roots)
}

// keyOf returns the key of a function: its name, cut to maxName bytes.
func (t *Symbols) keyOf(name string) string {
	if len(name) <= maxName {
		return name
	}
	return fmt.Sprintf("%s %x", name[:maxName], maphash.String(t.seed, name))
}

// internStack interns frames, which it copies if it keeps them.
func (t *Symbols) internStack(frames []Frame) *Stack {
	if len(frames) > maxFrames {
		frames = frames[:maxFrames]
	}
	key := t.stepOf(frames).applyTo(t.start)
	if s, ok := t.byKey[key]; ok {
		return s
	}
	return t.addStack(key, t.numberFrames(nil, frames))
}

// numberFrames appends the numbers of frames, adding those that are new. Beyond the limit,
// new lines of a function become one.
func (t *Symbols) numberFrames(to []uint32, frames []Frame) []uint32 {
	for _, f := range frames {
		ref, ok := t.frames.numbers[f]
		if !ok {
			if t.size >= 2*t.limit {
				f.Line = 0
			}
			before := t.frames.size()
			ref = t.frames.refOf(f)
			t.size += t.frames.size() - before
		}
		to = append(to, ref)
	}
	return to
}

// claimID returns a free ID.
func claimID[T any](all *[]*T, free *[]int32) int32 {
	if n := len(*free); n > 0 {
		id := (*free)[n-1]
		*free = (*free)[:n-1]
		return id
	}
	*all = append(*all, nil)
	return int32(len(*all) - 1)
}

// addStack adds a new stack, whose frames are given by their numbers. It copies them.
func (t *Symbols) addStack(key stackKey, refs []uint32) *Stack {
	full := t.size >= 2*t.limit
	switch {
	case full && t.overflowStack != nil:
		t.folded, t.short = t.folded+1, true
		return t.overflowStack
	case full:
		frames := []Frame{{Func: t.internFunc(overflowName, "", 0)}}
		key, refs = t.stepOf(frames).applyTo(t.start), t.numberFrames(nil, frames)
	}
	s := &Stack{ID: claimID(&t.stacks, &t.unused)}
	s.frames.Store(&frameRefs{t.frames, slices.Clone(refs)})
	rest, any := t.byName[overflowName]
	s.Observer, s.Blame = isObserver(s) || any && s.Contains(rest), findBlame(s.Frames())
	if full {
		t.overflowStack = s
	}
	t.stacks[s.ID] = s
	t.byKey[key] = s
	t.size += stackSize(s)
	return s
}

// setRoots sets the roots and classifies again what was classified without them.
func (t *Symbols) setRoots(r sourceRoots) {
	if r == t.roots {
		return
	}
	t.roots = r
	for _, f := range t.funcs {
		if f != nil {
			f.Class = classOf(f.Symbol(), f.File, r)
			t.nameClosure(f)
		}
	}
	for _, s := range t.stacks {
		if s != nil {
			s.Blame = findBlame(s.Frames())
		}
	}
}

// cleanName bounds a name from outside and makes it safe to show.
func cleanName(s string) string {
	if len(s) > maxName {
		s = strings.Clone(s[:maxName]) // a plain slice would keep all of s in memory
	}
	return plain.Name(s)
}

package profile

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile/decode"
)

// interner turns the decoded profiles of one kind into snapshots.
type interner struct {
	functions   []*Function // of the profile, by index; nil if not looked up yet
	locations   []internedLocation
	frames      []Frame   // of one location
	refs        []uint32  // of the frames of all locations, by number in Symbols.frames
	expanded    []uint32  // of one stack
	last        *Snapshot // the last profile
	stacks      []*Stack  // of last, by sample
	slots       []slot    // by stack ID
	round       uint32    // of slots
	merged      merge     // of last
	sampled     sampledShare
	same        int          // how many profiles in a row had the stacks of the last one
	sharedTypes []SampleType // of the last profile
	texts       map[string]string
}

// internedLocation holds the frames of a location, and their effect on the key of a
// stack.
type internedLocation struct {
	step     keyStep
	from, to int32
}

// keepSlots is how many profiles of the same stacks follow each other until the memory of
// the slots, which only others need, is freed.
const keepSlots = 8

// slot accumulates the samples of a stack.
type slot struct {
	round uint32
	index int32
}

// newSnapshot makes a snapshot of a decoded profile, the next after the last one
// that was interned. If the tables or the symbols are new, everything is looked up
// again.
func (in *interner) newSnapshot(t *Symbols, d *decode.Profile, fresh bool, c Capture) *Snapshot {
	s := &Snapshot{
		Kind: c.Kind, Time: c.Time, Duration: time.Duration(d.Duration), Buckets: len(d.Ends), Period: d.Period,
		PeriodType: in.sampleType(d, d.PeriodType), Types: in.sampleTypes(d), Totals: make([]int64, len(d.Types)),
	}
	if at := time.Unix(0, d.Time); s.Time.IsZero() && IsPlausible(at) {
		s.Time = at
	}
	s.Default = defaultType(s, in.cleanText(d.Strings[d.DefaultType]))
	if len(d.Mappings) > 0 {
		m := d.Mappings[0]
		s.Binary = binaryOf(in.cleanText(d.Strings[m.File]), in.cleanText(d.Strings[m.BuildID]))
	}
	s.generation, s.id = t.generation, t.nextSnapshot()
	if d.SameStacks {
		if in.same++; in.same == keepSlots {
			in.slots = nil
		}
		in.changeSamples(s, d)
		in.last = s
		return s
	}
	in.same = 0
	if fresh {
		in.learnRoots(t, d)
		t.sameFile = functionsByFile(d)
		in.internLocations(t, d)
		t.sameFile = nil
	}
	folded := t.folded
	distinct := in.internStacks(t, d, s.Default)
	s.Folded = t.folded - folded
	in.addUp(s, d, distinct)
	in.last = s
	return s
}

// sampleTypes returns the sample types, reusing the previous slice if they are
// equal.
func (in *interner) sampleTypes(d *decode.Profile) []SampleType {
	same := len(in.sharedTypes) == len(d.Types)
	for i := 0; same && i < len(d.Types); i++ {
		same = in.sharedTypes[i] == in.sampleType(d, d.Types[i])
	}
	if !same {
		in.sharedTypes = nil
		for _, v := range d.Types {
			in.sharedTypes = append(in.sharedTypes, in.sampleType(d, v))
		}
	}
	return in.sharedTypes
}

func (in *interner) sampleType(d *decode.Profile, v decode.ValueType) SampleType {
	return SampleType{in.cleanText(d.Strings[v.Name]), in.cleanText(d.Strings[v.Unit])}
}

// maxTexts bounds the number of interned texts: types and programs, not names.
const maxTexts = 1000

// cleanText returns b made safe to show, interned.
func (in *interner) cleanText(b []byte) string {
	if s, ok := in.texts[string(b)]; ok {
		return s
	}
	s := cleanName(string(b[:min(len(b), maxName)]))
	if in.texts == nil {
		in.texts = map[string]string{}
	}
	if len(b) <= maxName && len(in.texts) < maxTexts {
		in.texts[string(b)] = s
	}
	return s
}

// learnRoots finds out where the target was compiled, before its functions are
// classified by that.
func (in *interner) learnRoots(t *Symbols, d *decode.Profile) {
	r := t.roots
	for i := range d.Functions {
		f := &d.Functions[i]
		name := d.Strings[f.Name]
		if string(name) == "main.main" || r.goRoot == "" && bytes.HasPrefix(name, []byte("runtime.")) {
			r.learnFrom(string(name), string(d.Strings[f.File]))
		}
	}
	t.setRoots(r)
}

// functionsByFile returns a function that returns some names of functions in a file.
func functionsByFile(d *decode.Profile) func(file string) []string {
	var byFile map[string][]string
	return func(file string) []string {
		if byFile == nil {
			byFile = map[string][]string{}
			for i := range d.Functions {
				f := &d.Functions[i]
				if all := byFile[string(d.Strings[f.File])]; len(all) < maxSameFile {
					byFile[string(d.Strings[f.File])] = append(all, string(d.Strings[f.Name]))
				}
			}
		}
		return byFile[file]
	}
}

// maxSameFile bounds the functions of a file that are examined to name one of its closures.
const maxSameFile = 100

// internLocations expands each location into frames, inlined calls included.
func (in *interner) internLocations(t *Symbols, d *decode.Profile) {
	in.functions = append(in.functions[:0], make([]*Function, len(d.Functions))...)
	in.locations, in.refs = in.locations[:0], in.refs[:0]
	for i := range d.Locations {
		l := &d.Locations[i]
		from := len(in.refs)
		in.frames = in.frames[:0]
		for _, line := range d.Lines[l.From:l.To] {
			f := in.functions[line.Function]
			if f == nil {
				f = in.internFunction(t, d, line.Function, l)
			}
			in.frames = append(in.frames, Frame{Func: f, Line: int(line.Number)})
		}
		if len(in.frames) == 0 {
			in.frames = append(in.frames, Frame{Func: t.internFunc(unnamedLocation(placeOf(d, l)), "", 0)})
		}
		in.refs = t.numberFrames(in.refs, in.frames)
		in.locations = append(in.locations, internedLocation{t.stepOf(in.frames), int32(from), int32(len(in.refs))})
	}
}

// internFunction interns a function of a profile that is first encountered at a
// location.
func (in *interner) internFunction(t *Symbols, d *decode.Profile, index int32, l *decode.Location) *Function {
	f := &d.Functions[index]
	name, file := d.Strings[f.Name], d.Strings[f.File]
	if isBlankBytes(name) {
		name = d.Strings[f.System]
	}
	switch {
	case !isBlankBytes(name):
	case isBlankBytes(file) && l.Address != 0: // it is called by its address, which other locations do not have
		return t.internFunc(unnamedLocation(placeOf(d, l)), string(file), f.Start)
	case isBlankBytes(file):
		return t.internFunc(unnamedFunc(string(file), f.Start), string(file), f.Start)
	default:
		name = []byte(unnamedFunc(string(file), f.Start))
	}
	out := t.functionBytes(name, file, f.Start)
	in.functions[index] = out
	return out
}

// placeOf returns the address and file that a location without symbols is named
// after.
func placeOf(d *decode.Profile, l *decode.Location) (address uint64, file string) {
	if l.Mapping < 0 {
		return l.Address, ""
	}
	b := d.Strings[d.Mappings[l.Mapping].File]
	return l.Address, string(b[max(0, len(b)-maxBase):])
}

// internStacks finds the stack of each sample and assigns each distinct one a slot.
// It returns the number of distinct stacks.
func (in *interner) internStacks(t *Symbols, d *decode.Profile, typ int) int {
	in.round++
	room := in.makeRoom(t, d, typ)
	distinct, from := int32(0), int32(0)
	in.stacks = slices.Grow(in.stacks, max(0, len(d.Ends)-len(in.stacks)))
	in.slots = slices.Grow(in.slots, max(0, len(d.Ends)-len(in.slots)))
	for i, to := range d.Ends {
		if i == len(in.stacks) {
			in.stacks = appendDoubling(in.stacks, nil)
		}
		if !d.HasKnownStack(i) {
			in.stacks[i] = in.internStack(t, d.Refs[from:to], room.hasRoomFor(d.Values[i*len(d.Types)+typ]))
		}
		from = to
		id := int(in.stacks[i].ID)
		for id >= len(in.slots) {
			in.slots = appendDoubling(in.slots, slot{})
		}
		if sl := &in.slots[id]; sl.round != in.round {
			*sl = slot{in.round, distinct}
			distinct++
		}
	}
	in.stacks = in.stacks[:len(d.Ends)]
	return int(distinct)
}

// internStack finds the stack of references to locations. If apart is false, a new stack is
// folded into the stack of its function to blame.
func (in *interner) internStack(t *Symbols, refs []int32, apart bool) *Stack {
	key, frames := t.start, int32(0)
	for _, ref := range refs {
		l := &in.locations[ref]
		key = l.step.applyTo(key)
		frames += l.to - l.from
	}
	if frames <= maxFrames {
		if s := t.byKey[key]; s != nil {
			return s
		}
	}
	switch expanded := in.expandFrames(refs); {
	case !apart:
		t.folded, t.short = t.folded+1, true
		return t.foldedStack(findBlame(frameRefs{t.frames, expanded}.all()))
	case frames > maxFrames:
		return t.internStack(frameRefs{t.frames, expanded}.list())
	default:
		return t.addStack(key, expanded)
	}
}

// room decides which of the new stacks of a profile are kept separate: all, or
// those that hold most.
type room struct {
	all      bool
	minValue int64 // the minimum that a kept stack holds
	ties     int   // how many stacks that hold exactly this minimum are kept
}

// hasRoomFor reports whether a stack with value v is kept separate.
func (r *room) hasRoomFor(v int64) bool {
	switch v = absInt(v); {
	case r.all || v > r.minValue:
		return true
	case v == r.minValue && r.ties > 0:
		r.ties--
		return true
	}
	return false
}

func absInt(v int64) int64 { return max(v, -v) }

// makeRoom estimates the size of the new stacks of a profile, and how many of them
// there is room for.
func (in *interner) makeRoom(t *Symbols, d *decode.Profile, typ int) *room {
	size, unknown, from := 0, 0, int32(0)
	for i, to := range d.Ends {
		if !d.HasKnownStack(i) {
			unknown++
			size += stackOverhead + int(to-from)*frameSize
		}
		from = to
	}
	left := max(0, min(t.limit*3/2, 2*t.limit-t.size))
	if size <= left {
		return &room{all: true}
	}
	held := make([]int64, 0, unknown)
	for i := range d.Ends {
		if !d.HasKnownStack(i) {
			held = append(held, absInt(d.Values[i*len(d.Types)+typ]))
		}
	}
	slices.SortFunc(held, func(a, b int64) int { return cmp.Compare(b, a) })
	n := int(int64(len(held)) * int64(left) / int64(size))
	minValue := held[n]
	return &room{minValue: minValue, ties: n - slices.Index(held, minValue)}
}

// expandFrames returns the frames of a stack, by number, cut to maxFrames. The result is valid
// until the next call.
func (in *interner) expandFrames(refs []int32) []uint32 {
	in.expanded = in.expanded[:0]
	for _, ref := range refs {
		l := &in.locations[ref]
		if in.expanded = append(in.expanded, in.refs[l.from:l.to]...); len(in.expanded) >= maxFrames {
			return in.expanded[:maxFrames]
		}
	}
	return in.expanded
}

// defaultType chooses the sample type that is shown first: that of Kinds, else the
// profile's own default, else the last, as pprof does.
func defaultType(s *Snapshot, own string) int {
	for _, name := range []string{s.Kind.Info().SampleType, own} {
		for i, t := range s.Types {
			if name != "" && t.Name == name {
				return i
			}
		}
	}
	return max(0, len(s.Types)-1)
}

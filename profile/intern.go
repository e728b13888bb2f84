package profile

import (
	"bytes"
	"math"
	"slices"
	"time"
)

// interner turns decoded profiles into snapshots. What it keeps from one profile
// to the next of its kind saves looking everything up again, since most of it is
// the same.
type interner struct {
	functions []*Function // of the profile, by index; nil if not looked up yet
	locations []internedLocation
	frames    []Frame // of all locations
	expanded  []Frame // of one stack
	stacks    []*Stack
	slots     []slot // by stack ID
	round     uint32 // of slots
	sampled   sampledShare
	kinds     map[Kind]*kindMemory
	texts     map[string]string
}

// internedLocation is the frames of a location, and what they do to the key of a
// stack.
type internedLocation struct {
	step     keyStep
	from, to int32
}

// slot is where the samples of a stack are added up.
type slot struct {
	round uint32
	index int32
}

// kindMemory is what the last profile of a kind had.
type kindMemory struct {
	order []ordered // its samples, as they came
	types []SampleType
}

// ordered is a sample of the last profile: where its stack came before, that one
// comes next again.
type ordered struct {
	key   stackKey
	stack *Stack
}

// snapshot makes a snapshot of a decoded profile.
func (t *Symbols) snapshot(d *decoded, c Capture) *Snapshot {
	in := &t.intern
	memory := in.kinds[c.Kind]
	if memory == nil {
		memory = &kindMemory{}
		in.kinds[c.Kind] = memory
	}
	s := &Snapshot{
		Kind: c.Kind, Time: c.Time, Duration: time.Duration(d.duration), Buckets: len(d.ends), Period: d.period,
		PeriodType: in.sampleType(d, d.periodType), Types: in.types(d, memory), Totals: make([]int64, len(d.types)),
	}
	if at := time.Unix(0, d.time); s.Time.IsZero() && IsPlausible(at) {
		s.Time = at
	}
	s.Default = defaultType(s, string(d.strings[d.defaultType]))
	if len(d.mappings) > 0 {
		m := d.mappings[0]
		s.Binary = in.text(binaryOf(string(d.strings[m.file]), string(d.strings[m.buildID])))
	}
	t.learn(d)
	t.internLocations(d)
	distinct := t.internStacks(d, memory)
	in.addUp(s, d, distinct)
	return s
}

// types are the sample types; the same slice as last time where they are the same.
func (in *interner) types(d *decoded, memory *kindMemory) []SampleType {
	same := len(memory.types) == len(d.types)
	for i := 0; same && i < len(d.types); i++ {
		same = memory.types[i] == in.sampleType(d, d.types[i])
	}
	if !same {
		memory.types = nil
		for _, v := range d.types {
			memory.types = append(memory.types, in.sampleType(d, v))
		}
	}
	return memory.types
}

func (in *interner) sampleType(d *decoded, v valueType) SampleType {
	return SampleType{in.cleaned(d.strings[v.name]), in.cleaned(d.strings[v.unit])}
}

// maxTexts bounds the texts that are kept: types and programs, not names.
const maxTexts = 1000

// cleaned is a text that is safe to show, the same one each time.
func (in *interner) cleaned(b []byte) string {
	if s, ok := in.texts[string(b)]; ok {
		return s
	}
	s := clean(string(b[:min(len(b), maxName)]))
	if len(b) <= maxName && len(in.texts) < maxTexts {
		in.texts[string(b)] = s
	}
	return s
}

// text is a text that was cleaned, the same one each time.
func (in *interner) text(s string) string { return in.cleaned([]byte(s)) }

// learn finds out where the target was compiled, before its functions are
// classified by that.
func (t *Symbols) learn(d *decoded) {
	r := t.roots
	for i := range d.functions {
		f := &d.functions[i]
		name := d.strings[f.name]
		if string(name) == "main.main" || r.std == "" && bytes.HasPrefix(name, []byte("runtime.")) {
			r.learn(string(name), string(d.strings[f.file]))
		}
	}
	t.relearn(r)
}

// internLocations expands each location into frames, inlined calls included.
func (t *Symbols) internLocations(d *decoded) {
	in := &t.intern
	in.functions = append(in.functions[:0], make([]*Function, len(d.functions))...)
	in.locations, in.frames = in.locations[:0], in.frames[:0]
	for i := range d.locations {
		l := &d.locations[i]
		from := len(in.frames)
		for _, line := range d.lines[l.from:l.to] {
			f := in.functions[line.function]
			if f == nil {
				f = t.internFunction(d, line.function, l)
			}
			in.frames = append(in.frames, Frame{Func: f, Line: int(line.number)})
		}
		if len(in.frames) == from {
			in.frames = append(in.frames, Frame{Func: t.function(unnamed(d.place(l)), "", 0)})
		}
		in.locations = append(in.locations, internedLocation{t.step(in.frames[from:]), int32(from), int32(len(in.frames))})
	}
}

// internFunction interns a function of a profile that is met first at a location.
func (t *Symbols) internFunction(d *decoded, index int32, l *protoLocation) *Function {
	f := &d.functions[index]
	name, file := d.strings[f.name], d.strings[f.file]
	if isBlankBytes(name) {
		name = d.strings[f.system]
	}
	switch {
	case !isBlankBytes(name):
	case isBlankBytes(file) && l.address != 0: // it is called by its address, which other locations do not have
		return t.function(unnamed(d.place(l)), string(file), f.start)
	default:
		name = []byte(unnamedIn(string(file), f.start))
	}
	out := t.functionBytes(name, file, f.start)
	t.intern.functions[index] = out
	return out
}

// place is what a location without symbols can be called by.
func (d *decoded) place(l *protoLocation) (address uint64, file string) {
	if l.mapping < 0 {
		return l.address, ""
	}
	b := d.strings[d.mappings[l.mapping].file]
	return l.address, string(b[max(0, len(b)-maxBase):])
}

// internStacks finds the stack of each sample, and gives each distinct one a slot.
// It returns how many these are.
func (t *Symbols) internStacks(d *decoded, memory *kindMemory) int {
	in := &t.intern
	in.stacks = in.stacks[:0]
	in.round++
	distinct, from, next := int32(0), int32(0), 0
	old := memory.order
	order := make([]ordered, 0, len(d.ends))
	for _, to := range d.ends {
		key, frames := t.start, int32(0)
		for _, ref := range d.refs[from:to] {
			l := &in.locations[ref]
			key = l.step.apply(key)
			frames += l.to - l.from
		}
		var s *Stack
		switch {
		case frames > maxFrames:
			s = t.stack(in.expand(d.refs[from:to]))
		case next < len(old) && old[next].key == key:
			s = old[next].stack
			next++
		default:
			if s = t.byKey[key]; s == nil {
				s = t.addStack(key, in.expand(d.refs[from:to]))
			}
		}
		from = to
		order = append(order, ordered{key, s})
		in.stacks = append(in.stacks, s)
		for int(s.ID) >= len(in.slots) {
			in.slots = append(in.slots, slot{})
		}
		if sl := &in.slots[s.ID]; sl.round != in.round {
			*sl = slot{in.round, distinct}
			distinct++
		}
	}
	memory.order = order
	return int(distinct)
}

// expand is the frames of a stack, of which those beyond measure are cut off. It
// is valid until the next call.
func (in *interner) expand(refs []int32) []Frame {
	in.expanded = in.expanded[:0]
	for _, ref := range refs {
		l := &in.locations[ref]
		if in.expanded = append(in.expanded, in.frames[l.from:l.to]...); len(in.expanded) >= maxFrames {
			return in.expanded[:maxFrames]
		}
	}
	return in.expanded
}

// addUp puts the samples of each stack together.
func (in *interner) addUp(s *Snapshot, d *decoded, distinct int) {
	n := len(d.types)
	values := make([]int64, distinct*n)
	s.Samples = make([]Sample, distinct)
	heap := heapTypes(s.Types)
	in.sampled.reset(s.Period)
	for i, st := range in.stacks {
		j := int(in.slots[st.ID].index)
		to := &s.Samples[j]
		if to.Stack == nil {
			to.Stack, to.Values = st, values[j*n:(j+1)*n:(j+1)*n]
		}
		vs := d.values[i*n : (i+1)*n]
		for k, v := range vs {
			to.Values[k] += v
			s.Totals[k] += v
		}
		if heap {
			in.sampled.add(to, vs, d.sizes[i])
		}
	}
}

// sampledShare is the share of objects of a size that the heap sampler sees.
type sampledShare struct {
	period int64
	known  [256]struct {
		size  int64
		share float64
	}
}

func (x *sampledShare) reset(period int64) {
	if period != x.period {
		*x = sampledShare{period: period}
	}
}

// add reckons what the sampler really saw of a sample of a heap profile.
func (x *sampledShare) add(to *Sample, vs []int64, size int64) {
	switch {
	case size != noSize:
	case vs[0] > 0:
		size = vs[1] / vs[0] // merged profiles lose the label
	default:
		size = 0
	}
	share := x.of(size)
	to.RawAlloc += float32(float64(vs[0]) * share)
	to.Raw += float32(float64(vs[2]) * share)
	if vs[2] > 0 && size > to.Largest {
		to.Largest = size
	}
}

func (x *sampledShare) of(size int64) float64 {
	if x.period <= 1 || size <= 0 {
		return 1
	}
	k := &x.known[uint64(size>>3)%uint64(len(x.known))]
	if k.size != size {
		k.size, k.share = size, -math.Expm1(-float64(size)/float64(x.period))
	}
	return k.share
}

// heapTypes reports whether the sample types are those of Go's heap profile.
func heapTypes(types []SampleType) bool {
	return slices.EqualFunc(types, heapTypeNames[:], func(t SampleType, name string) bool { return t.Name == name })
}

var heapTypeNames = [...]string{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}

// defaultType chooses the sample type that is shown first: the one our table has
// for the kind, the profile's own, or the last, as pprof does.
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

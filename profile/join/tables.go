package join

import (
	"encoding/binary"
	"sync"

	"github.com/leaktop/leaktop/profile/decode"
)

// tables are the functions, locations and stacks of several profiles. Each profile numbers
// them in its own way, so they are compared by content. They are safe for concurrent use.
type tables struct {
	mu        sync.Mutex
	period    int64
	program   program
	texts     index[string]
	functions index[function]
	locations index[string] // by address and lines
	stacks    index[string] // by locations
}

// program is the main mapping: the first that has a name.
type program struct{ file, buildID int32 }

// function refers to texts.
type function struct {
	name, system, file int32
	start              int64
}

// index numbers distinct values in the order of their first use.
type index[K comparable] struct {
	numbers map[K]int32
	all     []K
}

func newIndex[K comparable]() index[K] { return index[K]{numbers: map[K]int32{}} }

// number returns the number of a value, a new one if the value is new.
func (x *index[K]) number(k K) int32 {
	n, ok := x.numbers[k]
	if !ok {
		n = int32(len(x.all)) //nolint:gosec // profiles are bounded
		x.numbers[k] = n
		x.all = append(x.all, k)
	}
	return n
}

func newTables() *tables {
	t := &tables{texts: newIndex[string](), functions: newIndex[function](), locations: newIndex[string](), stacks: newIndex[string]()}
	t.texts.number("") // pprof wants the empty text to be the first
	return t
}

// addProfile adds the stacks of a profile and returns the number of each sample's stack.
func (t *tables) addProfile(d *decode.Profile) []int32 {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.period = max(t.period, d.Period)
	if t.program == (program{}) && len(d.Mappings) > 0 {
		t.program = program{t.texts.number(string(d.Strings[d.Mappings[0].File])), t.texts.number(string(d.Strings[d.Mappings[0].BuildID]))}
	}
	functions := make([]int32, len(d.Functions))
	for i, f := range d.Functions {
		functions[i] = t.functions.number(function{
			t.texts.number(string(d.Strings[f.Name])), t.texts.number(string(d.Strings[f.System])), t.texts.number(string(d.Strings[f.File])), f.Start,
		})
	}
	var key []byte
	places := make([]int32, len(d.Locations))
	for i, l := range d.Locations {
		key = key[:0]
		if l.From == l.To { // a location without functions is identified by its address
			key = binary.AppendUvarint(append(key, 0), l.Address)
		}
		for _, line := range d.Lines[l.From:l.To] {
			key = binary.AppendVarint(binary.AppendUvarint(key, uint64(functions[line.Function])+1), line.Number)
		}
		places[i] = t.locations.number(string(key))
	}
	stacks, from := make([]int32, len(d.Ends)), int32(0)
	for i, to := range d.Ends {
		key = key[:0]
		for _, ref := range d.Refs[from:to] {
			key = binary.AppendUvarint(key, uint64(places[ref])+1)
		}
		stacks[i] = t.stacks.number(string(key))
		from = to
	}
	return stacks
}

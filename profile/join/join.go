// Package join makes one profile of several that have one sample type each, as profile
// stores keep them.
package join

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"time"

	"github.com/google/pprof/profile"
	"github.com/klauspost/compress/gzip"

	"github.com/leaktop/leaktop/profile/decode"
)

// heapTypes are the sample types of Go's heap profile, in its order.
var heapTypes = [...]string{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}

// AssumedRate is the sampling rate in bytes of a heap profile that does not say it:
// what runtime.MemProfileRate is unless a service changes it.
const AssumedRate = 512 << 10

// Joined is a profile made of several that have one sample type each.
type Joined struct {
	Data []byte // gzipped
	// IsRateAssumed reports that no part says at which rate it was sampled, so that
	// [AssumedRate] is written.
	IsRateAssumed bool
}

// Heap makes the heap profile of a moment from profiles of one sample type each, as
// profile stores return them: alloc_objects, alloc_space, inuse_objects and inuse_space,
// by name. A stack has zeros where a part does not have it.
func Heap(parts map[string][]byte, at time.Time) (Joined, error) {
	j := newJoiner()
	p := &profile.Profile{
		TimeNanos: at.UnixNano(), DefaultSampleType: "inuse_space", PeriodType: &profile.ValueType{Type: "space", Unit: "bytes"},
	}
	for i, name := range heapTypes {
		data, ok := parts[name]
		if !ok {
			return Joined{}, fmt.Errorf("join heap profile: %s is missing", name)
		}
		if err := j.addPart(data, name, i); err != nil {
			return Joined{}, fmt.Errorf("join heap profile: %s: %w", name, err)
		}
		unit := "count"
		if i%2 == 1 {
			unit = "bytes"
		}
		p.SampleType = append(p.SampleType, &profile.ValueType{Type: name, Unit: unit})
	}
	assumed := j.period <= 0
	p.Period = j.period
	if assumed {
		p.Period = AssumedRate
	}
	j.addTo(p)
	data, err := writePacked(p)
	return Joined{data, assumed}, err
}

// writePacked writes a profile quickly: it is read again soon.
func writePacked(p *profile.Profile) ([]byte, error) {
	var buf bytes.Buffer
	z, err := gzip.NewWriterLevel(&buf, gzip.BestSpeed)
	if err == nil {
		err = p.WriteUncompressed(z)
	}
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("write joined profile: %w", err)
	}
	return buf.Bytes(), nil
}

// joiner adds up profiles by stack. Each part numbers functions and locations in its own
// way, so that stacks are compared by what they say.
type joiner struct {
	period    int64
	mapping   *profile.Mapping
	functions map[joinedFunction]*profile.Function
	locations map[string]*profile.Location // by their lines
	samples   map[string]*profile.Sample   // by their locations
	order     []*profile.Sample
	all       []*profile.Location
	funcs     []*profile.Function
}

type joinedFunction struct {
	name, file string
	start      int64
}

func newJoiner() *joiner {
	return &joiner{
		functions: map[joinedFunction]*profile.Function{}, locations: map[string]*profile.Location{}, samples: map[string]*profile.Sample{},
	}
}

var errOtherType = errors.New("it has another sample type")

// addPart adds the values of one profile as those of a column.
func (j *joiner) addPart(data []byte, name string, column int) error {
	data, err := decode.Unpack(data)
	if err != nil {
		return err
	}
	d, err := new(decode.Decoder).Decode(data)
	if err != nil {
		return err
	}
	of := -1
	for i, t := range d.Types {
		if string(d.Strings[t.Name]) == name {
			of = i
		}
	}
	if of < 0 {
		if len(d.Types) != 1 {
			return errOtherType
		}
		of = 0 // some stores call the only type "value" or by its unit
	}
	j.period = max(j.period, d.Period)
	j.keepMapping(d)
	places := make([]*profile.Location, len(d.Locations))
	for i := range places {
		places[i] = j.internLocation(d, i)
	}
	var key []byte
	from := int32(0)
	for i, to := range d.Ends {
		key = key[:0]
		for _, ref := range d.Refs[from:to] {
			key = binary.AppendUvarint(key, places[ref].ID)
		}
		s := j.samples[string(key)]
		if s == nil {
			s = &profile.Sample{Value: make([]int64, len(heapTypes)), Location: make([]*profile.Location, 0, to-from)}
			for _, ref := range d.Refs[from:to] {
				s.Location = append(s.Location, places[ref])
			}
			j.samples[string(key)] = s
			j.order = append(j.order, s)
		}
		s.Value[column] += d.Values[i*len(d.Types)+of]
		from = to
	}
	return nil
}

// keepMapping keeps the first mapping that has a name: the program.
func (j *joiner) keepMapping(d *decode.Profile) {
	if j.mapping != nil || len(d.Mappings) == 0 {
		return
	}
	m := d.Mappings[0]
	j.mapping = &profile.Mapping{
		ID: 1, File: string(d.Strings[m.File]), BuildID: string(d.Strings[m.BuildID]),
		HasFunctions: true, HasFilenames: true, HasLineNumbers: true, HasInlineFrames: true,
	}
}

// internLocation returns the location that says the same as the one at an index. One
// without functions is known by its address.
func (j *joiner) internLocation(d *decode.Profile, i int) *profile.Location {
	l := d.Locations[i]
	var key []byte
	lines := make([]profile.Line, 0, l.To-l.From)
	for _, line := range d.Lines[l.From:l.To] {
		f := j.internFunction(d, line.Function)
		lines = append(lines, profile.Line{Function: f, Line: line.Number})
		key = binary.AppendVarint(binary.AppendUvarint(key, f.ID), line.Number)
	}
	out := &profile.Location{ID: uint64(len(j.all) + 1), Mapping: j.mapping, Line: lines}
	if len(lines) == 0 {
		key = binary.AppendUvarint(append(key, 0), l.Address)
		out.Address = l.Address
	}
	if known := j.locations[string(key)]; known != nil {
		return known
	}
	j.locations[string(key)] = out
	j.all = append(j.all, out)
	return out
}

func (j *joiner) internFunction(d *decode.Profile, i int32) *profile.Function {
	f := d.Functions[i]
	key := joinedFunction{string(d.Strings[f.Name]), string(d.Strings[f.File]), f.Start}
	out := j.functions[key]
	if out == nil {
		out = &profile.Function{
			ID: uint64(len(j.funcs) + 1), Name: key.name, SystemName: string(d.Strings[f.System]), Filename: key.file, StartLine: f.Start,
		}
		j.functions[key] = out
		j.funcs = append(j.funcs, out)
	}
	return out
}

func (j *joiner) addTo(p *profile.Profile) {
	p.Sample, p.Location, p.Function = j.order, j.all, j.funcs
	if j.mapping != nil {
		p.Mapping = []*profile.Mapping{j.mapping}
	}
}

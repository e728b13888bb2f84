package profile

import (
	"errors"
	"hash/maphash"
	"math"
)

// decoded is a profile in columns, with references resolved to indexes. Its memory
// is reused for the next profile, so no part of it may be retained.
type decoded struct {
	strings     [][]byte
	types       []valueType
	functions   []protoFunction
	mappings    []protoMapping
	locations   []protoLocation
	lines       []protoLine
	known       []bool  // by sample: whether it has the stack of the last profile's sample at the same position
	written     []span  // where the stack of a sample is in the data; empty if it is in several places
	refs        []int32 // locations of the samples that are not known, by index, leaf first
	ends        []int32 // where the refs of a sample end
	values      []int64 // of all samples, one per type
	sizes       []int64 // the "bytes" label of a sample; noSize if there is not just one
	time        int64   // nanoseconds
	duration    int64   // nanoseconds
	period      int64
	periodType  valueType
	defaultType uint64 // a string
	frames      int64  // of all samples, inlined calls included
}

// noSize means that a sample does not give the size of its objects.
const noSize = math.MinInt64

// valueType refers to two strings.
type valueType struct{ name, unit uint64 }

// protoFunction refers to strings.
type protoFunction struct {
	id                 uint64
	name, system, file uint64
	start              int64
}

// protoMapping refers to strings.
type protoMapping struct{ id, file, buildID uint64 }

type protoLocation struct {
	id, address uint64
	mapping     int32 // index, -1 for none
	from, to    int32 // its lines
}

type protoLine struct {
	functionID uint64
	function   int32 // index
	number     int64
}

// Bounds on the columns: together they take at most 64 MB.
const (
	maxEntries = 500_000 // samples, locations, functions, mappings and strings
	maxFields  = 4 << 20 // these, and whatever else there is at the top
	maxLines   = 500_000
	maxRefs    = 4 << 20
	maxValues  = 2 << 20
)

var (
	// errMalformed means that data is not a valid profile in protobuf, as
	// google/pprof judges it; it may be one in an older format.
	errMalformed = errors.New("it is no valid profile")
	// errExpression means that frames are to be left out by an expression. Such
	// profiles are left to google/pprof, since services do not write them.
	errExpression     = errors.New("it has an expression for frames to leave out")
	errValuesTooLarge = errors.New("its values are larger than there can be")
	errNoTypes        = errors.New("it has no sample types, so it is no profile")
)

// decoder decodes profiles in protobuf, one after another. Tables equal to those of
// the last profile are not decoded again, and a sample encoded like the last
// profile's next sample has the same stack.
type decoder struct {
	decoded
	data     []byte
	bodies   []span   // of samples, which refer to what comes after them
	rest     []span   // of all else but the time
	tables   [][]byte // of locations, which refer to what comes after them
	timeSpan span
	dropped  uint64 // the string of drop_frames
	keep     uint64
	comments int
	arena    []byte // the bytes of the strings
	ids      idIndex
	widths   []int32 // frames of a location
	bytesKey uint64  // a string that is "bytes", if hasKey
	hasKey   bool
	seed     maphash.Seed
	hash     uint64 // of the tables, 0 for none
}

// span is a range of the data.
type span struct{ from, to int32 }

func (s span) bytesOf(data []byte) []byte { return data[s.from:s.to] }

// before holds the parts of the last profile that the next one may repeat.
type before struct {
	data    []byte
	samples []sampleBefore
}

// sampleBefore is a sample of the last profile: its encoded stack, and the decoded
// sample.
type sampleBefore struct {
	written span
	frames  int32
	stack   *Stack
}

// decodeProto reads a profile and validates it as google/pprof does. The contents
// of d are valid until the next call. sameTables reports that everything but the
// samples and the time equals the last profile; only then may last be used.
func (d *decoder) decodeProto(data []byte, last *before) (sameTables bool, err error) {
	d.data = data
	if err := d.findEntries(); err != nil {
		return false, err
	}
	if hash := d.hashTables(); hash != d.hash {
		d.hash = 0
		d.resetColumns()
		last = nil
		if err := d.readTables(); err != nil {
			return false, err
		}
		d.hash = hash
	} else {
		sameTables = true
	}
	if err := d.readSamples(last); err != nil {
		return sameTables, err
	}
	if d.isBeyond() {
		return sameTables, errValuesTooLarge
	}
	return sameTables, nil
}

// hashTables returns a hash of everything but the samples and the time; it is never
// 0.
func (d *decoder) hashTables() uint64 {
	if d.seed == (maphash.Seed{}) {
		d.seed = maphash.MakeSeed()
	}
	var h maphash.Hash
	h.SetSeed(d.seed)
	for _, s := range d.rest {
		_, _ = h.Write(s.bytesOf(d.data))
	}
	return h.Sum64() | 1
}

// resetColumns empties the columns of the tables.
func (d *decoder) resetColumns() {
	x := &d.decoded
	x.strings, x.types, x.functions, x.mappings = x.strings[:0], x.types[:0], x.functions[:0], x.mappings[:0]
	x.locations, x.lines = x.locations[:0], x.lines[:0]
	x.duration, x.period, x.periodType, x.defaultType = 0, 0, valueType{}, 0
	d.tables, d.widths, d.arena = d.tables[:0], d.widths[:0], d.arena[:0]
	d.dropped, d.keep, d.comments, d.hasKey = 0, 0, 0, false
}

// isBeyond reports whether values are so large that their sums could overflow. A
// service that allocates 10 GB a second takes 14 years to get there.
func (d *decoded) isBeyond() bool {
	n := len(d.types)
	for t := range n {
		sum := 0.0
		for i := t; i < len(d.values); i += n {
			sum += math.Abs(float64(d.values[i]))
		}
		if sum > 1<<62 {
			return true
		}
	}
	return false
}

// idIndex finds the index of an entry by its ID. Most profiles number IDs from 1,
// so that no lookup table is needed.
type idIndex struct {
	n    uint64 // number of entries, if IDs are numbered from 1
	byID map[uint64]int32
}

// indexIDs records the IDs of n entries. It returns false if an ID is 0 or occurs
// twice.
func (x *idIndex) indexIDs(n int, id func(i int) uint64) bool {
	x.n = uint64(n)
	clear(x.byID)
	counted := true
	for i := range n {
		counted = counted && id(i) == uint64(i+1)
	}
	if counted {
		return true
	}
	x.n = 0
	if x.byID == nil {
		x.byID = map[uint64]int32{}
	}
	for i := range n {
		v := id(i)
		if v == 0 {
			return false
		}
		x.byID[v] = int32(i)
	}
	return len(x.byID) == n
}

// indexOf returns the index of an entry, or -1 if there is none.
func (x *idIndex) indexOf(id uint64) int32 {
	if x.n > 0 || len(x.byID) == 0 {
		if id-1 < x.n { // 0 wraps around
			return int32(id - 1)
		}
		return -1
	}
	if i, ok := x.byID[id]; ok {
		return i
	}
	return -1
}

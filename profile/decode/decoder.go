package decode

import (
	"errors"
	"hash/maphash"
	"slices"
)

var (
	// ErrMalformed means that data is not a valid profile, as google/pprof judges it.
	ErrMalformed = errors.New("it is not a valid profile")
	// ErrValuesTooLarge means that the sums of a profile's values could overflow.
	ErrValuesTooLarge = errors.New("its values are impossibly large")
	// errExpression means that frames are to be left out by an expression. Such
	// profiles are left to google/pprof, since services do not write them.
	errExpression = errors.New("it has an expression for frames to leave out")
	errNoTypes    = errors.New("it has no sample types, so it is not a profile")
)

// Decoder decodes profiles, one after another, and reuses the memory. What it keeps
// of the last one saves most of the work: only samples that differ are decoded, as
// long as nothing else does; tables equal to the last profile's are not decoded
// again; and a sample encoded like the last profile's sample at the same position
// has the same stack.
type Decoder struct {
	p        Profile
	unpacker unpacker
	data     []byte
	segments []segment // of data
	samples  int       // of data
	changes  int       // how many profiles in a row decodeChanges has decoded
	widths   []int32   // by sample: its number of frames
	last     before
	tables   [][]byte // of locations, which refer to what comes after them
	dropped  uint64   // the string of drop_frames
	keep     uint64
	comments int
	arena    []byte // the bytes of the strings
	ids      idIndex
	lines    []int32 // by location: its number of frames
	bytesKey uint64  // a string that is "bytes", if hasKey
	hasKey   bool
	seed     maphash.Seed
	hash     uint64 // of the tables, 0 for none
}

// before is the part of the last profile that is compared with the next one. The data of
// a large profile takes megabytes; the hashes of its segments take a tenth of that, and
// are keyed, so that a target cannot make different segments have the same hash.
type before struct {
	isSet    bool
	segments []segment
	hashes   []segmentHash
	widths   []int32
}

// segmentHash is the hash of a segment, and that of the stack of a sample.
type segmentHash struct{ whole, stack uint64 }

// Unpack removes all layers of gzip from a stored profile. The result is valid until
// the next call, unless [Decoder.Keep] keeps it.
func (d *Decoder) Unpack(stored []byte) ([]byte, error) { return d.unpacker.unpackAll(stored) }

// Decode decodes an unpacked profile: protobuf, or one of the older formats. It
// accepts what google/pprof accepts within the bounds. The result is valid until
// the next call.
func (d *Decoder) Decode(data []byte) (*Profile, error) {
	err := d.decodeProto(data)
	switch {
	case errors.Is(err, errExpression), errors.Is(err, ErrMalformed):
		read := DecodeLegacy
		if errors.Is(err, errExpression) {
			read = decodeByPprof
		}
		d.Forget()
		d.hash = 0
		p, err := read(data)
		if err != nil {
			return nil, err
		}
		return convertFromPprof(p), nil
	case err != nil:
		d.Forget()
		return nil, err
	}
	return &d.p, nil
}

// Frames returns the number of frames in the samples that the last call of Decode
// read, even if it failed.
func (d *Decoder) Frames() int64 { return d.p.Frames }

// decodeProto decodes a profile in protobuf into d.p, and validates it as google/pprof
// does.
func (d *Decoder) decodeProto(data []byte) error {
	d.data, d.p.Frames, d.p.SameStacks = data, 0, false
	if d.seed == (maphash.Seed{}) {
		d.seed = maphash.MakeSeed()
	}
	if d.decodeChanges() {
		return d.checkValues()
	}
	d.p.Changed, d.changes = d.p.Changed[:0], 0
	if err := d.findSegments(); err != nil {
		return err
	}
	hash := d.hashTables()
	if d.p.SameTables = hash == d.hash; !d.p.SameTables {
		d.hash = 0
		d.Forget()
		d.resetColumns()
		if err := d.readTables(); err != nil {
			return err
		}
		d.hash = hash
	}
	if err := d.readSamples(); err != nil {
		return err
	}
	return d.checkValues()
}

func (d *Decoder) checkValues() error {
	if d.p.isBeyond() {
		return ErrValuesTooLarge
	}
	return nil
}

// DecodeAllSamples decodes the samples of the newest profile again, so that none of them
// is Known, for a caller that has forgotten the stacks of the last profile.
func (d *Decoder) DecodeAllSamples() error {
	if d.p.SameStacks { // else decodeChanges has not updated the last segments
		d.segments, d.last.segments = d.last.segments, d.segments
	}
	d.Forget()
	d.p.Changed, d.p.SameStacks = d.p.Changed[:0], false
	return d.readSamples()
}

// Keep makes the newest profile the one with which the next is compared. The caller must
// remember the stack of each of its samples. It has no effect on profiles that
// google/pprof has decoded.
func (d *Decoder) Keep() {
	if d.hash == 0 || d.p.SameStacks { // decodeChanges has updated them
		return
	}
	d.last.segments, d.segments = d.segments, d.last.segments
	d.last.widths, d.widths = d.widths, d.last.widths
	d.hashSegments()
	d.last.isSet = true
}

// hashSegments computes the hashes of the last profile.
func (d *Decoder) hashSegments() {
	d.last.hashes = slices.Grow(d.last.hashes[:0], len(d.last.segments))
	for _, s := range d.last.segments {
		h := segmentHash{whole: d.hashOf(d.data[s.from:s.to])}
		if s.kind == sampleSegment {
			h.stack = d.hashOf(d.data[s.body:s.stack])
		}
		d.last.hashes = append(d.last.hashes, h)
	}
}

func (d *Decoder) hashOf(b []byte) uint64 { return maphash.Bytes(d.seed, b) }

// Forget makes no sample of the next profile Known.
func (d *Decoder) Forget() { d.last.isSet = false }

// IsRepeat reports whether unpacked data equals the last profile except for its time.
func (d *Decoder) IsRepeat(data []byte) bool {
	if !d.last.isSet {
		return false
	}
	for i, s := range d.last.segments {
		switch size := int(s.to - s.from); {
		case s.kind == timeSegment:
			_, rest, ok := cutTime(data)
			if !ok {
				return false
			}
			data = rest
		case !d.beginsWith(data, size, d.last.hashes[i].whole):
			return false
		default:
			data = data[size:]
		}
	}
	return len(data) == 0
}

// MemorySize returns the approximate memory of the decoder, in bytes.
func (d *Decoder) MemorySize() int {
	return cap(d.unpacker.buffer) + 4*cap(d.p.Refs) + 80*len(d.last.segments)
}

// hashTables returns a hash of everything but the samples and the time; it is never
// 0.
func (d *Decoder) hashTables() uint64 {
	var h maphash.Hash
	h.SetSeed(d.seed)
	for i := range d.segments {
		if s := &d.segments[i]; s.kind == tableSegment {
			_, _ = h.Write(d.data[s.from:s.to])
		}
	}
	return h.Sum64() | 1
}

// resetColumns empties the columns of the tables.
func (d *Decoder) resetColumns() {
	x := &d.p
	x.Strings, x.Types, x.Functions, x.Mappings = x.Strings[:0], x.Types[:0], x.Functions[:0], x.Mappings[:0]
	x.Locations, x.Lines = x.Locations[:0], x.Lines[:0]
	x.Duration, x.Period, x.PeriodType, x.DefaultType = 0, 0, ValueType{}, 0
	d.tables, d.lines, d.arena = d.tables[:0], d.lines[:0], d.arena[:0]
	d.dropped, d.keep, d.comments, d.hasKey = 0, 0, 0, false
}

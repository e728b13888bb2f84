package decode

import "slices"

// readSamples reads the samples, once the entries they refer to are known.
func (d *Decoder) readSamples() error {
	p := &d.p
	p.Known, p.Refs, p.Ends, p.Values, p.Sizes, p.Frames = p.Known[:0], p.Refs[:0], p.Ends[:0], p.Values[:0], p.Sizes[:0], 0
	d.widths = d.widths[:0]
	d.reserveSamples()
	last := d.last.samples()
	for i := range d.segments {
		s := &d.segments[i]
		if s.kind != sampleSegment {
			continue
		}
		size, hash, width := last.next()
		known := d.readAgain(s, size, hash)
		if !known {
			before := p.Frames
			if !d.readSample(s) {
				return ErrMalformed
			}
			width = int32(p.Frames - before)
		} else {
			p.Frames += int64(width)
		}
		p.Known, d.widths = appendDoubling(p.Known, known), appendDoubling(d.widths, width)
		p.Ends = appendDoubling(p.Ends, int32(len(p.Refs)))
		switch {
		case len(p.Refs) > MaxRefs || p.Frames > maxTotalFrames:
			return tooLarge("its samples have more than %d million frames", maxTotalFrames>>20)
		case len(p.Values) > MaxValues:
			return tooLarge("its samples have more than %d million values", MaxValues>>20)
		case len(p.Values) != len(p.Types)*len(p.Ends):
			return ErrMalformed
		}
	}
	return nil
}

// reserveSamples makes room for the samples that were found.
func (d *Decoder) reserveSamples() {
	p, n := &d.p, d.samples
	p.Known, p.Ends, p.Sizes, d.widths = slices.Grow(p.Known, n), slices.Grow(p.Ends, n), slices.Grow(p.Sizes, n), slices.Grow(d.widths, n)
	p.Values = slices.Grow(p.Values, min(n*len(p.Types), len(d.data)))
}

// samplesBefore goes through the samples of the last profile.
type samplesBefore struct {
	last            *before
	segment, sample int // the next
}

func (b *before) samples() samplesBefore {
	if !b.isSet {
		return samplesBefore{last: &before{}}
	}
	return samplesBefore{last: b}
}

// next returns the size and hash of the next sample's stack as it was encoded, and its
// number of frames. The size is 0 if there are no more samples, or if the stack is in
// several places.
func (x *samplesBefore) next() (size int, hash uint64, frames int32) {
	for ; x.segment < len(x.last.segments); x.segment++ {
		s := &x.last.segments[x.segment]
		if s.kind == sampleSegment {
			x.segment++
			x.sample++
			return int(s.stack - s.body), x.last.hashes[x.segment-1].stack, x.last.widths[x.sample-1]
		}
	}
	return 0, 0, 0
}

// readAgain reads a sample whose stack is encoded like that of the last profile's
// sample at the same position, as most are; that stack had this size and hash.
func (d *Decoder) readAgain(s *segment, size int, hash uint64) bool {
	body := d.data[s.body:s.to]
	if !d.beginsWith(body, size, hash) {
		return false
	}
	rest := body[size:]
	values, label, ok := d.readUsual(rest, d.p.Values)
	if ok {
		d.p.Values, d.p.Sizes = values, appendDoubling(d.p.Sizes, label)
	} else if _, ok := d.readFields(rest, false); !ok {
		return false // its stack is longer, or it is damaged
	}
	s.stack = s.body + int32(size)
	return true
}

// readSample reads a sample of any valid encoding.
func (d *Decoder) readSample(s *segment) bool {
	stack, ok := d.readFields(d.data[s.body:s.to], true)
	s.stack = s.body + stack
	return ok
}

// The first byte of a length-delimited field, as it is usually encoded.
const (
	usualValues = FieldValue<<3 | wireBytes
	usualLabel  = FieldLabel<<3 | wireBytes
)

// readUsual reads the values and the label of a sample if they are encoded as Go
// does: packed, and in fewer than 128 bytes each. It appends the values to a column.
// Otherwise it returns false: [Decoder.readFields] reads every valid encoding.
func (d *Decoder) readUsual(b []byte, to []int64) (values []int64, size int64, ok bool) {
	if len(b) < 2 || b[0] != usualValues || b[1] >= 0x80 || int(b[1]) > len(b)-2 {
		return to, 0, false
	}
	packed, rest := b[2:2+b[1]], b[2+b[1]:]
	size = NoSize
	if len(rest) > 0 {
		if len(rest) < 2 || rest[0] != usualLabel || int(rest[1]) != len(rest)-2 {
			return to, 0, false
		}
		is, v, ok := d.readLabel(field{wire: wireBytes, body: rest[2:]})
		if !ok {
			return to, 0, false
		}
		if is {
			size = v
		}
	}
	values = to
	for len(packed) > 0 {
		v, n := uint64(packed[0]), 1
		if v >= 0x80 {
			if v, n = cutUvarint(packed); n == 0 {
				return to, 0, false
			}
		}
		packed = packed[n:]
		values = appendDoubling(values, int64(v))
	}
	return values, size, true
}

// readFields reads the fields of a sample. written is how many bytes its stack
// takes at the beginning, or 0 if it is not contiguous there. If stack is false, a
// stack in the sample is an error.
func (d *Decoder) readFields(b []byte, stack bool) (written int32, ok bool) {
	values, refs := len(d.p.Values), len(d.p.Refs)
	size, sizes, all := int64(NoSize), 0, len(b)
	for len(b) > 0 {
		f, rest, whole := cutField(b)
		if ok = whole; !ok {
			break
		}
		switch f.number {
		case FieldRef:
			ok = stack && d.readRefs(f)
			if written == int32(all-len(b)) { // the stack has been the only content so far
				written = int32(all - len(rest))
			} else {
				written = -1
			}
		case FieldValue:
			ok = d.readValues(f)
		case FieldLabel:
			var is bool
			var v int64
			if is, v, ok = d.readLabel(f); is {
				size = v
				sizes++
			}
		}
		// A single sample may be the whole profile.
		if b = rest; !ok || len(d.p.Refs) > MaxRefs || len(d.p.Values) > MaxValues {
			break
		}
	}
	if !ok && all > 0 {
		d.p.Values, d.p.Refs = d.p.Values[:values], d.p.Refs[:refs]
		return 0, false
	}
	if sizes != 1 {
		size = NoSize
	}
	d.p.Sizes = appendDoubling(d.p.Sizes, size)
	return max(written, 0), true
}

// readRefs reads references to locations, packed or one by one.
func (d *Decoder) readRefs(f field) bool {
	if f.wire == wireVarint {
		return d.readRef(f.value)
	}
	if f.wire != wireBytes {
		return false
	}
	for b := f.body; len(b) > 0 && len(d.p.Refs) <= MaxRefs; {
		id, n := uint64(b[0]), 1
		if id >= 0x80 {
			if id, n = cutUvarint(b); n == 0 {
				return false
			}
		}
		b = b[n:]
		if !d.readRef(id) {
			return false
		}
	}
	return true
}

func (d *Decoder) readRef(id uint64) bool {
	i := d.ids.indexOf(id)
	if i < 0 {
		return false
	}
	d.p.Refs = appendDoubling(d.p.Refs, i)
	d.p.Frames += int64(d.lines[i])
	return true
}

// readValues reads values, packed or one by one.
func (d *Decoder) readValues(f field) bool {
	if f.wire == wireVarint {
		d.p.Values = appendDoubling(d.p.Values, int64(f.value))
		return true
	}
	if f.wire != wireBytes {
		return false
	}
	for b := f.body; len(b) > 0 && len(d.p.Values) <= MaxValues; {
		v, n := cutUvarint(b)
		if n == 0 {
			return false
		}
		b = b[n:]
		d.p.Values = appendDoubling(d.p.Values, int64(v))
	}
	return true
}

// readLabel reads a label. is reports that it gives the size of the objects, v.
func (d *Decoder) readLabel(f field) (is bool, v int64, ok bool) {
	var n [5]uint64
	if f.wire != wireBytes || !readNumbers(f.body, n[:]) {
		return false, 0, false
	}
	key, text, num, unit := n[FieldLabelKey], n[FieldLabelText], n[FieldLabelNum], n[FieldLabelUnit]
	most := uint64(len(d.p.Strings))
	if key >= most || text >= most || text == 0 && unit >= most {
		return false, 0, false
	}
	if text != 0 || num == 0 && unit == 0 || !d.isBytes(key) {
		return false, 0, true
	}
	return true, max(int64(num), NoSize+1), true
}

// isBytes reports whether a string is "bytes", as nearly all label keys are.
func (d *Decoder) isBytes(key uint64) bool {
	if d.hasKey && key == d.bytesKey {
		return true
	}
	if string(d.p.Strings[key]) != "bytes" {
		return false
	}
	d.bytesKey, d.hasKey = key, true
	return true
}

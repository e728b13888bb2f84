package decode

import "bytes"

// readSamples reads the samples, once the entries they refer to are known.
func (d *Decoder) readSamples() error {
	p := &d.p
	p.Known, p.Refs, p.Ends, p.Values, p.Sizes, p.Frames = p.Known[:0], p.Refs[:0], p.Ends[:0], p.Values[:0], p.Sizes[:0], 0
	d.written, d.widths = d.written[:0], d.widths[:0]
	for i, s := range d.bodies {
		if !d.readAgain(i, s) {
			before := p.Frames
			written, ok := d.readSample(s.bytesOf(d.data), true)
			if !ok {
				return ErrMalformed
			}
			p.Known = appendDoubling(p.Known, false)
			d.written, d.widths = appendDoubling(d.written, span{s.from, s.from + written}), appendDoubling(d.widths, int32(p.Frames-before))
		}
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

// readAgain reads a sample whose stack is encoded like that of the last profile's
// sample at the same position, as most are.
func (d *Decoder) readAgain(i int, s span) bool {
	if i >= len(d.last.written) {
		return false
	}
	old := d.last.written[i]
	rest, same := bytes.CutPrefix(s.bytesOf(d.data), old.bytesOf(d.last.data))
	if !same || old.from == old.to {
		return false
	}
	if !d.readUsual(rest) {
		if _, ok := d.readSample(rest, false); !ok {
			return false // its stack is longer, or it is damaged
		}
	}
	d.p.Known = appendDoubling(d.p.Known, true)
	d.written = appendDoubling(d.written, span{s.from, s.to - int32(len(rest))})
	d.widths = appendDoubling(d.widths, d.last.widths[i])
	d.p.Frames += int64(d.last.widths[i])
	return true
}

// The first byte of a length-delimited field, as it is usually encoded.
const (
	usualValues = FieldValue<<3 | wireBytes
	usualLabel  = FieldLabel<<3 | wireBytes
)

// readUsual reads the values and the label of a sample if they are encoded as Go
// does: packed, and in fewer than 128 bytes each. Otherwise it returns false and
// reads nothing: [Decoder.readSample] reads every valid encoding.
func (d *Decoder) readUsual(b []byte) bool {
	if len(b) < 2 || b[0] != usualValues || b[1] >= 0x80 || int(b[1]) > len(b)-2 {
		return false
	}
	packed, rest := b[2:2+b[1]], b[2+b[1]:]
	size := int64(NoSize)
	if len(rest) > 0 {
		if len(rest) < 2 || rest[0] != usualLabel || int(rest[1]) != len(rest)-2 {
			return false
		}
		is, v, ok := d.readLabel(field{wire: wireBytes, body: rest[2:]})
		if !ok {
			return false
		}
		if is {
			size = v
		}
	}
	had := len(d.p.Values)
	for len(packed) > 0 {
		v, n := uint64(packed[0]), 1
		if v >= 0x80 {
			if v, n = cutUvarint(packed); n == 0 {
				d.p.Values = d.p.Values[:had]
				return false
			}
		}
		packed = packed[n:]
		d.p.Values = appendDoubling(d.p.Values, int64(v))
	}
	d.p.Sizes = appendDoubling(d.p.Sizes, size)
	return true
}

// readSample reads the fields of a sample. written is how many bytes its stack
// takes at the beginning, or 0 if it is not contiguous there. If stack is false, a
// stack in the sample is an error.
func (d *Decoder) readSample(b []byte, stack bool) (written int32, ok bool) {
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

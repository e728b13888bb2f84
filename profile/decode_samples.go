package profile

import "bytes"

// readSamples reads the samples, once the entries they refer to are known.
func (d *decoder) readSamples(last *before) error {
	d.known, d.written, d.refs, d.ends = d.known[:0], d.written[:0], d.refs[:0], d.ends[:0]
	d.values, d.sizes, d.frames = d.values[:0], d.sizes[:0], 0
	for i, s := range d.bodies {
		if !d.readAgain(last, i, s) {
			written, ok := d.readSample(s.bytesOf(d.data), true)
			if !ok {
				return errMalformed
			}
			d.known, d.written = appendDoubling(d.known, false), appendDoubling(d.written, span{s.from, s.from + written})
		}
		d.ends = appendDoubling(d.ends, int32(len(d.refs)))
		switch {
		case len(d.refs) > maxRefs || d.frames > maxTotalFrames:
			return tooLarge("its samples have more than %d million frames", maxTotalFrames>>20)
		case len(d.values) > maxValues:
			return tooLarge("its samples have more than %d million values", maxValues>>20)
		case len(d.values) != len(d.types)*len(d.ends):
			return errMalformed
		}
	}
	return nil
}

// readAgain reads a sample whose stack is encoded like that of the last profile's
// sample at the same position, as most are.
func (d *decoder) readAgain(last *before, i int, s span) bool {
	if last == nil || i >= len(last.samples) {
		return false
	}
	old := &last.samples[i]
	rest, same := bytes.CutPrefix(s.bytesOf(d.data), old.written.bytesOf(last.data))
	if !same || old.written.from == old.written.to {
		return false
	}
	if !d.readUsual(rest) {
		if _, ok := d.readSample(rest, false); !ok {
			return false // its stack is longer, or it is damaged
		}
	}
	d.known = appendDoubling(d.known, true)
	d.written = appendDoubling(d.written, span{s.from, s.to - int32(len(rest))})
	d.frames += int64(old.frames)
	return true
}

// The first byte of a length-delimited field, as it is usually encoded.
const (
	usualValues = fieldValue<<3 | wireBytes
	usualLabel  = fieldLabel<<3 | wireBytes
)

// readUsual reads the values and the label of a sample if they are encoded as Go
// does: packed, and in fewer than 128 bytes each. Otherwise it returns false and
// reads nothing: [decoder.readSample] reads every valid encoding.
func (d *decoder) readUsual(b []byte) bool {
	if len(b) < 2 || b[0] != usualValues || b[1] >= 0x80 || int(b[1]) > len(b)-2 {
		return false
	}
	packed, rest := b[2:2+b[1]], b[2+b[1]:]
	size := int64(noSize)
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
	had := len(d.values)
	for len(packed) > 0 {
		v, n := uint64(packed[0]), 1
		if v >= 0x80 {
			if v, n = cutUvarint(packed); n == 0 {
				d.values = d.values[:had]
				return false
			}
		}
		packed = packed[n:]
		d.values = appendDoubling(d.values, int64(v))
	}
	d.sizes = appendDoubling(d.sizes, size)
	return true
}

// readSample reads the fields of a sample. written is how many bytes its stack
// takes at the beginning, or 0 if it is not contiguous there. If stack is false, a
// stack in the sample is an error.
func (d *decoder) readSample(b []byte, stack bool) (written int32, ok bool) {
	values, refs := len(d.values), len(d.refs)
	size, sizes, all := int64(noSize), 0, len(b)
	for len(b) > 0 {
		f, rest, whole := cutField(b)
		if ok = whole; !ok {
			break
		}
		switch f.number {
		case fieldRef:
			ok = stack && d.readRefs(f)
			if written == int32(all-len(b)) { // the stack has been the only content so far
				written = int32(all - len(rest))
			} else {
				written = -1
			}
		case fieldValue:
			ok = d.readValues(f)
		case fieldLabel:
			var is bool
			var v int64
			if is, v, ok = d.readLabel(f); is {
				size = v
				sizes++
			}
		}
		// A single sample may be the whole profile.
		if b = rest; !ok || len(d.refs) > maxRefs || len(d.values) > maxValues {
			break
		}
	}
	if !ok && all > 0 {
		d.values, d.refs = d.values[:values], d.refs[:refs]
		return 0, false
	}
	if sizes != 1 {
		size = noSize
	}
	d.sizes = appendDoubling(d.sizes, size)
	return max(written, 0), true
}

// readRefs reads references to locations, packed or one by one.
func (d *decoder) readRefs(f field) bool {
	if f.wire == wireVarint {
		return d.readRef(f.value)
	}
	if f.wire != wireBytes {
		return false
	}
	for b := f.body; len(b) > 0 && len(d.refs) <= maxRefs; {
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

func (d *decoder) readRef(id uint64) bool {
	i := d.ids.indexOf(id)
	if i < 0 {
		return false
	}
	d.refs = appendDoubling(d.refs, i)
	d.frames += int64(d.widths[i])
	return true
}

// readValues reads values, packed or one by one.
func (d *decoder) readValues(f field) bool {
	if f.wire == wireVarint {
		d.values = appendDoubling(d.values, int64(f.value))
		return true
	}
	if f.wire != wireBytes {
		return false
	}
	for b := f.body; len(b) > 0 && len(d.values) <= maxValues; {
		v, n := cutUvarint(b)
		if n == 0 {
			return false
		}
		b = b[n:]
		d.values = appendDoubling(d.values, int64(v))
	}
	return true
}

// readLabel reads a label. is reports that it gives the size of the objects, v.
func (d *decoder) readLabel(f field) (is bool, v int64, ok bool) {
	var n [5]uint64
	if f.wire != wireBytes || !readNumbers(f.body, n[:]) {
		return false, 0, false
	}
	key, text, num, unit := n[fieldLabelKey], n[fieldLabelText], n[fieldLabelNum], n[fieldLabelUnit]
	most := uint64(len(d.strings))
	if key >= most || text >= most || text == 0 && unit >= most {
		return false, 0, false
	}
	if text != 0 || num == 0 && unit == 0 || !d.isBytes(key) {
		return false, 0, true
	}
	return true, max(int64(num), noSize+1), true
}

// isBytes reports whether a string is "bytes", as nearly all label keys are.
func (d *decoder) isBytes(key uint64) bool {
	if d.hasKey && key == d.bytesKey {
		return true
	}
	if string(d.strings[key]) != "bytes" {
		return false
	}
	d.bytesKey, d.hasKey = key, true
	return true
}

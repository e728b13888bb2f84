package profile

// readSamples reads the samples, now that what they refer to is known.
func (d *decoder) readSamples() error {
	for _, b := range d.bodies {
		if err := d.readSample(b); err != nil {
			return err
		}
		switch {
		case len(d.refs) > maxRefs || d.frames > maxTotalFrames:
			return tooLarge("its samples have more than %d million frames", maxTotalFrames>>20)
		case len(d.values) > maxValues:
			return tooLarge("its samples have more than %d million values", maxValues>>20)
		case len(d.values) != len(d.types)*(len(d.ends)+1):
			return errMalformed
		}
		d.ends = push(d.ends, int32(len(d.refs)))
	}
	return nil
}

func (d *decoder) readSample(b []byte) error {
	size, sizes := int64(noSize), 0
	for len(b) > 0 {
		f, rest, ok := cutField(b)
		if !ok {
			return errMalformed
		}
		b = rest
		switch f.number {
		case fieldRef:
			ok = d.readRefs(f)
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
		if !ok {
			return errMalformed
		}
		// One sample alone may be the whole of a profile.
		if len(d.refs) > maxRefs || len(d.values) > maxValues {
			break
		}
	}
	if sizes != 1 {
		size = noSize
	}
	d.sizes = push(d.sizes, size)
	return nil
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
	i := d.ids.find(id)
	if i < 0 {
		return false
	}
	d.refs = push(d.refs, i)
	d.frames += int64(d.widths[i])
	return true
}

// readValues reads values, packed or one by one.
func (d *decoder) readValues(f field) bool {
	if f.wire == wireVarint {
		d.values = push(d.values, int64(f.value))
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
		d.values = push(d.values, int64(v))
	}
	return true
}

// readLabel reads a label. is says that it is the size of the objects, v.
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

// isBytes reports whether a string is "bytes", which nearly all labels are called.
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

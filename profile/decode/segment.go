package decode

// segment is a range of the data that is decoded, or repeated, as a whole.
type segment struct {
	from, to int32
	body     int32 // of a sample: where it begins, after its length
	stack    int32 // of a sample: where its stack ends, which begins the body; body if it does not
	kind     segmentKind
}

type segmentKind uint8

const (
	tableSegment  segmentKind = iota // one or more fields other than those below
	sampleSegment                    // a sample
	timeSegment                      // the time at which the profile was taken
)

// cutTime cuts the time off the front of b.
func cutTime(b []byte) (nanos int64, rest []byte, ok bool) {
	if len(b) == 0 {
		return 0, nil, false
	}
	f, rest, ok := cutField(b)
	return int64(f.value), rest, ok && f.number == FieldTimeNanos && f.wire == wireVarint
}

// findSegments divides the data into segments.
func (d *Decoder) findSegments() error {
	d.segments, d.p.Time = d.segments[:0], 0
	fields, samples, at := 0, 0, int32(0)
	for b := d.data; len(b) > 0; {
		f, rest, ok := cutField(b)
		if !ok {
			return ErrMalformed
		}
		b = rest
		if fields++; fields > MaxFields || samples > MaxEntries {
			return tooLarge("it has more than %d samples, or %d million fields", MaxEntries, MaxFields>>20)
		}
		next := int32(len(d.data) - len(b))
		switch {
		case f.number == FieldSample && f.wire == wireBytes:
			samples++
			d.addSegment(segment{from: at, to: next, body: next - int32(len(f.body)), kind: sampleSegment})
		case f.number == FieldTimeNanos:
			if f.wire != wireVarint || d.p.Time != 0 {
				return ErrMalformed // or two profiles, one after another
			}
			d.p.Time = int64(f.value)
			d.addSegment(segment{from: at, to: next, kind: timeSegment})
		case len(d.segments) > 0 && d.segments[len(d.segments)-1].kind == tableSegment:
			d.segments[len(d.segments)-1].to = next
		default:
			d.addSegment(segment{from: at, to: next, kind: tableSegment})
		}
		at = next
	}
	d.samples = samples
	return nil
}

func (d *Decoder) addSegment(s segment) { d.segments = appendDoubling(d.segments, s) }

// keepRefs is the number of consecutive profiles with the same stacks after which the
// memory of Refs is freed: a large profile has a million.
const keepRefs = 8

// decodeChanges decodes a profile that differs from the last one only in the values
// of some samples and the time. It returns false if there are other differences;
// then it must be decoded in full.
func (d *Decoder) decodeChanges() bool {
	if !d.last.isSet {
		return false
	}
	d.p.Changed, d.p.Time = d.p.Changed[:0], 0
	sample, at := int32(0), int32(0)
	for i := range d.last.segments {
		s, ok := d.decodeSegment(i, at, sample)
		if !ok {
			return false // of the last segments, only the sizes are used from here on
		}
		if s.kind == sampleSegment {
			sample++
		}
		d.last.segments[i] = s
		at = s.to
	}
	if int(at) != len(d.data) {
		return false
	}
	for _, n := range d.last.widths {
		d.p.Frames += int64(n)
	}
	d.p.SameTables, d.p.SameStacks = true, true
	if d.changes++; d.changes == keepRefs {
		d.p.Refs, d.segments, d.widths = nil, nil, nil
	}
	return true
}

// decodeSegment decodes the segment at a position in the data, which may differ from a
// segment of the last profile only in the values of a sample or in the time. ok is false if
// more differs.
func (d *Decoder) decodeSegment(last int, at, sample int32) (s segment, ok bool) {
	data, hash := d.data[at:], &d.last.hashes[last]
	s = d.last.segments[last]
	moved, stack := at-s.from, int(s.stack-s.body)
	s.from, s.to, s.body, s.stack = at, s.to+moved, s.body+moved, s.stack+moved
	if s.kind == timeSegment {
		nanos, rest, ok := cutTime(data)
		if !ok || d.p.Time != 0 {
			return s, false
		}
		d.p.Time, s.to = nanos, int32(len(d.data)-len(rest))
		return s, true
	}
	if d.beginsWith(data, int(s.to-at), hash.whole) {
		return s, true
	}
	if s.kind == tableSegment || !d.decodeChange(&s, stack, hash.stack, sample) {
		return s, false
	}
	hash.whole = d.hashOf(d.data[s.from:s.to])
	d.p.Changed = appendDoubling(d.p.Changed, sample)
	return s, true
}

// decodeChange decodes the changed values of a sample into their place in the columns. It
// returns false if the stack differs from the last one, which had this size and hash.
func (d *Decoder) decodeChange(s *segment, stack int, hash uint64, sample int32) bool {
	f, rest, ok := cutField(d.data[s.from:])
	if !ok || f.number != FieldSample || f.wire != wireBytes || !d.beginsWith(f.body, stack, hash) {
		return false
	}
	values := f.body[stack:]
	n := len(d.p.Types)
	at := int(sample) * n
	out, size, ok := d.readUsual(values, d.p.Values[at:at:at+n])
	if !ok || len(out) != n {
		return false
	}
	d.p.Sizes[sample] = size
	s.to = int32(len(d.data) - len(rest))
	s.body = s.to - int32(len(f.body))
	s.stack = s.body + int32(stack)
	return true
}

// beginsWith reports whether the first size bytes of b have this hash. It returns false if
// size is 0.
func (d *Decoder) beginsWith(b []byte, size int, hash uint64) bool {
	return size > 0 && size <= len(b) && d.hashOf(b[:size]) == hash
}

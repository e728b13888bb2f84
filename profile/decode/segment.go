package decode

import (
	"bytes"
	"slices"
)

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

// timeSpan returns where the time is in the data; an empty range at its beginning if
// there is none.
func (b *before) timeSpan() segment {
	for _, s := range slices.Backward(b.segments) {
		if s.kind == timeSegment {
			return s
		}
	}
	return segment{}
}

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
				return ErrMalformed // or two profiles, one after the other
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

// keepRefs is how many profiles of the same stacks follow each other until the memory
// of Refs is freed: a large profile has a million.
const keepRefs = 8

// decodeChanges decodes a profile that differs from the last one only in the values
// of some samples and the time. It returns false if there are other differences;
// then it must be decoded in full.
func (d *Decoder) decodeChanges() bool {
	if !d.last.isSet {
		return false
	}
	d.segments, d.p.Changed, d.p.Time = d.segments[:0], d.p.Changed[:0], 0
	sample, at := int32(0), 0
	for i := range d.last.segments {
		old := &d.last.segments[i]
		data, was := d.data[at:], d.last.data[old.from:old.to]
		s := *old
		s.from = int32(at)
		moved := s.from - old.from
		s.to, s.body, s.stack = s.to+moved, s.body+moved, s.stack+moved
		isSame := bytes.HasPrefix(data, was)
		switch old.kind {
		case tableSegment:
			if !isSame {
				return false
			}
		case timeSegment:
			nanos, rest, ok := cutTime(data)
			if !ok || d.p.Time != 0 {
				return false
			}
			d.p.Time, s.to = nanos, int32(len(d.data)-len(rest))
		case sampleSegment:
			if !isSame {
				if !d.decodeChange(&s, was[old.body-old.from:old.stack-old.from], sample) {
					return false
				}
				d.p.Changed = appendDoubling(d.p.Changed, sample)
			}
			sample++
		}
		d.addSegment(s)
		at = int(s.to)
	}
	if at != len(d.data) {
		return false
	}
	d.widths = append(d.widths[:0], d.last.widths...)
	for _, n := range d.widths {
		d.p.Frames += int64(n)
	}
	d.p.SameTables, d.p.SameStacks = true, true
	if d.changes++; d.changes == keepRefs {
		d.p.Refs = nil
	}
	return true
}

// decodeChange decodes the values of a sample that had been encoded otherwise, into
// their place in the columns. It returns false if the stack differs.
func (d *Decoder) decodeChange(s *segment, stack []byte, sample int32) bool {
	f, rest, ok := cutField(d.data[s.from:])
	if !ok || f.number != FieldSample || f.wire != wireBytes || len(stack) == 0 {
		return false
	}
	values, same := bytes.CutPrefix(f.body, stack)
	if !same {
		return false
	}
	n := len(d.p.Types)
	at := int(sample) * n
	out, size, ok := d.readUsual(values, d.p.Values[at:at:at+n])
	if !ok || len(out) != n {
		return false
	}
	d.p.Sizes[sample] = size
	s.to = int32(len(d.data) - len(rest))
	s.body = s.to - int32(len(f.body))
	s.stack = s.body + int32(len(stack))
	return true
}

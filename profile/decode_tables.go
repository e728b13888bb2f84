package profile

import "slices"

// findEntries records where the samples are, and where everything else is.
func (d *decoder) findEntries() error {
	d.bodies, d.rest, d.timeSpan, d.time = d.bodies[:0], d.rest[:0], span{}, 0
	fields, at := 0, int32(0)
	for b := d.data; len(b) > 0; {
		f, rest, ok := cutField(b)
		if !ok {
			return errMalformed
		}
		b = rest
		if fields++; fields > maxFields || len(d.bodies) > maxEntries {
			return tooLarge("it has more than %d samples, or %d million fields", maxEntries, maxFields>>20)
		}
		next := int32(len(d.data) - len(b))
		switch {
		case f.number == fieldSample && f.wire == wireBytes:
			d.bodies = appendDoubling(d.bodies, span{next - int32(len(f.body)), next})
		case f.number == fieldTimeNanos:
			if f.wire != wireVarint || d.time != 0 {
				return errMalformed // or two profiles, one after the other
			}
			d.time, d.timeSpan = int64(f.value), span{at, next}
		case len(d.rest) > 0 && d.rest[len(d.rest)-1].to == at:
			d.rest[len(d.rest)-1].to = next
		default:
			d.rest = appendDoubling(d.rest, span{at, next})
		}
		at = next
	}
	return nil
}

// readTables reads all of a profile except its samples.
func (d *decoder) readTables() error {
	for _, s := range d.rest {
		for b := s.bytesOf(d.data); len(b) > 0; {
			f, rest, ok := cutField(b)
			if !ok {
				return errMalformed
			}
			b = rest
			if f.number < fieldSampleType || f.number > fieldDocURL {
				continue
			}
			if err := d.readEntry(f); err != nil {
				return err
			}
			if len(d.bodies)+len(d.tables)+len(d.strings)+len(d.functions)+len(d.mappings) > maxEntries {
				return tooLarge("it has more than %d entries", maxEntries)
			}
		}
	}
	if err := d.checkStrings(); err != nil {
		return err
	}
	if len(d.types) == 0 {
		return errNoTypes
	}
	if err := d.readLocations(); err != nil {
		return err
	}
	if len(d.strings[d.dropped]) > 0 {
		return errExpression
	}
	d.keepStrings()
	return nil
}

// keepStrings copies the strings, so that they outlive the data.
func (d *decoder) keepStrings() {
	size := 0
	for _, s := range d.strings {
		size += len(s)
	}
	d.arena = slices.Grow(d.arena[:0], size)
	for i, s := range d.strings {
		from := len(d.arena)
		d.arena = append(d.arena, s...)
		d.strings[i] = d.arena[from:]
	}
}

// readEntry reads one field of a profile.
func (d *decoder) readEntry(f field) error {
	want := wireBytes
	switch f.number {
	case fieldDropFrames, fieldKeepFrames, fieldDuration, fieldPeriod, fieldDefaultType, fieldDocURL:
		want = wireVarint
	case fieldComment:
		want = f.wire // one number, or packed
	}
	if f.wire != want {
		return errMalformed
	}
	switch f.number {
	case fieldSampleType, fieldPeriodType, fieldMapping, fieldFunction, fieldLocation, fieldStringTable:
		return d.readMessage(f)
	case fieldDropFrames:
		d.dropped = f.value
	case fieldKeepFrames:
		d.keep = f.value
	case fieldDuration:
		d.duration = int64(f.value)
	case fieldPeriod:
		d.period = int64(f.value)
	case fieldComment:
		return d.readComments(f)
	case fieldDefaultType:
		d.defaultType = f.value
	case fieldDocURL:
		d.comments = max(d.comments, clampRef(f.value))
	}
	return nil
}

// readMessage reads an entry that is a message itself.
func (d *decoder) readMessage(f field) error {
	switch f.number {
	case fieldSampleType:
		v, err := readValueType(f.body)
		if len(d.types) >= maxTypes {
			return tooLarge("it has more than %d sample types", maxTypes)
		}
		d.types = append(d.types, v)
		return err
	case fieldPeriodType:
		v, err := readValueType(f.body)
		d.periodType = v
		return err
	case fieldMapping:
		var n [11]uint64
		if !readNumbers(f.body, n[:]) {
			return errMalformed
		}
		d.mappings = appendDoubling(d.mappings, protoMapping{id: n[fieldID], file: n[fieldFile], buildID: n[fieldBuildID]})
		return nil
	case fieldFunction:
		var n [6]uint64
		if !readNumbers(f.body, n[:]) {
			return errMalformed
		}
		d.functions = appendDoubling(d.functions, protoFunction{
			id: n[fieldID], name: n[fieldName], system: n[fieldSystemName], file: n[fieldFilename], start: int64(n[fieldStartLine]),
		})
		return nil
	case fieldLocation:
		d.tables = appendDoubling(d.tables, f.body)
		return nil
	}
	if len(d.strings) == 0 && len(f.body) > 0 {
		return errMalformed // the first is empty, by definition
	}
	d.strings = appendDoubling(d.strings, f.body)
	return nil
}

// readComments only checks whether comments are valid: they are not shown.
func (d *decoder) readComments(f field) error {
	switch f.wire {
	case wireVarint:
		d.comments = max(d.comments, clampRef(f.value))
	case wireBytes:
		for b := f.body; len(b) > 0; {
			v, n := cutUvarint(b)
			if n == 0 {
				return errMalformed
			}
			b = b[n:]
			d.comments = max(d.comments, clampRef(v))
		}
	default:
		return errMalformed
	}
	return nil
}

// clampRef limits a string reference, of which only whether it is in range matters,
// to what fits an int.
func clampRef(v uint64) int { return int(min(v, 1<<40)) }

func readValueType(b []byte) (valueType, error) {
	var n [3]uint64
	if !readNumbers(b, n[:]) {
		return valueType{}, errMalformed
	}
	return valueType{n[fieldTypeName], n[fieldTypeUnit]}, nil
}

// readNumbers reads a message with only numeric fields into n, indexed by field
// number. Other fields are skipped.
func readNumbers(b []byte, n []uint64) bool {
	for len(b) > 0 {
		if key := int(b[0]); key < 0x80 && key&7 == wireVarint && len(b) >= 2 && b[1] < 0x80 { // nearly all are
			if number := key >> 3; number > 0 && number < len(n) {
				n[number] = uint64(b[1])
			}
			b = b[2:]
			continue
		}
		f, rest, ok := cutField(b)
		if !ok {
			return false
		}
		b = rest
		if f.number > 0 && f.number < len(n) {
			if f.wire != wireVarint {
				return false
			}
			n[f.number] = f.value
		}
	}
	return true
}

// checkStrings checks whether all string references of the tables are in range, and
// bounds the total length they refer to: every function may refer to the same long
// name.
func (d *decoder) checkStrings() error {
	text := 0
	ok := d.comments < len(d.strings)
	check := func(refs ...uint64) {
		for _, r := range refs {
			if r >= uint64(len(d.strings)) {
				ok = false
			} else {
				text += len(d.strings[r])
			}
		}
	}
	check(d.dropped, d.keep, d.defaultType, d.periodType.name, d.periodType.unit)
	for _, t := range d.types {
		check(t.name, t.unit)
	}
	for i := range d.mappings {
		check(d.mappings[i].file, d.mappings[i].buildID)
	}
	for i := range d.functions {
		f := &d.functions[i]
		check(f.name, f.system, f.file)
	}
	if !ok {
		return errMalformed
	}
	if text > maxText {
		return tooLarge("it refers to more than %d MB of names", maxText>>20)
	}
	return nil
}

// readLocations reads the locations and resolves their references.
func (d *decoder) readLocations() error {
	if !d.ids.indexIDs(len(d.mappings), func(i int) uint64 { return d.mappings[i].id }) {
		return errMalformed
	}
	for _, b := range d.tables {
		if err := d.readLocation(b); err != nil {
			return err
		}
	}
	if !d.ids.indexIDs(len(d.functions), func(i int) uint64 { return d.functions[i].id }) {
		return errMalformed
	}
	for i := range d.lines {
		l := &d.lines[i]
		if l.function = d.ids.indexOf(l.functionID); l.function < 0 {
			return errMalformed
		}
	}
	if !d.ids.indexIDs(len(d.locations), func(i int) uint64 { return d.locations[i].id }) {
		return errMalformed
	}
	for i := range d.locations {
		d.widths = appendDoubling(d.widths, max(d.locations[i].to-d.locations[i].from, 1))
	}
	return nil
}

// readLocation reads a location and its lines.
func (d *decoder) readLocation(b []byte) error {
	l := protoLocation{from: int32(len(d.lines))}
	var mapping uint64
	for len(b) > 0 {
		f, rest, ok := cutField(b)
		if !ok {
			return errMalformed
		}
		b = rest
		if f.number == fieldLine && f.wire == wireBytes {
			var n [4]uint64
			if !readNumbers(f.body, n[:]) {
				return errMalformed
			}
			if len(d.lines) >= maxLines {
				return tooLarge("its locations have more than %d lines", maxLines)
			}
			d.lines = appendDoubling(d.lines, protoLine{functionID: n[fieldFunctionID], number: int64(n[fieldLineNumber])})
			continue
		}
		if f.number == fieldLine || f.number > 0 && f.number <= fieldFolded && f.wire != wireVarint {
			return errMalformed
		}
		switch f.number {
		case fieldID:
			l.id = f.value
		case fieldMappingID:
			mapping = f.value
		case fieldAddress:
			l.address = f.value
		}
	}
	l.mapping, l.to = d.ids.indexOf(mapping), int32(len(d.lines))
	d.locations = appendDoubling(d.locations, l)
	return nil
}

// appendDoubling appends to a column, doubling its capacity when it is full: append
// grows a large slice in small steps, each of which leaves garbage.
func appendDoubling[T any](s []T, v T) []T {
	if len(s) == cap(s) {
		s = slices.Grow(s, max(len(s), 64))
	}
	return append(s, v)
}

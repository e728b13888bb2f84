package decode

import "slices"

// readTables reads all of a profile except its samples.
func (d *Decoder) readTables() error {
	for _, s := range d.segments {
		if s.kind != tableSegment {
			continue
		}
		for b := d.data[s.from:s.to]; len(b) > 0; {
			f, rest, ok := cutField(b)
			if !ok {
				return ErrMalformed
			}
			b = rest
			if f.number < FieldSampleType || f.number > FieldDocURL {
				continue
			}
			if err := d.readEntry(f); err != nil {
				return err
			}
			if d.samples+len(d.tables)+len(d.p.Strings)+len(d.p.Functions)+len(d.p.Mappings) > MaxEntries {
				return tooLarge("it has more than %d entries", MaxEntries)
			}
		}
	}
	if err := d.checkStrings(); err != nil {
		return err
	}
	if len(d.p.Types) == 0 {
		return errNoTypes
	}
	if err := d.readLocations(); err != nil {
		return err
	}
	if len(d.p.Strings[d.dropped]) > 0 {
		return errExpression
	}
	d.keepStrings()
	clear(d.tables) // or they would keep the data of this profile in memory
	return nil
}

// keepStrings copies the strings, so that they outlive the data.
func (d *Decoder) keepStrings() {
	size := 0
	for _, s := range d.p.Strings {
		size += len(s)
	}
	d.arena = slices.Grow(d.arena[:0], size)
	for i, s := range d.p.Strings {
		from := len(d.arena)
		d.arena = append(d.arena, s...)
		d.p.Strings[i] = d.arena[from:]
	}
}

// readEntry reads one field of a profile.
func (d *Decoder) readEntry(f field) error {
	want := wireBytes
	switch f.number {
	case FieldDropFrames, FieldKeepFrames, FieldDuration, FieldPeriod, FieldDefaultType, FieldDocURL:
		want = wireVarint
	case FieldComment:
		want = f.wire // one number, or packed
	}
	if f.wire != want {
		return ErrMalformed
	}
	switch f.number {
	case FieldSampleType, FieldPeriodType, FieldMapping, FieldFunction, FieldLocation, FieldStringTable:
		return d.readMessage(f)
	case FieldDropFrames:
		d.dropped = f.value
	case FieldKeepFrames:
		d.keep = f.value
	case FieldDuration:
		d.p.Duration = int64(f.value)
	case FieldPeriod:
		d.p.Period = int64(f.value)
	case FieldComment:
		return d.readComments(f)
	case FieldDefaultType:
		d.p.DefaultType = f.value
	case FieldDocURL:
		d.comments = max(d.comments, clampRef(f.value))
	}
	return nil
}

// readMessage reads an entry that is a message itself.
func (d *Decoder) readMessage(f field) error {
	switch f.number {
	case FieldSampleType:
		v, err := readValueType(f.body)
		if len(d.p.Types) >= maxTypes {
			return tooLarge("it has more than %d sample types", maxTypes)
		}
		d.p.Types = append(d.p.Types, v)
		return err
	case FieldPeriodType:
		v, err := readValueType(f.body)
		d.p.PeriodType = v
		return err
	case FieldMapping:
		var n [11]uint64
		if !readNumbers(f.body, n[:]) {
			return ErrMalformed
		}
		d.p.Mappings = appendDoubling(d.p.Mappings, Mapping{ID: n[FieldID], File: n[FieldFile], BuildID: n[FieldBuildID]})
		return nil
	case FieldFunction:
		var n [6]uint64
		if !readNumbers(f.body, n[:]) {
			return ErrMalformed
		}
		d.p.Functions = appendDoubling(d.p.Functions, Function{
			ID: n[FieldID], Name: n[FieldName], System: n[FieldSystemName], File: n[FieldFilename], Start: int64(n[FieldStartLine]),
		})
		return nil
	case FieldLocation:
		d.tables = appendDoubling(d.tables, f.body)
		return nil
	}
	if len(d.p.Strings) == 0 && len(f.body) > 0 {
		return ErrMalformed // the first is empty, by definition
	}
	d.p.Strings = appendDoubling(d.p.Strings, f.body)
	return nil
}

// readComments only checks whether comments are valid: they are not shown.
func (d *Decoder) readComments(f field) error {
	switch f.wire {
	case wireVarint:
		d.comments = max(d.comments, clampRef(f.value))
	case wireBytes:
		for b := f.body; len(b) > 0; {
			v, n := cutUvarint(b)
			if n == 0 {
				return ErrMalformed
			}
			b = b[n:]
			d.comments = max(d.comments, clampRef(v))
		}
	default:
		return ErrMalformed
	}
	return nil
}

// clampRef limits a string reference to what fits an int; such references are only checked
// for being in range.
func clampRef(v uint64) int { return int(min(v, 1<<40)) }

func readValueType(b []byte) (ValueType, error) {
	var n [3]uint64
	if !readNumbers(b, n[:]) {
		return ValueType{}, ErrMalformed
	}
	return ValueType{n[FieldTypeName], n[FieldTypeUnit]}, nil
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
func (d *Decoder) checkStrings() error {
	text := 0
	ok := d.comments < len(d.p.Strings)
	check := func(refs ...uint64) {
		for _, r := range refs {
			if r >= uint64(len(d.p.Strings)) {
				ok = false
			} else {
				text += len(d.p.Strings[r])
			}
		}
	}
	check(d.dropped, d.keep, d.p.DefaultType, d.p.PeriodType.Name, d.p.PeriodType.Unit)
	for _, t := range d.p.Types {
		check(t.Name, t.Unit)
	}
	for i := range d.p.Mappings {
		check(d.p.Mappings[i].File, d.p.Mappings[i].BuildID)
	}
	for i := range d.p.Functions {
		f := &d.p.Functions[i]
		check(f.Name, f.System, f.File)
	}
	if !ok {
		return ErrMalformed
	}
	if text > maxText {
		return tooLarge("it refers to more than %d MB of names", maxText>>20)
	}
	return nil
}

// readLocations reads the locations and resolves their references.
func (d *Decoder) readLocations() error {
	if !d.ids.indexIDs(len(d.p.Mappings), func(i int) uint64 { return d.p.Mappings[i].ID }) {
		return ErrMalformed
	}
	for _, b := range d.tables {
		if err := d.readLocation(b); err != nil {
			return err
		}
	}
	if !d.ids.indexIDs(len(d.p.Functions), func(i int) uint64 { return d.p.Functions[i].ID }) {
		return ErrMalformed
	}
	for i := range d.p.Lines {
		l := &d.p.Lines[i]
		if l.Function = d.ids.indexOf(l.functionID); l.Function < 0 {
			return ErrMalformed
		}
	}
	if !d.ids.indexIDs(len(d.p.Locations), func(i int) uint64 { return d.p.Locations[i].ID }) {
		return ErrMalformed
	}
	for i := range d.p.Locations {
		d.lines = appendDoubling(d.lines, max(d.p.Locations[i].To-d.p.Locations[i].From, 1))
	}
	return nil
}

// readLocation reads a location and its lines.
func (d *Decoder) readLocation(b []byte) error {
	l := Location{From: int32(len(d.p.Lines))}
	var mapping uint64
	for len(b) > 0 {
		f, rest, ok := cutField(b)
		if !ok {
			return ErrMalformed
		}
		b = rest
		if f.number == FieldLine && f.wire == wireBytes {
			var n [4]uint64
			if !readNumbers(f.body, n[:]) {
				return ErrMalformed
			}
			if len(d.p.Lines) >= MaxLines {
				return tooLarge("its locations have more than %d lines", MaxLines)
			}
			d.p.Lines = appendDoubling(d.p.Lines, Line{functionID: n[FieldFunctionID], Number: int64(n[FieldLineNumber])})
			continue
		}
		if f.number == FieldLine || f.number > 0 && f.number <= FieldFolded && f.wire != wireVarint {
			return ErrMalformed
		}
		switch f.number {
		case FieldID:
			l.ID = f.value
		case FieldMappingID:
			mapping = f.value
		case FieldAddress:
			l.Address = f.value
		}
	}
	l.Mapping, l.To = d.ids.indexOf(mapping), int32(len(d.p.Lines))
	d.p.Locations = appendDoubling(d.p.Locations, l)
	return nil
}

// maxDoubled is up to how many elements a column doubles its capacity when it is full.
const maxDoubled = 1 << 10

// appendDoubling appends to a column, doubling its capacity when it is full. A large column
// grows by an eighth, because its unused part stays in memory throughout the watch.
func appendDoubling[T any](s []T, v T) []T {
	if len(s) == cap(s) {
		s = slices.Grow(s, max(min(len(s), maxDoubled), len(s)/8, 64))
	}
	return append(s, v)
}

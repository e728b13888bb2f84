package decode

// The measured size of an entry in google/pprof, in bytes: its struct, its place in
// a growing slice, and in the maps by which references are resolved.
const (
	weightSample   = 320
	weightLabeled  = 900 // the three maps of a sample with labels
	weightRef      = 32
	weightValue    = 24
	weightLabel    = 200
	weightMapping  = 400
	weightLocation = 320
	weightLine     = 72
	weightFunction = 300
	weightString   = 48
	weightOther    = 24
)

// weigher estimates the decoded size of a profile before anything is built from it.
// Two bytes on the wire can become a hundred in memory, one reference a thousand
// frames, and one long name counts each time it is referenced.
type weigher struct {
	memory, frames, text int64
	names                int64 // bytes of the names of functions, each once
	types                int
	strings              []int            // lengths, as the table has them
	mappings             map[uint64]int   // length of the file's name, by id
	functions            map[uint64]int   // length of the names, by id
	lines                map[uint64]int64 // of a location, by id
	drop, keep           field            // references to the expressions
	data                 []byte
}

// checkWeight refuses a profile in protobuf that exceeds the bounds. Damaged data
// counts up to the damage.
func checkWeight(data []byte) error {
	w := weigher{data: data, mappings: map[uint64]int{}, functions: map[uint64]int{}, lines: map[uint64]int64{}}
	for _, pass := range []func(field){w.weighEntry, w.weighTables, w.weighLocation, w.weighFrames} {
		if err := w.walkFields(pass); err != nil {
			return err
		}
	}
	return w.weighExpressions()
}

// walkFields calls pass for each field, and stops once a bound is exceeded.
func (w *weigher) walkFields(pass func(field)) error {
	for b := w.data; len(b) > 0; {
		f, rest, ok := cutField(b)
		if !ok {
			return nil
		}
		b = rest
		pass(f)
		switch {
		case w.memory > MaxMemory:
			return tooLarge("decoded, it would take more than %d MB", MaxMemory>>20)
		case w.frames > maxTotalFrames:
			return tooLarge("its samples have more than %d million frames", maxTotalFrames>>20)
		case w.text > maxText:
			return tooLarge("it refers to more than %d MB of names", maxText>>20)
		case w.types > maxTypes:
			return tooLarge("it has more than %d sample types", maxTypes)
		}
	}
	return nil
}

// weighEntry adds the size of an entry, and records the strings.
func (w *weigher) weighEntry(f field) {
	switch f.number {
	case FieldSampleType:
		w.types++
		w.memory += weightOther
	case FieldSample:
		w.memory += weighSample(f.body)
	case FieldMapping:
		w.memory += weightMapping
	case FieldLocation:
		w.memory += weightLocation
		eachField(f.body, func(f field) {
			if f.number == FieldLine {
				w.memory += weightLine
			}
		})
	case FieldFunction:
		w.memory += weightFunction
	case FieldStringTable:
		w.memory += weightString + int64(len(f.body))
		w.strings = append(w.strings, len(f.body))
	case FieldDropFrames:
		w.drop = f
	case FieldKeepFrames:
		w.keep = f
	default:
		w.memory += weightOther
		if f.number == FieldComment {
			w.memory += weightOther * int64(countUvarints(f.body))
		}
	}
}

func weighSample(b []byte) int64 {
	n := int64(weightSample)
	labeled := false
	eachField(b, func(f field) {
		count := int64(1)
		if f.wire == wireBytes && f.number != FieldLabel {
			count = int64(countUvarints(f.body))
		}
		switch f.number {
		case FieldRef:
			n += weightRef * count
		case FieldValue:
			n += weightValue * count
		case FieldLabel:
			n += weightLabel
			labeled = true
		}
	})
	if labeled {
		n += weightLabeled
	}
	return n
}

// weighTables adds the names of functions, mappings and types, once all strings are
// known.
func (w *weigher) weighTables(f field) {
	switch f.number {
	case FieldSampleType:
		w.text += int64(w.stringLen(subField(f.body, FieldTypeName)))
	case FieldFunction:
		n := w.stringLen(subField(f.body, FieldName)) + w.stringLen(subField(f.body, FieldSystemName)) + w.stringLen(subField(f.body, FieldFilename))
		w.text += int64(n)
		w.names += int64(w.stringLen(subField(f.body, FieldName)))
		w.functions[subField(f.body, FieldID)] = n
	case FieldMapping:
		n := w.stringLen(subField(f.body, FieldFile))
		w.text += int64(n)
		w.mappings[subField(f.body, FieldID)] = n
	case FieldSample:
		eachField(f.body, func(f field) {
			if f.number == FieldLabel {
				w.text += int64(w.stringLen(subField(f.body, 1)))
			}
		})
	}
}

// stringLen returns the length of a string by its index.
func (w *weigher) stringLen(index uint64) int {
	if index >= uint64(len(w.strings)) {
		return 0
	}
	return w.strings[index]
}

// weighLocation adds the names that a location refers to, and records its number of
// frames.
func (w *weigher) weighLocation(f field) {
	if f.number != FieldLocation {
		return
	}
	var id uint64
	var lines int64
	eachField(f.body, func(f field) {
		switch f.number {
		case FieldID:
			id = f.value
		case FieldMappingID:
			w.text += int64(w.mappings[f.value])
		case FieldLine:
			lines++
			w.text += int64(w.functions[subField(f.body, FieldFunctionID)])
		}
	})
	w.lines[id] = max(lines, 1)
}

// weighFrames counts the frames of a sample.
func (w *weigher) weighFrames(f field) {
	if f.number != FieldSample {
		return
	}
	eachField(f.body, func(f field) {
		switch {
		case f.number != FieldRef:
		case f.wire == wireVarint:
			w.frames += w.lines[f.value]
		default:
			for b := f.body; len(b) > 0; {
				id, n := cutUvarint(b)
				if n == 0 {
					return
				}
				b = b[n:]
				w.frames += w.lines[id]
			}
		}
	})
}

// weighExpressions bounds the expressions by which frames are dropped.
func (w *weigher) weighExpressions() error {
	for _, f := range []field{w.drop, w.keep} {
		text := tableString(w.data, f.value)
		if err := checkExpression(text, w.names); err != nil {
			return err
		}
	}
	return nil
}

// tableString returns the string at an index of the table; empty if there is none.
func tableString(data []byte, index uint64) string {
	var i uint64
	var out string
	eachField(data, func(f field) {
		if f.number != FieldStringTable {
			return
		}
		if i == index && len(f.body) <= maxExpression {
			out = string(f.body)
		} else if i == index {
			out = string(f.body[:maxExpression+1])
		}
		i++
	})
	return out
}

package decode

import "errors"

// Header is the part of a profile other than samples.
type Header struct {
	Types   []string // names of the sample types, never empty
	Program string   // file of the main binary; empty if unknown
	Nanos   int64    // when it was taken, since 1970; 0 if unknown
	// Duration is how long it took, in nanoseconds: 0 for what is held at a moment.
	Duration int64
}

// maxHeaderText bounds the texts of a header in bytes.
const maxHeaderText = 2048

var errNoHeader = errors.New("it is not a profile in protobuf")

// ReadHeader reads the header of an unpacked profile without decoding its samples.
func ReadHeader(data []byte) (Header, error) {
	if err := checkWeight(data); err != nil {
		return Header{}, err
	}
	h, err := scanHeader(data)
	if err == nil {
		return h, nil
	}
	p, err := DecodeLegacy(data) // legacy text has no header to scan
	switch {
	case errors.Is(err, ErrTooLarge):
		return Header{}, err
	case err != nil:
		return Header{}, errors.New("it is not a profile")
	}
	return headerOf(convertFromPprof(p)), nil
}

func headerOf(p *Profile) Header {
	h := Header{Nanos: p.Time, Duration: p.Duration}
	for _, t := range p.Types {
		h.Types = append(h.Types, shortString(p.Strings[t.Name]))
	}
	if len(p.Mappings) > 0 {
		h.Program = string(p.Strings[p.Mappings[0].File])
	}
	return h
}

// scanHeader scans the top level of a profile in protobuf.
func scanHeader(data []byte) (Header, error) {
	var h Header
	var types []uint64
	var file uint64
	var table [][]byte
	mapped := false
	ok := eachField(data, func(f field) {
		switch f.number {
		case FieldSampleType:
			types = append(types, subField(f.body, FieldTypeName))
		case FieldMapping:
			if !mapped {
				file, mapped = subField(f.body, FieldFile), true
			}
		case FieldDuration:
			h.Duration = int64(f.value)
		case FieldStringTable:
			table = append(table, f.body)
		case FieldTimeNanos:
			h.Nanos = int64(f.value)
		}
	})
	if !ok || len(types) == 0 || len(types) > maxTypes {
		return h, errNoHeader
	}
	for _, t := range append(types, file) {
		if t >= uint64(len(table)) {
			return h, errNoHeader
		}
	}
	for _, t := range types {
		h.Types = append(h.Types, shortString(table[t]))
	}
	name := table[file]
	h.Program = string(name[max(0, len(name)-maxHeaderText):])
	return h, nil
}

// shortString copies a string of the table, cut to maxHeaderText bytes.
func shortString(b []byte) string { return string(b[:min(len(b), maxHeaderText)]) }

package profile

import (
	"errors"
	"path"
	"strings"
	"time"
)

// Description is what a profile says about itself.
type Description struct {
	Kind    Kind      // by its sample types; block and mutex profiles look alike and are Block
	Time    time.Time // when it was taken; zero if it does not say
	Program string    // base name of the binary; empty if it does not say
}

// Describe identifies a profile without decoding its samples. Data that is not a
// profile is an error.
func Describe(data []byte) (Description, error) { return NewBudget().Describe(data) }

// Describe is [Describe] within the budget.
func (b *Budget) Describe(data []byte) (Description, error) {
	if err := b.openProfile(len(data)); err != nil {
		return Description{}, err
	}
	data, err := gunzipAll(data)
	b.spendWork(unpackWork(data, err))
	if err != nil {
		return Description{}, err
	}
	if err := checkWeight(data); err != nil {
		return Description{}, err
	}
	h, err := scanHeader(data)
	if err != nil { // legacy text has no header to scan
		return describeLegacy(data)
	}
	return newDescription(h), nil
}

func describeLegacy(data []byte) (Description, error) {
	p, err := decodeLegacy(data)
	switch {
	case errors.Is(err, ErrTooLarge):
		return Description{}, err
	case err != nil:
		return Description{}, errors.New("it is no profile")
	}
	return newDescription(headerOf(convertFromPprof(p))), nil
}

// profileHeader is the part of a profile other than samples.
type profileHeader struct {
	types []string
	file  string
	nanos int64
}

func headerOf(d *decoded) profileHeader {
	h := profileHeader{nanos: d.time}
	for _, t := range d.types {
		h.types = append(h.types, shortString(d.strings[t.name]))
	}
	if len(d.mappings) > 0 {
		h.file = string(d.strings[d.mappings[0].file])
	}
	return h
}

// kindBySampleType maps a sample type that only one kind has to that kind.
var kindBySampleType = map[string]Kind{
	"inuse_space": Heap, "space": Heap, "goroutine": Goroutine, "threadcreate": ThreadCreate,
	"goroutineleak": GoroutineLeak, "cpu": CPU, "delay": Block,
}

func newDescription(h profileHeader) Description {
	d := Description{Program: cleanName(path.Base(strings.ReplaceAll(h.file, `\`, "/")))}
	if h.file == "" || d.Program == "." || d.Program == "/" {
		d.Program = ""
	}
	if at := time.Unix(0, h.nanos); IsPlausible(at) {
		d.Time = at
	}
	for _, t := range h.types {
		if k, ok := kindBySampleType[t]; ok {
			d.Kind = k
			return d
		}
	}
	d.Kind = Kind(cleanName(h.types[len(h.types)-1]))
	return d
}

var errNoHeader = errors.New("it is no profile in protobuf")

// scanHeader scans the top level of a profile in protobuf.
func scanHeader(data []byte) (profileHeader, error) {
	var h profileHeader
	var types []uint64
	var file uint64
	var table [][]byte
	mapped := false
	ok := eachField(data, func(f field) {
		switch f.number {
		case fieldSampleType:
			types = append(types, subField(f.body, fieldTypeName))
		case fieldMapping:
			if !mapped {
				file, mapped = subField(f.body, fieldFile), true
			}
		case fieldStringTable:
			table = append(table, f.body)
		case fieldTimeNanos:
			h.nanos = int64(f.value)
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
		h.types = append(h.types, shortString(table[t]))
	}
	name := table[file]
	h.file = string(name[max(0, len(name)-maxName):])
	return h, nil
}

// shortString copies a string of the table, cut to maxName bytes.
func shortString(b []byte) string { return string(b[:min(len(b), maxName)]) }

// subField returns a numeric field of a nested message.
func subField(b []byte, want int) (n uint64) {
	eachField(b, func(f field) {
		if f.number == want {
			n = f.value
		}
	})
	return n
}

package join

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	"github.com/klauspost/compress/gzip"

	"github.com/leaktop/leaktop/profile/decode"
)

// The flags of a mapping, which say what its functions have.
const (
	firstMappingFlag = 7 // functions
	lastMappingFlag  = 10
)

// message is a protobuf message that is being written.
type message []byte

func (m *message) addInt(field int, v int64) {
	*m = binary.AppendUvarint(binary.AppendUvarint(*m, uint64(field)<<3), uint64(v)) //nolint:gosec // as protobuf does
}

func (m *message) addBytes(field int, data []byte) {
	*m = binary.AppendUvarint(binary.AppendUvarint(*m, uint64(field)<<3|2), uint64(len(data)))
	*m = append(*m, data...)
}

// encoder writes profiles that have the same tables. Everything but the values and the
// time is the same in all of them, which makes them quick to read one after another.
type encoder struct {
	tables  *tables
	head    []byte    // gzipped
	stacks  []message // the locations of each stack, as in a sample
	samples message
	packed  bytes.Buffer
	zip     *gzip.Writer
}

// newEncoder returns an encoder of tables that are complete.
func newEncoder(t *tables) (*encoder, error) {
	e := &encoder{tables: t, stacks: make([]message, len(t.stacks.all))}
	var err error
	if e.zip, err = gzip.NewWriterLevel(&e.packed, gzip.BestSpeed); err != nil {
		return nil, fmt.Errorf("write joined profile: %w", err)
	}
	var one message
	for i, key := range t.stacks.all {
		one = one[:0]
		one.addBytes(decode.FieldRef, []byte(key))
		e.stacks[i] = bytes.Clone(one)
	}
	head := e.headOf(t)
	if e.head, err = e.pack(head); err != nil {
		return nil, err
	}
	e.head = bytes.Clone(e.head)
	return e, nil
}

// pack returns gzipped data, which is valid until the next call. It favors speed over
// size, because profiles are read again soon.
func (e *encoder) pack(parts ...[]byte) ([]byte, error) {
	e.packed.Reset()
	e.zip.Reset(&e.packed)
	for _, p := range parts {
		if _, err := e.zip.Write(p); err != nil {
			return nil, fmt.Errorf("write joined profile: %w", err)
		}
	}
	if err := e.zip.Close(); err != nil {
		return nil, fmt.Errorf("write joined profile: %w", err)
	}
	return e.packed.Bytes(), nil
}

// headOf returns everything but the samples and the time.
func (e *encoder) headOf(t *tables) (m message) {
	var in, line message
	valueType := func(field int, name, unit string) {
		in = in[:0]
		in.addInt(decode.FieldTypeName, int64(t.texts.number(name)))
		in.addInt(decode.FieldTypeUnit, int64(t.texts.number(unit)))
		m.addBytes(field, in)
	}
	for i, name := range heapTypes {
		valueType(decode.FieldSampleType, name, []string{"count", "bytes"}[i%2])
	}
	valueType(decode.FieldPeriodType, "space", "bytes")
	m.addInt(decode.FieldPeriod, max(t.period, 0))
	if t.period <= 0 {
		m.addInt(decode.FieldPeriod, AssumedRate)
	}
	m.addInt(decode.FieldDefaultType, int64(t.texts.number("inuse_space")))
	if t.program != (program{}) {
		in = in[:0]
		in.addInt(decode.FieldID, 1)
		in.addInt(decode.FieldFile, int64(t.program.file))
		in.addInt(decode.FieldBuildID, int64(t.program.buildID))
		for flag := firstMappingFlag; flag <= lastMappingFlag; flag++ {
			in.addInt(flag, 1)
		}
		m.addBytes(decode.FieldMapping, in)
	}
	for i, key := range t.locations.all {
		in, line = t.appendLocation(in[:0], line, i, []byte(key))
		m.addBytes(decode.FieldLocation, in)
	}
	for i, f := range t.functions.all {
		in = in[:0]
		in.addInt(decode.FieldID, int64(i+1))
		in.addInt(decode.FieldName, int64(f.name))
		in.addInt(decode.FieldSystemName, int64(f.system))
		in.addInt(decode.FieldFilename, int64(f.file))
		in.addInt(decode.FieldStartLine, f.start)
		m.addBytes(decode.FieldFunction, in)
	}
	for _, text := range t.texts.all {
		m.addBytes(decode.FieldStringTable, []byte(text))
	}
	return m
}

// appendLocation appends a location to in, whose lines are in its key.
func (t *tables) appendLocation(in, line message, i int, key []byte) (out, scratch message) {
	in.addInt(decode.FieldID, int64(i+1))
	if t.program != (program{}) {
		in.addInt(decode.FieldMappingID, 1)
	}
	for len(key) > 0 {
		f, n := binary.Uvarint(key)
		key = key[n:]
		if f == 0 {
			address, _ := binary.Uvarint(key)
			in.addInt(decode.FieldAddress, int64(address)) //nolint:gosec // as protobuf does
			break
		}
		number, n := binary.Varint(key)
		key = key[n:]
		line = line[:0]
		line.addInt(decode.FieldFunctionID, int64(f)) //nolint:gosec // a number of tables
		line.addInt(decode.FieldLineNumber, number)
		in.addBytes(decode.FieldLine, line)
	}
	return in, line
}

// encode returns a profile, gzipped. values has [columns] for each stack; those at its end
// may be missing, and are 0.
func (e *encoder) encode(at time.Time, values []int64) ([]byte, error) {
	var stamp, packed message
	stamp.addInt(decode.FieldTimeNanos, at.UnixNano())
	var none [columns]int64
	e.samples = e.samples[:0]
	for i, stack := range e.stacks {
		v := none[:]
		if (i+1)*columns <= len(values) {
			v = values[i*columns : (i+1)*columns]
		}
		packed = packed[:0]
		for _, x := range v {
			packed = binary.AppendUvarint(packed, uint64(x)) //nolint:gosec // as protobuf does
		}
		body := len(stack) + 1 + sizeOfUvarint(len(packed)) + len(packed)
		e.samples = binary.AppendUvarint(binary.AppendUvarint(e.samples, decode.FieldSample<<3|2), uint64(body)) //nolint:gosec // a length
		e.samples = append(e.samples, stack...)
		e.samples.addBytes(decode.FieldValue, packed)
	}
	rest, err := e.pack(stamp, e.samples)
	if err != nil {
		return nil, err
	}
	return append(bytes.Clone(e.head), rest...), nil
}

// sizeOfUvarint returns the number of bytes of a number.
func sizeOfUvarint(n int) int { return len(binary.AppendUvarint(nil, uint64(n))) } //nolint:gosec // a length

// Package decodetest builds profiles byte by byte, for tests: valid ones that no
// service writes, damaged and hostile ones.
package decodetest

import (
	"bytes"
	"encoding/binary"

	"github.com/leaktop/leaktop/profile/decode"
)

// lengthDelimited is the wire type of messages, strings and packed numbers.
const lengthDelimited = 2

// Number returns a protobuf field with a number.
func Number(field int, v uint64) []byte {
	return binary.AppendUvarint(binary.AppendUvarint(nil, uint64(field)<<3), v)
}

// Message returns a protobuf field with a length: a message, a string or numbers.
func Message(field int, parts ...[]byte) []byte {
	body := bytes.Join(parts, nil)
	b := binary.AppendUvarint(nil, uint64(field)<<3|lengthDelimited)
	return append(binary.AppendUvarint(b, uint64(len(body))), body...)
}

// Repeat returns a field n times.
func Repeat(n int, field []byte) []byte { return bytes.Repeat(field, n) }

// Small returns a small valid profile with more fields after it: one sample type, a
// function and a location, each of ID 1, and four strings. It has no sample unless
// there is one in more.
func Small(more ...[]byte) []byte {
	return bytes.Join([][]byte{
		Message(decode.FieldSampleType, Number(decode.FieldTypeName, 1), Number(decode.FieldTypeUnit, 2)),
		Message(decode.FieldLocation, Number(decode.FieldID, 1), Message(decode.FieldLine, Number(decode.FieldFunctionID, 1))),
		Message(decode.FieldFunction, Number(decode.FieldID, 1), Number(decode.FieldName, 3)),
		Message(decode.FieldStringTable), Message(decode.FieldStringTable, []byte("goroutine")),
		Message(decode.FieldStringTable, []byte("count")), Message(decode.FieldStringTable, []byte("main.f")),
		bytes.Join(more, nil),
	}, nil)
}

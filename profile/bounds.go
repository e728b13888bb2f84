package profile

import "encoding/binary"

// countFields counts the fields at the top level of a protobuf message: for a
// profile, its samples, locations, functions and strings. Two bytes on the wire
// can become a hundred in memory, so the count is bounded before decoding. Data
// that is no protobuf counts up to where it stops being one.
func countFields(b []byte) int {
	n := 0
	for len(b) > 0 {
		key, k := binary.Uvarint(b)
		if k <= 0 {
			return n
		}
		b = b[k:]
		switch key & 7 {
		case 0:
			_, k := binary.Uvarint(b)
			if k <= 0 {
				return n
			}
			b = b[k:]
		case 1:
			b = b[min(8, len(b)):]
		case 2:
			size, k := binary.Uvarint(b)
			if k <= 0 || size > uint64(len(b)-k) {
				return n
			}
			b = b[k+int(size):]
		case 5:
			b = b[min(4, len(b)):]
		default:
			return n
		}
		n++
	}
	return n
}

package profile

import "encoding/binary"

// eachField calls f for each field of a protobuf message: v is a number's value,
// b the bytes of what has a length. It returns false if the message is damaged.
func eachField(b []byte, f func(field int, v uint64, b []byte)) bool {
	for len(b) > 0 {
		key, n := binary.Uvarint(b)
		if n <= 0 {
			return false
		}
		b = b[n:]
		var v uint64
		var body []byte
		switch key & 7 {
		case 0:
			if v, n = binary.Uvarint(b); n <= 0 {
				return false
			}
			b = b[n:]
		case 1, 5:
			size := 8
			if key&7 == 5 {
				size = 4
			}
			if len(b) < size {
				return false
			}
			b = b[size:]
		case 2:
			size, n := binary.Uvarint(b)
			if n <= 0 || size > uint64(len(b)-n) {
				return false
			}
			body, b = b[n:n+int(size)], b[n+int(size):]
		default:
			return false
		}
		f(int(key>>3), v, body)
	}
	return true
}

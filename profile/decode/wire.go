package decode

// The types of a field on the wire, see protobuf.dev/programming-guides/encoding.
const (
	wireVarint  = 0
	wireFixed64 = 1
	wireBytes   = 2
	wireFixed32 = 5
)

// cutUvarint cuts a number off the front of b. Like google/pprof it accepts
// whatever fits in ten bytes, so that both read the same fields. n is 0 if there is
// no number.
func cutUvarint(b []byte) (v uint64, n int) {
	for i, c := range b {
		if i == 10 {
			return 0, 0
		}
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			return v, i + 1
		}
	}
	return 0, 0
}

// countUvarints counts the numbers of a packed field.
func countUvarints(b []byte) (n int) {
	for _, c := range b {
		if c < 0x80 {
			n++
		}
	}
	return n
}

// field is one field of a protobuf message.
type field struct {
	number int
	wire   int
	value  uint64 // of a number
	body   []byte // of a length-delimited field
}

// cutField cuts a field off the front of b, which must not be empty. ok is false if
// it is damaged.
func cutField(b []byte) (f field, rest []byte, ok bool) {
	key, n := cutUvarint(b)
	if n == 0 {
		return f, nil, false
	}
	b = b[n:]
	f.number, f.wire = int(key>>3), int(key&7)
	switch f.wire {
	case wireVarint:
		f.value, n = cutUvarint(b)
		return f, b[n:], n > 0
	case wireFixed64:
		n = 8
	case wireFixed32:
		n = 4
	case wireBytes:
		size, head := cutUvarint(b)
		if head == 0 || size > uint64(len(b)-head) {
			return f, nil, false
		}
		n = head + int(size)
		f.body = b[head:n]
	default: // groups are of the past, and google/pprof refuses them
		return f, nil, false
	}
	if len(b) < n {
		return f, nil, false
	}
	return f, b[n:], true
}

// eachField calls f for each field of a protobuf message. It returns false if the
// message is damaged.
func eachField(b []byte, do func(f field)) bool {
	for len(b) > 0 {
		f, rest, ok := cutField(b)
		if !ok {
			return false
		}
		b = rest
		do(f)
	}
	return true
}

// subField returns a numeric field of a nested message.
func subField(b []byte, want int) (n uint64) {
	eachField(b, func(f field) {
		if f.number == want {
			n = f.value
		}
	})
	return n
}

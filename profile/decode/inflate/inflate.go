// Package inflate unpacks DEFLATE data (RFC 1951) from one slice of memory into
// another. It is about twice as fast as a reader, which must be able to stop after
// any byte.
package inflate

import (
	"encoding/binary"
	"errors"
)

var (
	// errCorrupt means that the data is not DEFLATE, or is cut off.
	errCorrupt = errors.New("inflate: data is corrupt")
	// errShort means that the output does not fit.
	errShort = errors.New("inflate: output does not fit")
)

// Inflater unpacks one stream after another. The zero value is ready to use.
type Inflater struct {
	dst, src []byte
	out, pos int    // bytes written, bytes read
	bits     uint64 // read, but not used yet
	n        uint   // number of valid bits; bits beyond may be set, and are read again
	lit      [litSize]entry
	dist     [distSize]entry
	pre      [preSize]entry
	lengths  [maxLit + maxDist]uint8 // of codes
}

// Inflate unpacks the stream at the beginning of src into dst. It returns how many
// bytes it wrote, and how many it read.
func (x *Inflater) Inflate(dst, src []byte) (written, read int, err error) {
	x.dst, x.src, x.out, x.pos, x.bits, x.n = dst, src, 0, 0, 0, 0
	defer func() { x.dst, x.src = nil, nil }()
	for last := false; !last; {
		head, ok := x.readBits(3)
		if !ok {
			return x.out, 0, errCorrupt
		}
		last = head&1 != 0
		if err := x.inflateBlock(head >> 1); err != nil {
			return x.out, 0, err
		}
	}
	return x.out, x.pos - int(x.n/8), nil
}

// The types of a block.
const (
	blockStored = iota
	blockFixed
	blockDynamic
)

func (x *Inflater) inflateBlock(kind uint64) error {
	switch kind {
	case blockStored:
		return x.copyStored()
	case blockFixed:
		x.buildFixed()
	case blockDynamic:
		if !x.readTables() {
			return errCorrupt
		}
	default:
		return errCorrupt
	}
	if done, err := x.decodeFast(); done || err != nil {
		return err
	}
	return x.decodeCarefully()
}

// refill reads bytes until there are at least 56 bits, or no more bytes.
func (x *Inflater) refill() {
	for x.n < 56 && x.pos < len(x.src) {
		x.bits |= uint64(x.src[x.pos]) << x.n
		x.pos++
		x.n += 8
	}
}

// readBits reads a number of up to 16 bits.
func (x *Inflater) readBits(n uint) (v uint64, ok bool) {
	if x.n < n {
		x.refill()
	}
	if x.n < n {
		return 0, false
	}
	v = x.bits & (1<<n - 1)
	x.bits >>= n
	x.n -= n
	return v, true
}

// copyStored copies a block that is not packed.
func (x *Inflater) copyStored() error {
	x.pos -= int(x.n / 8) // whole bytes go back
	x.bits, x.n = 0, 0
	head := x.src[x.pos:]
	if len(head) < 4 {
		return errCorrupt
	}
	size := int(binary.LittleEndian.Uint16(head))
	if size^0xffff != int(binary.LittleEndian.Uint16(head[2:])) || len(head)-4 < size {
		return errCorrupt
	}
	if len(x.dst)-x.out < size {
		return errShort
	}
	x.out += copy(x.dst[x.out:], head[4:4+size])
	x.pos += 4 + size
	return nil
}

package inflate

import "encoding/binary"

// The order of the lengths of the code length code (RFC 1951, 3.2.7).
var preOrder = [preCodes]uint8{16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15}

// buildFixed builds the tables of a block with fixed codes.
func (x *Inflater) buildFixed() {
	lit := x.lengths[:maxLit]
	for i := range lit {
		switch {
		case i < 144:
			lit[i] = 8
		case i < 256:
			lit[i] = 9
		case i < 280:
			lit[i] = 7
		default:
			lit[i] = 8
		}
	}
	buildTable(x.lit[:], litBits, litSymbols[:], lit)
	dist := x.lengths[:maxDist]
	for i := range dist {
		dist[i] = 5
	}
	buildTable(x.dist[:], distBits, distSymbols[:], dist)
}

// readTables reads the codes of a block and builds their tables. It returns false if
// they are corrupt.
func (x *Inflater) readTables() bool {
	head, ok := x.readBits(14)
	lits, dists, pres := int(head&31)+257, int(head>>5&31)+1, int(head>>10)+4
	if !ok || lits > 286 || dists > 30 {
		return false
	}
	var pre [preCodes]uint8
	for i := range pres {
		n, ok := x.readBits(3)
		if !ok {
			return false
		}
		pre[preOrder[i]] = uint8(n)
	}
	if !buildTable(x.pre[:], preBits, preSymbols[:], pre[:]) || !x.readLengths(lits+dists) {
		return false
	}
	lengths := x.lengths[:lits+dists]
	return lengths[endBlock] != 0 &&
		buildTable(x.lit[:], litBits, litSymbols[:], lengths[:lits]) &&
		buildTable(x.dist[:], distBits, distSymbols[:], lengths[lits:])
}

// The symbols of the code length code that repeat a length.
const (
	repeatLast   = 16
	repeatZero   = 17
	repeatZeroes = 18
)

// readLengths reads the lengths of n codes.
func (x *Inflater) readLengths(n int) bool {
	for i := 0; i < n; {
		x.refill()
		e := x.pre[x.bits&(preSize-1)]
		if e&isSpecial != 0 || e.used() > x.n {
			return false
		}
		x.bits >>= e.used()
		x.n -= e.used()
		symbol := uint8(e >> 16)
		if symbol < repeatLast {
			x.lengths[i] = symbol
			i++
			continue
		}
		again, base, value := uint(2), 3, uint8(0)
		switch symbol {
		case repeatLast:
			if i == 0 {
				return false
			}
			value = x.lengths[i-1]
		case repeatZero:
			again = 3
		case repeatZeroes:
			again, base = 7, 11
		}
		more, ok := x.readBits(again)
		end := i + base + int(more)
		if !ok || end > n {
			return false
		}
		for ; i < end; i++ {
			x.lengths[i] = value
		}
	}
	return true
}

// The room that the fast decoder needs: at each step it reads up to two words, and
// writes up to two literals and a match, whose last word may extend beyond its end.
const (
	roomIn   = 16
	maxMatch = 258
	roomOut  = 2 + maxMatch + 16
)

// decodeFast decodes a block until its end, or until the input or the output is
// nearly used up. done reports whether the block has ended.
func (x *Inflater) decodeFast() (done bool, err error) {
	src, dst, bits, n, pos, out := x.src, x.dst, x.bits, x.n, x.pos, x.out
	for pos <= len(src)-roomIn && out <= len(dst)-roomOut {
		bits |= binary.LittleEndian.Uint64(src[pos:]) << (n & 63)
		pos += int(63-n) >> 3
		n |= 56
		e := x.lit[bits%(1<<litBits)]
		if e&isLiteral != 0 {
			bits, n = bits>>e.used(), n-e.used()
			dst[out] = byte(e >> 16)
			out++
			if e = x.lit[bits%(1<<litBits)]; e&isLiteral != 0 {
				bits, n = bits>>e.used(), n-e.used()
				dst[out] = byte(e >> 16)
				out++
				e = x.lit[bits%(1<<litBits)]
			}
		}
		if e&isLink != 0 {
			e = x.lit[e.linked(litBits, bits)%litSize]
		}
		input := bits
		bits, n = bits>>e.used(), n-e.used()
		if e&isLiteral != 0 {
			dst[out] = byte(e >> 16)
			out++
			continue
		}
		if e&isSpecial != 0 {
			x.bits, x.n, x.pos, x.out = bits&(1<<n-1), n, pos, out
			if e&isEnd != 0 {
				return true, nil
			}
			return true, errCorrupt
		}
		length := e.valueIn(input)
		bits |= binary.LittleEndian.Uint64(src[pos:]) << (n & 63)
		pos += int(63-n) >> 3
		n |= 56
		if e = x.dist[bits%(1<<distBits)]; e&isLink != 0 {
			e = x.dist[e.linked(distBits, bits)%distSize]
		}
		offset := e.valueIn(bits)
		bits, n = bits>>e.used(), n-e.used()
		if e&isSpecial != 0 || offset > out {
			return true, errCorrupt
		}
		copyMatch(dst[:out+roomOut-2], out, offset, length)
		out += length
	}
	x.bits, x.n, x.pos, x.out = bits&(1<<n-1), n, pos, out
	return false, nil
}

// copyMatch copies what was written offset bytes ago to out. It may write up to 15
// bytes more.
func copyMatch(dst []byte, out, offset, length int) {
	from, end := out-offset, out+length
	switch {
	case offset >= 16:
		for ; out < end; out, from = out+16, from+16 {
			copy(dst[out:out+16], dst[from:from+16])
		}
	case offset >= 8:
		for ; out < end; out, from = out+8, from+8 {
			copy(dst[out:out+8], dst[from:from+8])
		}
	default:
		for ; out < end; out++ {
			dst[out] = dst[out-offset]
		}
	}
}

// decodeCarefully decodes the rest of a block.
func (x *Inflater) decodeCarefully() error {
	for {
		x.refill()
		e := x.lit[x.bits%(1<<litBits)]
		if e&isLink != 0 {
			e = x.lit[e.linked(litBits, x.bits)%litSize]
		}
		input := x.bits
		if e.used() > x.n {
			return errCorrupt
		}
		x.bits, x.n = x.bits>>e.used(), x.n-e.used()
		switch {
		case e&isLiteral != 0:
			if x.out == len(x.dst) {
				return errShort
			}
			x.dst[x.out] = byte(e >> 16)
			x.out++
		case e&isEnd != 0:
			return nil
		case e&isSpecial != 0:
			return errCorrupt
		default:
			if err := x.copyCarefully(e.valueIn(input)); err != nil {
				return err
			}
		}
	}
}

// copyCarefully reads a distance and copies a match.
func (x *Inflater) copyCarefully(length int) error {
	x.refill()
	e := x.dist[x.bits%(1<<distBits)]
	if e&isLink != 0 {
		e = x.dist[e.linked(distBits, x.bits)%distSize]
	}
	offset := e.valueIn(x.bits)
	if e.used() > x.n || e&isSpecial != 0 || offset > x.out {
		return errCorrupt
	}
	x.bits, x.n = x.bits>>e.used(), x.n-e.used()
	if len(x.dst)-x.out < length {
		return errShort
	}
	for range length {
		x.dst[x.out] = x.dst[x.out-offset]
		x.out++
	}
	return nil
}

package inflate

import "math/bits"

// entry is what the next bits of the input mean. From the lowest bit:
//
//	0-4    how many bits to use: those of the code, and extra bits
//	8-11   how many of these belong to the code; for isLink, the bits of the second table
//	13-15  flags of what is neither a literal nor a match
//	16-30  the literal, the base of the length or distance, or where the second table begins
//	31     isLiteral
type entry uint32

const (
	isLiteral entry = 1 << 31
	isSpecial entry = 1 << 15 // isLink, isEnd, or not a code
	isLink    entry = 1 << 14 // to a second table, by the bits after those of the first
	isEnd     entry = 1 << 13 // of the block
)

// used returns how many bits an entry uses, with its extra bits.
func (e entry) used() uint { return uint(e & 31) }

// valueIn returns the base of an entry, plus the extra bits in the input.
func (e entry) valueIn(input uint64) int {
	return int(e>>16) + int(input&(1<<(e&31)-1)>>(e>>8&15))
}

// linked returns the entry of the second table.
func (e entry) linked(first uint, input uint64) uint {
	return uint(e>>16) + uint(input>>first)&(1<<(e>>8&15)-1)
}

// Codes, and the sizes of tables: that of second tables follows from the longest
// codes there can be (zlib's "enough"), rounded up to a power of two.
const (
	maxBits  = 15
	maxLit   = 288
	maxDist  = 32
	preCodes = 19
	litBits  = 11
	distBits = 8
	preBits  = 7
	litSize  = 4096 // 2342 are used
	distSize = 512  // 402 are used
	preSize  = 1 << preBits
	endBlock = 256
)

// The entries of symbols, without the bits of their codes.
var (
	litSymbols  = makeLitSymbols()
	distSymbols = makeDistSymbols()
	preSymbols  = makePreSymbols()
)

func makeLitSymbols() (all [maxLit]entry) {
	for i := range endBlock {
		all[i] = isLiteral | entry(i)<<16
	}
	all[endBlock] = isSpecial | isEnd
	base := 3
	for i := range 28 {
		extra := max(0, i/4-1)
		all[endBlock+1+i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	all[285] = 258 << 16
	all[286], all[287] = isSpecial, isSpecial // not in use
	return all
}

func makeDistSymbols() (all [maxDist]entry) {
	base := 1
	for i := range 30 {
		extra := max(0, i/2-1)
		all[i] = entry(base)<<16 | entry(extra)
		base += 1 << extra
	}
	all[30], all[31] = isSpecial, isSpecial // not in use
	return all
}

func makePreSymbols() (all [preCodes]entry) {
	for i := range all {
		all[i] = entry(i) << 16
	}
	return all
}

// buildTable builds the table of a canonical Huffman code, given the lengths of its
// codes. first is the number of bits that the first table is indexed by. It returns
// false if the lengths are no code. An incomplete one is accepted only as zlib does:
// a single code of one bit, or none.
func buildTable(table []entry, first uint, symbols []entry, lengths []uint8) bool {
	var count, next [maxBits + 2]uint32
	for _, n := range lengths {
		count[n]++
	}
	count[0] = 0
	code, space := uint32(0), uint32(0) // space is what the codes take, of 1<<maxBits
	for n := 1; n <= maxBits; n++ {
		code = (code + count[n-1]) << 1
		next[n] = code
		space += count[n] << (maxBits - n)
	}
	if space != 1<<maxBits {
		if space != 0 && (space != 1<<(maxBits-1) || count[1] != 1) {
			return false
		}
		fillEntries(table[:1<<first], isSpecial)
	}
	if hasLong(count[first+1:]) {
		linkTables(table, first, lengths, next)
	}
	placeCodes(table, first, symbols, lengths, next)
	return true
}

func hasLong(count []uint32) bool {
	for _, n := range count {
		if n > 0 {
			return true
		}
	}
	return false
}

// nextCode returns the next code of n bits, as the input has it: lowest bit first.
func nextCode(next *[maxBits + 2]uint32, n uint8) uint {
	code := next[n]
	next[n]++
	return uint(bits.Reverse32(code) >> (32 - n))
}

// linkTables makes the second tables, each as large as its longest code needs.
func linkTables(table []entry, first uint, lengths []uint8, next [maxBits + 2]uint32) {
	var longest [1 << litBits]uint8 // by the bits of the first table
	var buf [maxLit]uint
	begins := buf[:0]
	for _, n := range lengths {
		if n == 0 {
			continue
		}
		at := nextCode(&next, n) & (1<<first - 1)
		switch {
		case uint(n) <= first:
			continue
		case longest[at] == 0:
			begins = append(begins, at)
		}
		longest[at] = max(longest[at], n)
	}
	free := uint(1) << first
	for _, at := range begins {
		size := uint(longest[at]) - first
		table[at] = isSpecial | isLink | entry(free)<<16 | entry(size)<<8
		free += 1 << size
	}
}

// placeCodes writes the entry of each code wherever its bits begin an index.
func placeCodes(table []entry, first uint, symbols []entry, lengths []uint8, next [maxBits + 2]uint32) {
	for i, n := range lengths {
		if n == 0 {
			continue
		}
		code, e := nextCode(&next, n), symbols[i]+entry(n)<<8+entry(n)
		to, size, used := table, first, uint(0)
		if uint(n) > first {
			link := table[code&(1<<first-1)]
			size, used = uint(link>>8&15), first
			to = table[link>>16&^0x8000:]
		}
		for at := code >> used; at < 1<<size; at += 1 << (uint(n) - used) {
			to[at] = e
		}
	}
}

func fillEntries(table []entry, e entry) {
	for i := range table {
		table[i] = e
	}
}

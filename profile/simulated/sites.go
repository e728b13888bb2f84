package simulated

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"math/rand/v2"

	"github.com/leaktop/leaktop/profile/decode"
	"github.com/leaktop/leaktop/profile/decode/decodetest"
)

// Sites is a service with many allocation sites, a fifth of which allocate between two
// profiles. A hundred of them leak; the memory of the others goes up and down.
type Sites struct {
	rand  *rand.Rand
	sites []site
	head  []byte // the sample types
	tail  []byte // the tables
}

// site is an allocation site.
type site struct {
	stack  []byte // as the profile has it
	size   int64  // of an object, bytes
	values [4]int64
}

// The number of functions, of those that allocate, and of frames of a stack: as in a
// large service.
const siteFunctions, siteAllocating, siteDepth = 3000, 200, 24

// siteWords are the first strings of the profiles; the names of the functions follow.
var siteWords = []string{"", "alloc_objects", "count", "alloc_space", "bytes", "inuse_objects", "inuse_space", "space", "/src/shop/shop.go"}

// NewSites returns a service with n sites.
func NewSites(n int) *Sites {
	number, message := decodetest.Number, decodetest.Message
	s := &Sites{rand: rand.New(rand.NewPCG(1, 2)), sites: make([]site, n)} //nolint:gosec // reproducible
	for i, name := range []uint64{1, 3, 5, 6} {
		s.head = append(s.head, message(decode.FieldSampleType, number(decode.FieldTypeName, name), number(decode.FieldTypeUnit, []uint64{2, 4}[i%2]))...)
	}
	for i := range uint64(siteFunctions) {
		id := number(decode.FieldID, i+1)
		line := message(decode.FieldLine, number(decode.FieldFunctionID, i+1), number(decode.FieldLineNumber, 10+i%90))
		s.tail = append(s.tail, message(decode.FieldLocation, id, line)...)
		s.tail = append(s.tail, message(decode.FieldFunction, id, number(decode.FieldName, uint64(len(siteWords))+i), number(decode.FieldFilename, uint64(len(siteWords)-1)))...)
	}
	for _, w := range siteWords {
		s.tail = append(s.tail, message(decode.FieldStringTable, []byte(w))...)
	}
	for i := range siteFunctions {
		s.tail = append(s.tail, message(decode.FieldStringTable, fmt.Appendf(nil, "example.com/shop/store%d.(*Cache).Put%d", i%40, i))...)
	}
	s.tail = append(s.tail, message(decode.FieldPeriodType, number(decode.FieldTypeName, 7), number(decode.FieldTypeUnit, 4))...)
	s.tail = append(s.tail, number(decode.FieldPeriod, rate)...)
	for i := range s.sites {
		refs := binary.AppendUvarint(nil, uint64(1+s.rand.IntN(siteAllocating)))
		for range siteDepth - 1 {
			refs = binary.AppendUvarint(refs, uint64(1+s.rand.IntN(siteFunctions)))
		}
		s.sites[i] = site{stack: message(decode.FieldRef, refs), size: 16 << s.rand.IntN(12)}
	}
	return s
}

// Next returns the heap profile after some sites have allocated more.
func (s *Sites) Next() []byte {
	out := append([]byte(nil), s.head...)
	for i := range s.sites {
		s.sites[i].allocate(s.rand, i)
		out = s.sites[i].appendTo(out)
	}
	var packed bytes.Buffer
	z, _ := gzip.NewWriterLevel(&packed, gzip.BestSpeed)
	_, _ = z.Write(append(out, s.tail...))
	_ = z.Close()
	return packed.Bytes()
}

// Reset restarts the service: nothing has been allocated yet.
func (s *Sites) Reset() {
	for i := range s.sites {
		s.sites[i].values = [4]int64{}
	}
}

// allocate makes some sites allocate, at random.
func (x *site) allocate(r *rand.Rand, i int) {
	if x.values[0] != 0 && r.IntN(5) > 0 {
		return
	}
	n := 1 + r.Int64N(100)
	x.values[0] += n
	switch {
	case i < 100:
		x.values[2] += n / 10
	case i%3 == 0:
		x.values[2] = r.Int64N(200)
	}
	x.values[1], x.values[3] = x.values[0]*x.size, x.values[2]*x.size
}

func (x *site) appendTo(b []byte) []byte {
	var values []byte
	for _, v := range x.values {
		values = binary.AppendUvarint(values, uint64(v))
	}
	size := decodetest.Message(decode.FieldLabel, decodetest.Number(decode.FieldLabelKey, 4), decodetest.Number(decode.FieldLabelNum, uint64(x.size)))
	return append(b, decodetest.Message(decode.FieldSample, x.stack, decodetest.Message(decode.FieldValue, values), size)...)
}

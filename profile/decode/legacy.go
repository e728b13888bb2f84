package decode

import (
	"bytes"

	"github.com/google/pprof/profile"
)

// Bounds on the text and binary formats that predate protobuf, which google/pprof
// reads line by line with regular expressions. The largest that a service writes
// (heap?debug=1 of 22,700 buckets) has 6 MB outside of comments.
const (
	maxLegacyText      = 8 << 20 // bytes outside of comments
	maxLegacyAddresses = 500_000
	maxLegacyBinary    = 1 << 20 // bytes
	// maxAssignments bounds lines such as build=/usr/bin, since google/pprof replaces
	// all of them in each line that follows.
	maxAssignments = 200
	// maxLookups bounds addresses times lines of the memory map: google/pprof
	// compares every pair.
	maxLookups = 50_000_000
)

// DecodeLegacy decodes a profile in one of the formats that predate protobuf, with
// google/pprof and within bounds. The error wraps [ErrMalformed] if it is none of them, and
// [ErrTooLarge] if it exceeds the bounds.
func DecodeLegacy(data []byte) (*profile.Profile, error) {
	switch {
	case isLegacyBinary(data):
		if len(data) > maxLegacyBinary {
			return nil, tooLarge("it is in an old binary format, and has more than %d MB", maxLegacyBinary>>20)
		}
	case isLegacyText(data):
		if err := weighText(data); err != nil {
			return nil, err
		}
	default:
		return nil, ErrMalformed
	}
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, err
	}
	return p, CheckValid(p)
}

// isLegacyBinary reports whether data begins like a CPU profile of gperftools: with
// the words 0 and 3, of 32 or 64 bits in either byte order.
func isLegacyBinary(data []byte) bool {
	for _, head := range []string{
		"\x00\x00\x00\x00\x03\x00\x00\x00",
		"\x00\x00\x00\x00\x00\x00\x00\x03",
		"\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x00\x00\x00\x00\x00\x00",
		"\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03",
	} {
		if bytes.HasPrefix(data, []byte(head)) {
			return true
		}
	}
	return false
}

// isLegacyText reports whether the first line that is not a comment is the header
// of a profile.
func isLegacyText(data []byte) bool {
	for line := range bytes.Lines(data) {
		if isComment(line) {
			continue
		}
		return bytes.Contains(line, []byte("heap profile:")) || bytes.Contains(line, []byte(" profile: total ")) || bytes.Contains(line, []byte("---"))
	}
	return false
}

func isComment(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) == 0 || line[0] == '#'
}

// weighText refuses a profile in text that exceeds the bounds.
func weighText(data []byte) error {
	var size, addresses, assignments, mappings int
	for line := range bytes.Lines(data) {
		if isComment(line) {
			continue
		}
		size += len(line)
		here := bytes.Count(line, []byte("0x"))
		addresses += here
		if bytes.IndexByte(line, '=') >= 0 {
			assignments++
		}
		if !bytes.Contains(line, []byte("@ ")) {
			mappings++
		}
	}
	switch {
	case size > maxLegacyText:
		return tooLarge("it has more than %d MB of text", maxLegacyText>>20)
	case addresses > maxLegacyAddresses:
		return tooLarge("it has more than %d addresses", maxLegacyAddresses)
	case assignments > maxAssignments:
		return tooLarge("its memory map has more than %d assignments", maxAssignments)
	case addresses*mappings > maxLookups:
		return tooLarge("its memory map has %d lines for %d addresses", mappings, addresses)
	}
	return nil
}

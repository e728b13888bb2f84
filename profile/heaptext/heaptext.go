// Package heaptext reads the text of heap?debug=1, which people attach to issues, as a heap
// profile. It takes the numbers as google/pprof reads them, and the names and lines from the
// comments, which google/pprof skips.
package heaptext

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	pprof "github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/decode"
)

// maxFrames bounds the frames of a stack; the runtime records 128 at most.
const maxFrames = 256

// IsHeapText reports whether data begins like the text of heap?debug=1.
func IsHeapText(data []byte) bool { return bytes.HasPrefix(data, []byte("heap profile:")) }

// Convert returns the text as a heap profile in protobuf, gzipped, taken at the given time.
// If the text is truncated, the profile has the complete samples.
func Convert(data []byte, at time.Time) ([]byte, error) {
	data = data[:bytes.LastIndexByte(data, '\n')+1]
	p, err := decode.DecodeLegacy(data)
	if err != nil {
		return nil, fmt.Errorf("read the text of a heap profile: %w", err)
	}
	n := namer{functions: map[[2]string]*pprof.Function{}, locations: map[profile.Place]*pprof.Location{}, addresses: len(p.Location)}
	n.nameSamples(p, data)
	p = p.Compact()
	p.TimeNanos = at.UnixNano()
	p.DropFrames, p.KeepFrames = "", "" // the text is without the frames of the allocator
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		return nil, fmt.Errorf("write the text of a heap profile as protobuf: %w", err)
	}
	return b.Bytes(), nil
}

// namer replaces the addresses of samples by the frames in the comments.
type namer struct {
	functions map[[2]string]*pprof.Function
	locations map[profile.Place]*pprof.Location
	addresses int // locations that are addresses; the IDs of the others follow theirs
}

// nameSamples names the stack of each sample; google/pprof keeps the order of the text.
// Samples without comments keep their addresses.
func (n *namer) nameSamples(p *pprof.Profile, data []byte) {
	i := -1
	var stack []*pprof.Location
	flush := func() {
		if i >= 0 && i < len(p.Sample) && len(stack) > 0 {
			p.Sample[i].Location = stack
		}
		stack = nil
	}
	for line := range bytes.Lines(data) {
		switch line = bytes.TrimRight(line, "\r\n"); {
		case isSample(line):
			flush()
			i++
		case len(stack) < maxFrames:
			if at, ok := parseFrame(line); ok {
				stack = append(stack, n.location(at))
			}
		}
	}
	flush()
}

// isSample reports whether a line has the form "1: 1024 [1: 1024] @ 0x48fe6d 0x48fe70".
func isSample(line []byte) bool {
	return len(line) > 0 && line[0] >= '0' && line[0] <= '9' && bytes.Contains(line, []byte("] @"))
}

// parseFrame parses "#\t0x48fe6d\tmain.wait+0x1d\t/src/shop/cart.go:41", in which tabs may be
// repeated. A line that is truncated before the number of the source line is not a frame.
func parseFrame(line []byte) (profile.Place, bool) {
	fields := bytes.FieldsFunc(line, func(r rune) bool { return r == '\t' })
	if len(fields) != 4 || string(fields[0]) != "#" {
		return profile.Place{}, false
	}
	name, file := fields[2], fields[3]
	if i := bytes.LastIndex(name, []byte("+0x")); i > 0 {
		name = name[:i]
	}
	i := bytes.LastIndexByte(file, ':')
	if i < 0 {
		return profile.Place{}, false
	}
	number, err := strconv.Atoi(string(file[i+1:]))
	if err != nil || number < 0 {
		return profile.Place{}, false
	}
	return profile.Place{Func: string(name), File: string(file[:i]), Line: number}, true
}

func (n *namer) location(at profile.Place) *pprof.Location {
	if l := n.locations[at]; l != nil {
		return l
	}
	key := [2]string{at.Func, at.File}
	f := n.functions[key]
	if f == nil {
		f = &pprof.Function{ID: uint64(len(n.functions) + 1), Name: at.Func, SystemName: at.Func, Filename: at.File}
		n.functions[key] = f
	}
	l := &pprof.Location{ID: uint64(n.addresses + len(n.locations) + 1), Line: []pprof.Line{{Function: f, Line: int64(at.Line)}}}
	n.locations[at] = l
	return l
}

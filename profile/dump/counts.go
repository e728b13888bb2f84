package dump

import (
	"bytes"
	"errors"
	"strconv"

	"github.com/leaktop/leaktop/profile"
)

// ParseCounts reads goroutine?debug=1: a list of stacks with numbers of goroutines, and
// with names and lines in comments. The goroutines have no IDs, states or waiting
// times.
func ParseCounts(data []byte) (Dump, error) {
	line, rest, _ := bytes.Cut(data[:min(len(data), maxSize)], []byte{'\n'})
	if !bytes.HasPrefix(line, []byte("goroutine profile:")) {
		return Dump{}, errors.New("read the goroutine counts: it is not the text of goroutine?debug=1")
	}
	p := parser{index: map[string]int{}, interned: map[string]string{}, places: map[profile.Place]*profile.Place{}}
	n, named := 0, false
	flush := func() {
		for range n {
			p.inGoroutine = true
			p.flushGoroutine()
		}
		n, p.stack = 0, p.stack[:0]
	}
	for len(rest) > 0 && !p.full {
		line, rest, _ = bytes.Cut(rest, []byte{'\n'})
		if count, _, ok := bytes.Cut(line, []byte(" @ ")); ok && len(line) > 0 && line[0] != '#' {
			flush()
			if v, err := strconv.Atoi(string(bytes.TrimSpace(count))); err == nil && v > 0 {
				n = min(v, maxGoroutines-p.dump.N)
			}
			continue
		}
		named = p.parseComment(bytes.TrimSuffix(line, []byte{'\r'})) || named
	}
	flush()
	if p.dump.N == 0 || !named {
		return Dump{}, errors.New("read the goroutine counts: it contains no names")
	}
	p.dump.Truncated = p.full
	p.dump.Groups = sortGroups(p.dump.Groups)
	return p.dump, nil
}

// parseComment reads "#\t0x48fe6d\tmain.wait+0x1d\t/src/shop/cart.go:41", and reports
// whether it is one.
func (p *parser) parseComment(line []byte) bool {
	fields := bytes.FieldsFunc(line, func(r rune) bool { return r == '\t' })
	if len(fields) < 4 || len(fields[0]) != 1 || fields[0][0] != '#' {
		return false
	}
	name := fields[2]
	if i := bytes.LastIndex(name, []byte("+0x")); i > 0 {
		name = name[:i]
	}
	p.fn, p.isCreator = p.intern(name), false
	p.parseFile(fields[3])
	return true
}

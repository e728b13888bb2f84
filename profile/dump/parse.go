package dump

import (
	"bytes"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Bounds on the cost of an untrusted dump. net/http/pprof writes at most 64 MiB.
const (
	maxSize       = 80 << 20
	maxGoroutines = 1 << 20
	maxGroups     = 1 << 14
	maxFrames     = 128      // per stack; a dump shows 100
	maxState      = 60       // bytes
	maxWord       = 4096     // bytes of a name or file
	maxWords      = 200_000  // distinct names and files; as many places
	maxWordBytes  = 16 << 20 // bytes of all distinct names and files
	maxMinutes    = 60 * 24 * 365 * 10
)

// Parse reads a dump. It skips text that is not part of one, and fails only if
// there is no goroutine at all.
func Parse(data []byte) (Dump, error) {
	p := parser{index: map[string]int{}, interned: map[string]string{}, places: map[profile.Place]*profile.Place{}}
	if len(data) > maxSize {
		data, p.dump.Truncated = data[:maxSize], true
	}
	for len(data) > 0 && !p.full {
		line, rest, whole := bytes.Cut(data, []byte{'\n'})
		data = rest
		if !whole { // cut off within a line: this goroutine is incomplete
			p.dump.Truncated, p.inGoroutine = true, false
			break
		}
		p.parseLine(bytes.TrimSuffix(line, []byte{'\r'}))
	}
	p.inGoroutine = p.inGoroutine && !p.full // a goroutine of which something is left out
	p.flushGoroutine()
	if p.dump.N == 0 {
		return Dump{}, errors.New("read the goroutine dump: the response contains no goroutine")
	}
	p.dump.Truncated = p.dump.Truncated || p.full
	p.dump.Groups = sortGroups(p.dump.Groups)
	return p.dump, nil
}

// parser reads a dump line by line.
type parser struct {
	dump        Dump
	full        bool // a bound was reached
	inGoroutine bool // inside a goroutine
	current     Goroutine
	stack       []profile.Place
	fn          string // the function whose file is on the next line
	isCreator   bool   // fn started the goroutine
	index       map[string]int
	interned    map[string]string // interned strings: dumps are repetitive
	spent       int               // bytes of the words
	places      map[profile.Place]*profile.Place
}

func (p *parser) parseLine(l []byte) {
	switch {
	case bytes.HasPrefix(l, []byte("goroutine ")):
		p.flushGoroutine()
		p.inGoroutine = p.parseHeader(l)
	case !p.inGoroutine:
	case len(l) == 0:
		p.flushGoroutine()
	case l[0] == '\t':
		p.parseFile(l[1:])
	case bytes.HasPrefix(l, []byte("created by ")):
		name := l[len("created by "):]
		if i := bytes.LastIndex(name, []byte(" in goroutine ")); i > 0 {
			name = name[:i]
		}
		p.fn, p.isCreator = p.intern(name), true
	default:
		p.fn, p.isCreator = "", false
		// The arguments have no parentheses, but the name may: (*Server).Serve(0x1).
		if i := bytes.LastIndexByte(l, '('); i > 0 && l[len(l)-1] == ')' {
			p.fn = p.intern(l[:i])
		}
	}
}

// parseHeader parses "goroutine 18 [chan receive, 2 minutes, locked to thread]:".
func (p *parser) parseHeader(l []byte) bool {
	l = l[len("goroutine "):]
	id, rest, ok := bytes.Cut(l, []byte{' '})
	n, err := strconv.ParseUint(string(id), 10, 64)
	from, to := bytes.IndexByte(rest, '['), bytes.LastIndexByte(rest, ']')
	if !ok || err != nil || from < 0 || to < from {
		return false
	}
	p.current, p.stack = Goroutine{ID: n}, p.stack[:0]
	for i, part := range strings.Split(string(rest[from+1:to]), ", ") {
		switch minutes, timed := strings.CutSuffix(part, " minutes"); {
		case i == 0:
			p.parseState(part)
		case timed:
			if m, err := strconv.Atoi(minutes); err == nil {
				p.current.WaitTime = time.Duration(max(0, min(m, maxMinutes))) * time.Minute
			}
		case strings.HasPrefix(part, "locked to thread"):
			p.current.Locked = true
		}
	}
	return true
}

// parseState sets the state of the goroutine, without the marks of the garbage
// collector and of tests.
func (p *parser) parseState(s string) {
	s, _, _ = strings.Cut(s, " labels:{")
	for _, mark := range []string{" (durable)", " (scan)"} {
		s = strings.TrimSuffix(s, mark)
	}
	s, p.current.Leaked = strings.CutSuffix(s, " (leaked)")
	s = strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s[:min(len(s), maxState)])
	p.current.State = p.intern([]byte(s))
}

// parseFile parses "/src/shop/cart.go:41 +0x1d", the second line of a frame.
func (p *parser) parseFile(l []byte) {
	if p.fn == "" {
		return
	}
	if i := bytes.LastIndex(l, []byte(" +0x")); i >= 0 {
		l = l[:i]
	}
	at := profile.Place{Func: p.fn}
	if i := bytes.LastIndexByte(l, ':'); i >= 0 {
		if n, err := strconv.Atoi(string(l[i+1:])); err == nil && n >= 0 {
			at.Line, l = n, l[:i]
		}
	}
	at.File = p.intern(l)
	switch {
	case p.isCreator:
		p.current.CreatedAt = p.internPlace(at)
	case len(p.stack) < maxFrames && !profile.IsRuntimeFunc(at.Func):
		p.stack = append(p.stack, at)
	}
	p.fn = ""
}

// flushGoroutine adds the current goroutine to its group.
func (p *parser) flushGoroutine() {
	if !p.inGoroutine {
		return
	}
	p.inGoroutine, p.fn = false, ""
	if p.dump.N >= maxGoroutines {
		p.full = true
		return
	}
	key := profile.StackKey(p.stack, true)
	i, ok := p.index[key]
	if !ok {
		if len(p.dump.Groups) >= maxGroups {
			p.full = true
			return
		}
		i = len(p.dump.Groups)
		p.index[key] = i
		p.dump.Groups = append(p.dump.Groups, Group{Stack: append([]profile.Place(nil), p.stack...)})
	}
	p.dump.N++
	p.dump.Groups[i].Goroutines = append(p.dump.Groups[i].Goroutines, p.current)
}

func (p *parser) intern(b []byte) string {
	b = b[:min(len(b), maxWord)]
	if s, ok := p.interned[string(b)]; ok {
		return s
	}
	if p.spent += len(b); p.spent > maxWordBytes || len(p.interned) >= maxWords {
		p.full = true
		return ""
	}
	s := string(b)
	p.interned[s] = s
	return s
}

func (p *parser) internPlace(at profile.Place) *profile.Place {
	if q, ok := p.places[at]; ok {
		return q
	}
	if len(p.places) >= maxWords {
		p.full = true
		return nil
	}
	p.places[at] = &at
	return &at
}

package profile

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/google/pprof/profile"
)

// Parse reads a capture and interns its stacks in t. The data may be gzipped or
// plain protobuf, or legacy text. Snapshot.Time is the capture's, or the profile's
// own if that is zero. The error is [ErrTooLarge] for a profile that exceeds the
// bounds.
func Parse(c Capture, t *Symbols) (*Snapshot, error) {
	return new(reader).parseCapture(c, t, NewBudget(), &sync.Mutex{})
}

// reader reads the profiles of one kind, one after another. What it retains of the
// last one saves most of the work, since little changes from poll to poll.
type reader struct {
	unpacker   unpacker
	decoder    decoder
	interner   interner
	last       before
	timeSpan   span
	snapshot   *Snapshot // of last; nil if there is none
	symbols    *Symbols  // that last was interned in
	generation uint64    // of the symbols then
}

// parseCapture reads a profile. lock guards the symbols; the most expensive work
// runs without it.
func (r *reader) parseCapture(c Capture, t *Symbols, b *Budget, lock sync.Locker) (*Snapshot, error) {
	s, err := r.tryRead(c, t, b, lock)
	if err != nil {
		r.dropMemory()
		return nil, fmt.Errorf("parse %s profile: %w", c.Kind, err)
	}
	return s, nil
}

func (r *reader) tryRead(c Capture, t *Symbols, b *Budget, lock sync.Locker) (*Snapshot, error) {
	if err := b.openProfile(len(c.Data)); err != nil {
		return nil, err
	}
	data, err := r.unpacker.unpackAll(c.Data)
	b.spendWork(unpackWork(data, err))
	if err != nil {
		return nil, err
	}
	if s := r.sayAgain(data, c); s != nil {
		return s, nil
	}
	lock.Lock()
	current := r.symbols == t && r.generation == t.generation
	lock.Unlock()
	if !current {
		r.last.samples = r.last.samples[:0]
	}
	same, err := r.decoder.decodeProto(data, &r.last)
	b.spendWork(r.decoder.frames * frameWork)
	if errors.Is(err, errExpression) || errors.Is(err, errMalformed) {
		return r.readByPprof(data, err, c, t, lock)
	}
	if err != nil {
		return nil, err
	}
	lock.Lock()
	defer lock.Unlock()
	if current && r.generation != t.generation { // symbols were dropped in the meantime
		current, r.last.samples = false, r.last.samples[:0]
		if err := r.decoder.readSamples(&r.last); err != nil {
			return nil, err
		}
	}
	s := r.interner.newSnapshot(t, &r.decoder.decoded, &r.last, !same || !current, c)
	r.last.data, r.timeSpan, r.snapshot = data, r.decoder.timeSpan, s
	r.symbols, r.generation = t, t.generation
	r.unpacker.keepBuffers()
	return s, nil
}

// readByPprof has google/pprof read a profile that the decoder of this package does
// not support; reason says why.
func (r *reader) readByPprof(data []byte, reason error, c Capture, t *Symbols, lock sync.Locker) (*Snapshot, error) {
	read := decodeLegacy
	if errors.Is(reason, errExpression) {
		read = decodeByPprof
	}
	p, err := read(data)
	if err != nil {
		return nil, err
	}
	lock.Lock()
	defer lock.Unlock()
	s := r.interner.newSnapshot(t, convertFromPprof(p), &before{}, true, c)
	r.dropMemory()
	return s, nil
}

// dropMemory makes the reader treat the next profile as its first.
func (r *reader) dropMemory() {
	r.last.samples, r.snapshot, r.symbols = r.last.samples[:0], nil, nil
}

// sayAgain returns the last profile with the time of a capture that has the same
// contents, or nil if the contents differ. Between two collections a service
// answers every poll with the same profile.
func (r *reader) sayAgain(data []byte, c Capture) *Snapshot {
	old, at := r.last.data, r.timeSpan
	if r.snapshot == nil || c.Time.IsZero() { // without its own time, a capture takes that of the profile
		return nil
	}
	if len(data) < int(at.from) || !bytes.Equal(data[:at.from], old[:at.from]) {
		return nil
	}
	rest := data[at.from:]
	if at.from < at.to {
		f, after, ok := field{}, rest, len(rest) > 0
		if ok {
			f, after, ok = cutField(rest)
		}
		if !ok || f.number != fieldTimeNanos || f.wire != wireVarint {
			return nil
		}
		rest = after
	}
	if !bytes.Equal(rest, old[at.to:]) {
		return nil
	}
	s := *r.snapshot
	s.Time = c.Time
	return &s
}

// decodeByPprof has google/pprof decode a profile in protobuf, after checking the
// bounds.
func decodeByPprof(data []byte) (*profile.Profile, error) {
	if err := checkWeight(data); err != nil {
		return nil, err
	}
	p, err := profile.ParseUncompressed(data)
	if err != nil {
		return nil, err
	}
	return p, checkValid(p)
}

// checkValid refuses an invalid profile, and removes what pprof itself removes on
// reading, so that the numbers equal pprof's.
func checkValid(p *profile.Profile) error {
	if err := p.CheckValid(); err != nil {
		return fmt.Errorf("malformed profile: %w", err)
	}
	if len(p.SampleType) == 0 {
		return errNoTypes
	}
	d := decoded{types: make([]valueType, len(p.SampleType))}
	for _, s := range p.Sample {
		d.values = append(d.values, s.Value...)
	}
	if d.isBeyond() {
		return errValuesTooLarge
	}
	return p.RemoveUninteresting()
}

// readers holds the readers of the polled kinds. It is safe for concurrent use:
// each goroutine acquires its own reader.
type readers struct {
	mu   sync.Mutex
	free map[Kind]*reader
}

// maxKept bounds the bytes of the last profile of a reader that is kept for reuse:
// one that has read far larger profiles than usual is dropped.
const maxKept = 8 << 20

// acquireReader returns a reader for one profile of a kind.
func (x *readers) acquireReader(k Kind) *reader {
	x.mu.Lock()
	defer x.mu.Unlock()
	r := x.free[k]
	if r == nil {
		return &reader{}
	}
	delete(x.free, k)
	return r
}

// releaseReader returns a reader to the pool.
func (x *readers) releaseReader(k Kind, r *reader) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if k.Info().Polled && len(r.last.data) <= maxKept && cap(r.decoder.refs) <= maxKept/4 {
		x.free[k] = r
	}
}

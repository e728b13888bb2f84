package profile

import (
	"bytes"
	"errors"
	"fmt"
	"sync"

	"github.com/google/pprof/profile"
)

// Parse reads a capture and interns its stacks in t. The data may be gzipped
// or plain protobuf, or legacy text. Snapshot.Time is the capture's, or the
// profile's own where that is zero. A profile beyond the bounds is [ErrTooLarge].
func Parse(c Capture, t *Symbols) (*Snapshot, error) {
	return new(reader).parseCapture(c, t, NewBudget(), &sync.Mutex{})
}

// reader reads the profiles of one kind, one after another. What it keeps of the
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

// parseCapture reads a profile. lock guards the symbols; the work that takes longest goes
// on without it.
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
	if current && r.generation != t.generation { // symbols were dropped meanwhile
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

// readByPprof leaves a profile to google/pprof that our own decoder does not read,
// for a reason.
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

// dropMemory makes the next profile be read as the first.
func (r *reader) dropMemory() {
	r.last.samples, r.snapshot, r.symbols = r.last.samples[:0], nil, nil
}

// sayAgain is the last profile at the time of a capture that says the same, nil if
// that does not. Between two collections a service says the same at each poll.
func (r *reader) sayAgain(data []byte, c Capture) *Snapshot {
	old, at := r.last.data, r.timeSpan
	if r.snapshot == nil || c.Time.IsZero() { // without a time of its own, the profile's is wanted
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

// decodeByPprof leaves a profile in protobuf to google/pprof, which sees nothing
// that is beyond the bounds.
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

// checkValid refuses what is no valid profile, and leaves out of it what pprof itself
// does on reading, so that the numbers are its numbers.
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

// readers are the readers of the polled kinds. It may be used from several
// goroutines, each of which gets one of its own.
type readers struct {
	mu   sync.Mutex
	free map[Kind]*reader
}

// maxKept bounds the bytes of the last profile of a kept reader: one that has read
// much more than usual is large.
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

// releaseReader takes a reader back.
func (x *readers) releaseReader(k Kind, r *reader) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if k.Info().Polled && len(r.last.data) <= maxKept && cap(r.decoder.refs) <= maxKept/4 {
		x.free[k] = r
	}
}

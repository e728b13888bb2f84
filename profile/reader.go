package profile

import (
	"fmt"
	"sync"

	"github.com/leaktop/leaktop/profile/decode"
)

// reader reads the profiles of one kind, one after another. What it retains of the
// last one saves most of the work, since little changes from poll to poll.
type reader struct {
	decoder    decode.Decoder
	interner   interner
	snapshot   *Snapshot // the last one; nil if there is none
	symbols    *Symbols  // that the last profile was interned in
	generation uint64    // of the symbols then
}

// parseCapture reads a profile. lock guards the symbols; the most expensive work
// runs without it.
func (r *reader) parseCapture(c Capture, t *Symbols, b *decode.Budget, lock sync.Locker) (*Snapshot, error) {
	s, err := r.tryRead(c, t, b, lock)
	if err != nil {
		r.dropMemory()
		return nil, fmt.Errorf("parse %s profile: %w", c.Kind, err)
	}
	return s, nil
}

func (r *reader) tryRead(c Capture, t *Symbols, b *decode.Budget, lock sync.Locker) (*Snapshot, error) {
	if err := b.OpenProfile(len(c.Data)); err != nil {
		return nil, err
	}
	data, err := r.decoder.Unpack(c.Data)
	b.SpendWork(decode.UnpackWork(data, err))
	if err != nil {
		return nil, err
	}
	if s := r.repeatSnapshot(data, c); s != nil {
		return s, nil
	}
	lock.Lock()
	current := r.symbols == t && r.generation == t.generation
	lock.Unlock()
	if !current {
		r.decoder.Forget()
	}
	p, err := r.decoder.Decode(data)
	b.SpendWork(r.decoder.Frames() * decode.FrameWork)
	if err != nil {
		return nil, err
	}
	lock.Lock()
	defer lock.Unlock()
	if current && r.generation != t.generation { // symbols were dropped in the meantime
		current = false
		if err := r.decoder.DecodeAllSamples(); err != nil {
			return nil, err
		}
	}
	s := r.interner.newSnapshot(t, p, !p.SameTables || !current, c)
	r.snapshot, r.symbols, r.generation = s, t, t.generation
	r.decoder.Keep()
	return s, nil
}

// dropMemory makes the reader treat the next profile as its first.
func (r *reader) dropMemory() {
	r.decoder.Forget()
	r.snapshot, r.symbols = nil, nil
}

// repeatSnapshot returns the last profile with the time of a capture that has the same
// contents, or nil if the contents differ. Between two collections a service
// answers every poll with the same profile.
func (r *reader) repeatSnapshot(data []byte, c Capture) *Snapshot {
	if r.snapshot == nil || c.Time.IsZero() || !r.decoder.IsRepeat(data) { // without its own time, a capture takes that of the profile
		return nil
	}
	s := *r.snapshot
	s.Time = c.Time
	return &s
}

// readers holds the readers of the polled kinds. It is safe for concurrent use:
// each goroutine acquires its own reader.
type readers struct {
	mu   sync.Mutex
	free map[Kind]*reader
}

// maxKept bounds, in bytes, the memory that a reusable reader keeps of its last
// profile. A reader that has read a far larger profile than usual is dropped.
const maxKept = 16 << 20

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
	if k.Info().Polled && r.decoder.MemorySize() <= maxKept {
		x.free[k] = r
	}
}

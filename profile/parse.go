package profile

import (
	"errors"
	"fmt"
	"sync"

	"github.com/google/pprof/profile"
)

// Parse reads a capture and interns its stacks in t. The data may be gzipped
// or plain protobuf, or legacy text. Snapshot.Time is the capture's, or the
// profile's own where that is zero. A profile beyond the bounds is [ErrTooLarge].
func Parse(c Capture, t *Symbols) (*Snapshot, error) {
	data, err := unpack(c.Data)
	if err != nil {
		return nil, fmt.Errorf("parse %s profile: %w", c.Kind, err)
	}
	d, _, err := new(decoder).read(data)
	if err != nil {
		return nil, fmt.Errorf("parse %s profile: %w", c.Kind, err)
	}
	return t.snapshot(d, c), nil
}

// read decodes what [unpack] returned, in whatever format it is. The columns are
// valid until the next call. The work is that of [Budget].
func (d *decoder) read(data []byte) (out *decoded, work int64, err error) {
	err = d.decode(data)
	work = d.frames * frameWork
	switch {
	case err == nil:
		return &d.decoded, work, nil
	case errors.Is(err, errExpression):
		var p *profile.Profile
		if p, err = decodeByPprof(data); err == nil {
			return convert(p), work, nil
		}
	case errors.Is(err, errMalformed):
		var p *profile.Profile
		if p, err = decodeLegacy(data); err == nil {
			return convert(p), int64(len(data)), nil
		}
	}
	return nil, work, err
}

// decodeByPprof leaves a profile in protobuf to google/pprof, which sees nothing
// that is beyond the bounds.
func decodeByPprof(data []byte) (*profile.Profile, error) {
	if err := weigh(data); err != nil {
		return nil, err
	}
	p, err := profile.ParseUncompressed(data)
	if err != nil {
		return nil, err
	}
	return p, check(p)
}

// check refuses what is no valid profile, and leaves out of it what pprof itself
// does on reading, so that the numbers are its numbers.
func check(p *profile.Profile) error {
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
		return errBeyond
	}
	return p.RemoveUninteresting()
}

// decoders keeps one decoder for the next profile. It may be used from several
// goroutines.
type decoders struct {
	mu   sync.Mutex
	free *decoder
}

// maxKept bounds the bytes on the wire of what a kept decoder has read: one that
// has read much more than usual is large.
const maxKept = 8 << 20

// take returns a decoder for one profile.
func (x *decoders) take() *decoder {
	x.mu.Lock()
	defer x.mu.Unlock()
	d := x.free
	x.free = nil
	if d == nil {
		d = &decoder{}
	}
	return d
}

// put takes a decoder back that has read so many bytes.
func (x *decoders) put(d *decoder, read int) {
	x.mu.Lock()
	defer x.mu.Unlock()
	if read <= maxKept {
		x.free = d
	}
}

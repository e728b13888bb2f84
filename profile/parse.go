package profile

import (
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/google/pprof/profile"
)

// Parse reads a capture and interns its stacks in t. The data may be gzipped
// or plain protobuf, or legacy text. Snapshot.Time is the capture's, or the
// profile's own where that is zero.
func Parse(c Capture, t *Symbols) (*Snapshot, error) {
	p, err := decode(c.Data)
	if err != nil {
		return nil, fmt.Errorf("parse %s profile: %w", c.Kind, err)
	}
	return build(p, c, t), nil
}

// decode unpacks and decodes a profile within the bounds.
func decode(data []byte) (*profile.Profile, error) {
	data, err := unpack(data)
	if err != nil {
		return nil, err
	}
	p, _, err := decodeUnpacked(data)
	return p, err
}

// decodeUnpacked decodes what [unpack] returned. google/pprof sees nothing that is
// beyond the bounds. The work is that of [Budget].
func decodeUnpacked(data []byte) (p *profile.Profile, work int64, err error) {
	frames, err := weigh(data)
	work = frames * frameWork
	if err != nil {
		return nil, work, err
	}
	p, err = profile.ParseUncompressed(data)
	if err != nil {
		p, err = decodeLegacy(data, err)
	}
	if err == nil {
		err = check(p)
	}
	if err != nil {
		return nil, work, err
	}
	return p, work, nil
}

// check refuses what is no profile, and leaves out of it what pprof itself does on
// reading, so that the numbers are its numbers.
func check(p *profile.Profile) error {
	if err := p.CheckValid(); err != nil {
		return fmt.Errorf("malformed profile: %w", err)
	}
	if len(p.SampleType) == 0 {
		return errors.New("it has no sample types, so it is no profile")
	}
	if beyond(p) {
		return errBeyond
	}
	return p.RemoveUninteresting()
}

var errBeyond = errors.New("its values are larger than there can be")

// beyond tells whether values are so large that their sums do not fit: what a
// service allocates at 10 GB a second takes 14 years to get there.
func beyond(p *profile.Profile) bool {
	for i := range p.SampleType {
		sum := 0.0
		for _, s := range p.Sample {
			sum += math.Abs(float64(s.Value[i]))
		}
		if sum > 1<<62 {
			return true
		}
	}
	return false
}

// build turns a decoded profile into a snapshot.
func build(p *profile.Profile, c Capture, t *Symbols) *Snapshot {
	s := &Snapshot{
		Kind: c.Kind, Time: c.Time, Duration: time.Duration(p.DurationNanos),
		Buckets: len(p.Sample), Period: p.Period, Totals: make([]int64, len(p.SampleType)),
	}
	if s.Time.IsZero() && p.TimeNanos != 0 {
		s.Time = time.Unix(0, p.TimeNanos)
	}
	if t := p.PeriodType; t != nil {
		s.PeriodType = SampleType{clean(t.Type), clean(t.Unit)}
	}
	for _, st := range p.SampleType {
		s.Types = append(s.Types, SampleType{clean(st.Type), clean(st.Unit)})
	}
	s.Default = defaultType(s, p.DefaultSampleType)
	if len(p.Mapping) > 0 {
		s.Binary = binaryOf(p.Mapping[0].File, p.Mapping[0].BuildID)
	}
	t.learn(p)
	frames := frameTable(p, t)
	index := make(map[*Stack]int, len(p.Sample))
	heap := heapTypes(s.Types)
	values := make([]int64, 0, len(p.Sample)*len(s.Types))
	var buf []Frame
	for _, ps := range p.Sample {
		buf = buf[:0]
		for _, l := range ps.Location {
			if buf = append(buf, frames[l]...); len(buf) >= maxFrames {
				break
			}
		}
		st := t.stack(buf)
		i, ok := index[st]
		if !ok {
			i = len(s.Samples)
			index[st] = i
			n := len(values)
			values = append(values, make([]int64, len(s.Types))...)
			s.Samples = append(s.Samples, Sample{Stack: st, Values: values[n:len(values):len(values)]})
		}
		s.add(&s.Samples[i], ps, heap)
	}
	return s
}

// add puts one sample of the profile on the sample of its stack.
func (s *Snapshot) add(to *Sample, ps *profile.Sample, heap bool) {
	for j, v := range ps.Value {
		to.Values[j] += v
		s.Totals[j] += v
	}
	if !heap {
		return
	}
	var size int64
	if b := ps.NumLabel["bytes"]; len(b) == 1 {
		size = b[0]
	} else if ps.Value[0] > 0 {
		size = ps.Value[1] / ps.Value[0] // merged profiles lose the label
	}
	seen := 1.0
	if s.Period > 1 && size > 0 {
		seen = -math.Expm1(-float64(size) / float64(s.Period))
	}
	to.RawAlloc += float32(float64(ps.Value[0]) * seen)
	to.Raw += float32(float64(ps.Value[2]) * seen)
	if ps.Value[2] > 0 && size > to.Largest {
		to.Largest = size
	}
}

// heapTypes tells whether the sample types are those of Go's heap profile.
func heapTypes(types []SampleType) bool {
	want := [...]string{"alloc_objects", "alloc_space", "inuse_objects", "inuse_space"}
	if len(types) != len(want) {
		return false
	}
	for i, w := range want {
		if types[i].Name != w {
			return false
		}
	}
	return true
}

// learn finds out where the target was compiled, before its functions are
// classified by that.
func (t *Symbols) learn(p *profile.Profile) {
	r := t.roots
	for _, f := range p.Function {
		r.learn(f.Name, f.Filename)
	}
	t.relearn(r)
}

// frameTable expands each location of p into frames, inlined calls included.
func frameTable(p *profile.Profile, t *Symbols) map[*profile.Location][]Frame {
	m := make(map[*profile.Location][]Frame, len(p.Location))
	for _, l := range p.Location {
		var fs []Frame
		for _, line := range l.Line {
			if line.Function == nil {
				continue
			}
			f := t.function(nameOf(line.Function, l), line.Function.Filename, line.Function.StartLine)
			fs = append(fs, Frame{Func: f, Line: int(line.Line)})
		}
		if len(fs) == 0 {
			fs = []Frame{{Func: t.function(unnamed(l), "", 0)}}
		}
		m[l] = fs
	}
	return m
}

// defaultType chooses the sample type that is shown first: the one our table
// has for the kind, the profile's own, or the last, as pprof does.
func defaultType(s *Snapshot, own string) int {
	for _, name := range []string{s.Kind.Info().SampleType, own} {
		for i, t := range s.Types {
			if name != "" && t.Name == name {
				return i
			}
		}
	}
	return max(0, len(s.Types)-1)
}

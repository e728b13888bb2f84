package decode

import (
	"fmt"

	"github.com/google/pprof/profile"
)

// convertFromPprof converts a profile that google/pprof has decoded, because it is
// in an older format or has an expression for frames to leave out. p must be valid.
func convertFromPprof(p *profile.Profile) *Profile {
	c := converter{p: &Profile{}, index: map[string]uint64{}, functions: map[*profile.Function]int32{}, locations: map[*profile.Location]int32{}}
	c.stringIndex("")
	d := c.p
	d.Time, d.Duration, d.Period, d.DefaultType = p.TimeNanos, p.DurationNanos, p.Period, c.stringIndex(p.DefaultSampleType)
	if t := p.PeriodType; t != nil {
		d.PeriodType = ValueType{c.stringIndex(t.Type), c.stringIndex(t.Unit)}
	}
	for _, t := range p.SampleType {
		d.Types = append(d.Types, ValueType{c.stringIndex(t.Type), c.stringIndex(t.Unit)})
	}
	mappings := map[*profile.Mapping]int32{nil: -1}
	for i, m := range p.Mapping {
		mappings[m] = int32(i)
		d.Mappings = append(d.Mappings, Mapping{m.ID, c.stringIndex(m.File), c.stringIndex(m.BuildID)})
	}
	for i, f := range p.Function {
		c.functions[f] = int32(i)
		d.Functions = append(d.Functions, Function{f.ID, c.stringIndex(f.Name), c.stringIndex(f.SystemName), c.stringIndex(f.Filename), f.StartLine})
	}
	for i, l := range p.Location {
		c.locations[l] = int32(i)
		c.addLocation(l, mappings[l.Mapping])
	}
	for _, s := range p.Sample {
		c.addSample(s)
	}
	return d
}

// converter remembers the indexes it has assigned.
type converter struct {
	p         *Profile
	index     map[string]uint64
	functions map[*profile.Function]int32
	locations map[*profile.Location]int32
}

func (c *converter) stringIndex(s string) uint64 {
	i, ok := c.index[s]
	if !ok {
		i = uint64(len(c.p.Strings))
		c.index[s] = i
		c.p.Strings = append(c.p.Strings, []byte(s))
	}
	return i
}

func (c *converter) addLocation(l *profile.Location, mapping int32) {
	out := Location{ID: l.ID, Address: l.Address, Mapping: mapping, From: int32(len(c.p.Lines))}
	for _, line := range l.Line {
		c.p.Lines = append(c.p.Lines, Line{Function: c.functions[line.Function], Number: line.Line})
	}
	out.To = int32(len(c.p.Lines))
	c.p.Locations = append(c.p.Locations, out)
}

func (c *converter) addSample(s *profile.Sample) {
	for _, l := range s.Location {
		c.p.Refs = append(c.p.Refs, c.locations[l])
	}
	c.p.Ends = append(c.p.Ends, int32(len(c.p.Refs)))
	c.p.Values = append(c.p.Values, s.Value...)
	size := int64(NoSize)
	if b := s.NumLabel["bytes"]; len(b) == 1 {
		size = max(b[0], NoSize+1)
	}
	c.p.Sizes = append(c.p.Sizes, size)
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
	return p, CheckValid(p)
}

// CheckValid refuses an invalid profile, and removes what pprof itself removes on
// reading, so that the numbers equal pprof's.
func CheckValid(p *profile.Profile) error {
	if err := p.CheckValid(); err != nil {
		return fmt.Errorf("malformed profile: %w", err)
	}
	if len(p.SampleType) == 0 {
		return errNoTypes
	}
	d := Profile{Types: make([]ValueType, len(p.SampleType))}
	for _, s := range p.Sample {
		d.Values = append(d.Values, s.Value...)
	}
	if d.isBeyond() {
		return ErrValuesTooLarge
	}
	return p.RemoveUninteresting()
}

package profile

import "github.com/google/pprof/profile"

// convertFromPprof converts a profile that google/pprof has decoded, because it is
// in an older format or has an expression for frames to leave out. p must be valid.
func convertFromPprof(p *profile.Profile) *decoded {
	c := converter{index: map[string]uint64{}, functions: map[*profile.Function]int32{}, locations: map[*profile.Location]int32{}}
	c.stringIndex("")
	d := &c.d
	d.time, d.duration, d.period, d.defaultType = p.TimeNanos, p.DurationNanos, p.Period, c.stringIndex(p.DefaultSampleType)
	if t := p.PeriodType; t != nil {
		d.periodType = valueType{c.stringIndex(t.Type), c.stringIndex(t.Unit)}
	}
	for _, t := range p.SampleType {
		d.types = append(d.types, valueType{c.stringIndex(t.Type), c.stringIndex(t.Unit)})
	}
	mappings := map[*profile.Mapping]int32{nil: -1}
	for i, m := range p.Mapping {
		mappings[m] = int32(i)
		d.mappings = append(d.mappings, protoMapping{m.ID, c.stringIndex(m.File), c.stringIndex(m.BuildID)})
	}
	for i, f := range p.Function {
		c.functions[f] = int32(i)
		d.functions = append(d.functions, protoFunction{f.ID, c.stringIndex(f.Name), c.stringIndex(f.SystemName), c.stringIndex(f.Filename), f.StartLine})
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
	d         decoded
	index     map[string]uint64
	functions map[*profile.Function]int32
	locations map[*profile.Location]int32
}

func (c *converter) stringIndex(s string) uint64 {
	i, ok := c.index[s]
	if !ok {
		i = uint64(len(c.d.strings))
		c.index[s] = i
		c.d.strings = append(c.d.strings, []byte(s))
	}
	return i
}

func (c *converter) addLocation(l *profile.Location, mapping int32) {
	out := protoLocation{id: l.ID, address: l.Address, mapping: mapping, from: int32(len(c.d.lines))}
	for _, line := range l.Line {
		c.d.lines = append(c.d.lines, protoLine{function: c.functions[line.Function], number: line.Line})
	}
	out.to = int32(len(c.d.lines))
	c.d.locations = append(c.d.locations, out)
}

func (c *converter) addSample(s *profile.Sample) {
	for _, l := range s.Location {
		c.d.refs = append(c.d.refs, c.locations[l])
	}
	c.d.ends = append(c.d.ends, int32(len(c.d.refs)))
	c.d.values = append(c.d.values, s.Value...)
	size := int64(noSize)
	if b := s.NumLabel["bytes"]; len(b) == 1 {
		size = max(b[0], noSize+1)
	}
	c.d.sizes = append(c.d.sizes, size)
}

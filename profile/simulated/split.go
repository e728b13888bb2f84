package simulated

import (
	"fmt"
	"time"

	"github.com/google/pprof/profile"
)

// Part is one sample type of a profile, as a store keeps it.
type Part struct {
	Sample, Unit           string // "inuse_space", "bytes"
	PeriodType, PeriodUnit string
	Total                  int64
	// Data is a gzipped profile with this sample type only, without labels and
	// sampling rate. Samples of zero are left out.
	Data []byte
}

// Split returns the parts of a profile that a store keeps, and its time.
func Split(data []byte) ([]Part, time.Time, error) {
	p, err := profile.ParseData(data)
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("split profile: %w", err)
	}
	period := profile.ValueType{}
	if p.PeriodType != nil {
		period = *p.PeriodType
	}
	var out []Part
	for i, t := range p.SampleType {
		one := &profile.Profile{
			SampleType: []*profile.ValueType{t}, PeriodType: p.PeriodType, TimeNanos: p.TimeNanos,
			Mapping: p.Mapping, Location: p.Location, Function: p.Function,
		}
		part := Part{Sample: t.Type, Unit: t.Unit, PeriodType: period.Type, PeriodUnit: period.Unit}
		for _, s := range p.Sample {
			if v := s.Value[i]; v != 0 {
				one.Sample = append(one.Sample, &profile.Sample{Location: s.Location, Value: []int64{v}})
				part.Total += v
			}
		}
		if part.Data, err = pack(one); err != nil {
			return nil, time.Time{}, fmt.Errorf("split profile: %w", err)
		}
		out = append(out, part)
	}
	return out, time.Unix(0, p.TimeNanos), nil
}

// Merge adds up profiles, as a store does for a range.
func Merge(all ...[]byte) ([]byte, error) {
	var parsed []*profile.Profile
	for _, data := range all {
		p, err := profile.ParseData(data)
		if err != nil {
			return nil, fmt.Errorf("merge profiles: %w", err)
		}
		parsed = append(parsed, p)
	}
	sum, err := profile.Merge(parsed)
	if err != nil {
		return nil, fmt.Errorf("merge profiles: %w", err)
	}
	return pack(sum)
}

// Since returns the difference of a part to an earlier one of the same process.
func (p Part) Since(before []byte) (Part, error) {
	old, err := profile.ParseData(before)
	if err != nil {
		return p, fmt.Errorf("subtract profile: %w", err)
	}
	now, err := profile.ParseData(p.Data)
	if err != nil {
		return p, fmt.Errorf("subtract profile: %w", err)
	}
	old.Scale(-1)
	sum, err := profile.Merge([]*profile.Profile{now, old})
	if err != nil {
		return p, fmt.Errorf("subtract profile: %w", err)
	}
	sum.TimeNanos = now.TimeNanos
	p.Total = 0
	for _, s := range sum.Sample {
		p.Total += s.Value[0]
	}
	p.Data, err = pack(sum)
	return p, err
}

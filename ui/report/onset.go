package report

import (
	"math"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/onset"
	"github.com/leaktop/leaktop/ui/format"
)

// DescribeOnset says when growth began, and with what; empty if unknown. Times are in the
// location in, which is named if it is UTC.
func DescribeOnset(s leak.Suspect, in *time.Location) string {
	o := s.Onset
	if o == nil {
		return ""
	}
	const layout = "2006-01-02 15:04"
	at := func(t time.Time) string { return t.In(in).Format(layout) }
	clock := func(t time.Time) string { // without the day, if that is the same
		if t.In(in).Format(time.DateOnly) == o.Time.In(in).Format(time.DateOnly) {
			return t.In(in).Format("15:04")
		}
		return at(t)
	}
	zone := ""
	if in == time.UTC {
		zone = " UTC"
	}
	var text string
	switch with := o.Start; {
	case o.IsBefore && o.Time.Equal(o.Low):
		text = "before " + at(o.Time) + zone + ", when the profiles begin"
	case o.IsBefore:
		text = "before " + at(o.High) + zone
	case with != nil && o.IsWith:
		text = at(with.Time) + zone + ", with " + describeStart(with)
	case with != nil:
		text = at(o.Time) + zone + intervalOf(o, clock) + ", near " + describeStart(with) + " at " + clock(with.Time)
	default:
		text = at(o.Time) + zone + intervalOf(o, clock)
	}
	if p := o.Steps; p != nil {
		text += ", in steps of about " + stepHeight(p.Height, s.Unit) + ", one every " + format.Duration(roundPeriod(p.Period))
	}
	return text
}

// ShortOnset is a short form of [DescribeOnset]: "since 26 Nov 03:10 (v1.9)".
func ShortOnset(s leak.Suspect, in *time.Location) string {
	o := s.Onset
	if o == nil {
		return ""
	}
	switch {
	case o.IsBefore && o.Time.Equal(o.Low):
		return "since before " + format.Moment(o.Time.In(in))
	case o.IsBefore:
		return "since before " + format.Moment(o.High.In(in))
	case o.Start != nil && o.IsWith && o.Start.IsNewVersion:
		return "since " + format.Moment(o.Start.Time.In(in)) + " (" + format.Clean(o.Start.Version) + ")"
	case o.Start != nil && o.IsWith:
		return "since the restart at " + format.Moment(o.Start.Time.In(in))
	}
	return "since " + format.Moment(o.Time.In(in))
}

// describeStart names the start of a process.
func describeStart(s *onset.Start) string {
	if s.IsNewVersion {
		return "the restart to version " + format.Clean(s.Version)
	}
	return "the restart"
}

// intervalOf returns the interval of an onset, if it is wide enough to mention.
func intervalOf(o *onset.Onset, clock func(time.Time) string) string {
	if o.High.Sub(o.Low) < 2*time.Minute {
		return ""
	}
	return " (95% CI " + clock(o.Low) + " to " + clock(o.High) + ")"
}

func stepHeight(v float64, unit string) string {
	if format.IsNamed(unit) {
		return strings.TrimSpace(format.Count(int(math.Round(v)))) + " " + unit
	}
	return format.Value(int64(v), unit)
}

// roundPeriod rounds a period to the precision with which it is known.
func roundPeriod(d time.Duration) time.Duration {
	switch {
	case d > 12*time.Hour:
		return d.Round(10 * time.Minute)
	case d > 20*time.Minute:
		return d.Round(time.Minute)
	}
	return d.Round(time.Second)
}

// Package onset says when growth began, and with the start of which process.
package onset

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// Onset says when growth that still continues began.
type Onset struct {
	Time time.Time `json:"time"`
	// Low and High bound the 95% interval of Time.
	Low  time.Time `json:"low"`
	High time.Time `json:"high"`
	// IsBefore means that it may have grown for as long as there are profiles: it began
	// before High.
	IsBefore bool `json:"before"`
	// Start is the start of a process with which growth began, or near which it began;
	// nil for none. IsWith means that it began with it, as far as profiles show.
	Start  *Start `json:"start,omitempty"`
	IsWith bool   `json:"withStart"`
	// Steps are the steps in which it grew; nil if it grew evenly.
	Steps *Steps `json:"steps,omitempty"`
}

// Start is the start of a process of the target.
type Start struct {
	Time    time.Time `json:"time"`
	Version string    `json:"version,omitempty"` // empty if unknown
	// IsNewVersion means that the previous process had another version.
	IsNewVersion bool `json:"newVersion"`
}

// Steps describes growth in equal steps at regular times.
type Steps struct {
	Count  int           `json:"count"`
	Period time.Duration `json:"-"`
	// PeriodSeconds is Period in seconds. Height is that of a step, in the unit of the
	// series.
	PeriodSeconds float64 `json:"periodSeconds"`
	Height        float64 `json:"height"`
}

const (
	// MinSpan is the shortest history in which an onset is searched for: in a shorter one,
	// the time watched says as much.
	MinSpan = time.Hour
	// nearStart is the maximum time between an onset and the start of a process that may
	// explain it.
	nearStart = 15 * time.Minute
)

// Find returns when the growth of a line began, which has one segment per process. starts
// are those of the processes, as far as they are known. It returns nil if the line does
// not grow, or is shorter than [MinSpan].
func Find(line profile.Line, starts []Start) *Onset {
	var origin, last time.Time
	segments := make([][]trend.Point, len(line))
	for i, part := range line {
		segments[i] = make([]trend.Point, len(part))
		for j, v := range part {
			if origin.IsZero() {
				origin = v.EffectiveTime()
			}
			last = v.EffectiveTime()
			segments[i][j] = trend.Point{T: last.Sub(origin).Seconds(), V: v.V}
		}
	}
	if last.Sub(origin) < MinSpan {
		return nil
	}
	o, ok := trend.FindOnset(segments)
	if !ok {
		return nil
	}
	at := func(t float64) time.Time { return origin.Add(time.Duration(t * float64(time.Second))) }
	out := &Onset{Time: at(o.T), Low: at(o.Low), High: at(o.High), IsBefore: o.IsBefore}
	if r := o.Rhythm; r.Steps > 0 {
		period := time.Duration(r.Period * float64(time.Second))
		out.Steps = &Steps{Count: r.Steps, Period: period, PeriodSeconds: r.Period, Height: r.Height}
	}
	if !o.IsBefore {
		out.Start = startNear(out, starts, o.Segment > 0)
		out.IsWith = out.Start != nil && o.Segment > 0
	}
	return out
}

// startNear returns the process start that may explain an onset: the one with which it
// began, or else one within its interval or shortly before it, preferably of a new
// version.
func startNear(o *Onset, starts []Start, with bool) (near *Start) {
	starts = slices.Clone(starts)
	slices.SortStableFunc(starts, func(a, b Start) int { return a.Time.Compare(b.Time) })
	for i, s := range starts {
		if i == 0 {
			continue // when the history began, nothing may have started
		}
		before := starts[i-1].Version
		s.IsNewVersion = s.Version != "" && before != "" && s.Version != before
		isIn := !s.Time.Before(o.Low.Add(-nearStart)) && !s.Time.After(o.High)
		if with && s.Time.Sub(o.Time).Abs() <= nearStart {
			isIn = true
		}
		if isIn && (near == nil || s.IsNewVersion && !near.IsNewVersion) {
			near = &s
		}
	}
	return near
}

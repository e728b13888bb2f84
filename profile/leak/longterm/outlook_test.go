package longterm

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

const mib = 1 << 20

var (
	now     = time.Date(2026, 11, 30, 2, 0, 0, 0, time.UTC)
	rollout = now.Add(-76 * time.Hour)
)

// newLine returns a value every step, with noise of 2%.
func newLine(from, to time.Time, step time.Duration, f func(at time.Time) float64) (out []profile.Value) {
	r := rand.New(rand.NewPCG(uint64(from.Unix()), 1))
	for at := from; !at.After(to); at = at.Add(step) {
		out = append(out, profile.Value{Time: at, V: f(at) * mib * (1 + 0.02*(r.Float64()-0.5))})
	}
	return out
}

const step = 15 * time.Minute

// dailySwing is 1 at 15:00 UTC, and -1 at 3:00.
func dailySwing(at time.Time) float64 {
	return math.Sin(2 * math.Pi * (float64(at.Unix()%86400)/86400 - 0.375))
}

// sawtoothAt grows from 400 to 2000 every six hours.
func sawtoothAt(at time.Time) float64 {
	return 400 + 1600*float64(at.Sub(rollout)%(6*time.Hour))/float64(6*time.Hour)
}

// sawMarks returns the restarts of the sawtooth.
func sawMarks(kind MarkKind) (out []Mark) {
	out = append(out, Mark{Time: rollout, Kind: MarkRollout, Version: "v1.9"})
	for at := rollout.Add(6 * time.Hour); at.Before(now); at = at.Add(6 * time.Hour) {
		out = append(out, Mark{Time: at, Kind: kind})
	}
	return out
}

func joinLines(parts ...[]profile.Value) (out []profile.Value) {
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// courseCase is the course of memory over days, and the expected outlook.
type courseCase struct {
	d     Data
	want  Outlook
	since time.Time // tolerated by two steps
}

var week = now.Add(-7 * 24 * time.Hour)

func constantLevel(v float64) func(time.Time) float64 { return func(time.Time) float64 { return v } }

func growthFrom(from time.Time, perHour float64) func(time.Time) float64 {
	return func(at time.Time) float64 { return 300 + perHour*max(0, at.Sub(from).Hours()) }
}

var courseCases = map[string]courseCase{
	"a saw since a rollout": {
		Data{Limit: 2048 * mib, Marks: sawMarks(MarkOOM), Lines: map[Metric][]profile.Value{
			WorkingSet: joinLines(newLine(week, rollout.Add(-step), step, constantLevel(400)), newLine(rollout, now, step, sawtoothAt)),
		}},
		Outlook{Course: Grows, Cause: Mark{Kind: MarkRollout}, Restarts: 12, Kills: 12, Every: 6 * time.Hour, AtLimit: true},
		rollout,
	},
	"a saw without a limit": {
		Data{Marks: sawMarks(MarkRestart), Lines: map[Metric][]profile.Value{
			Resident: joinLines(newLine(week, rollout.Add(-step), step, constantLevel(400)), newLine(rollout, now, step, sawtoothAt)),
		}},
		Outlook{Course: Grows, Cause: Mark{Kind: MarkRollout}, Restarts: 12, Every: 6 * time.Hour},
		rollout,
	},
	"growth within one process": {
		Data{Lines: map[Metric][]profile.Value{Resident: newLine(week, now, step, growthFrom(now.Add(-60*time.Hour), 5))}},
		Outlook{Course: Grows},
		now.Add(-60 * time.Hour),
	},
	"growth under a daily swing": {
		Data{Lines: map[Metric][]profile.Value{WorkingSet: newLine(week, now, step, func(at time.Time) float64 {
			return growthFrom(rollout, 8)(at) + 60*dailySwing(at)
		})}, Marks: []Mark{{Time: rollout, Kind: MarkRestart}}},
		Outlook{Course: Grows, Cause: Mark{Kind: MarkRestart}},
		rollout,
	},
	"growth for longer than it is kept": {
		Data{Lines: map[Metric][]profile.Value{Resident: newLine(week, now, step, growthFrom(week, 3))}},
		Outlook{Course: Grows, IsLonger: true},
		week,
	},
	"a daily swing": {
		Data{Lines: map[Metric][]profile.Value{WorkingSet: newLine(week, now, step, func(at time.Time) float64 { return 800 + 300*dailySwing(at) })}},
		Outlook{Course: Daily},
		time.Time{},
	},
	"a daily swing seen on its rise": {
		Data{Lines: map[Metric][]profile.Value{WorkingSet: newLine(week, now.Add(11*time.Hour), step, func(at time.Time) float64 { return 800 + 300*dailySwing(at) })}},
		Outlook{Course: Daily},
		time.Time{},
	},
	"level": {
		Data{Lines: map[Metric][]profile.Value{WorkingSet: newLine(week, now, step, constantLevel(500))}}, Outlook{Course: Steady}, time.Time{},
	},
	"growth that a rollout ended": {
		Data{Marks: []Mark{{Time: rollout, Kind: MarkRollout}}, Lines: map[Metric][]profile.Value{
			WorkingSet: joinLines(newLine(week, rollout.Add(-step), step, growthFrom(week, 10)), newLine(rollout, now, step, constantLevel(300))),
		}},
		Outlook{Course: Steady},
		time.Time{},
	},
	"page cache": {
		Data{Lines: map[Metric][]profile.Value{
			WorkingSet: newLine(week, now, step, growthFrom(week, 6)), Anonymous: newLine(week, now, step, constantLevel(300)),
		}},
		Outlook{Course: PageCache, IsLonger: true},
		week,
	},
	"an hour": {
		Data{Lines: map[Metric][]profile.Value{WorkingSet: newLine(now.Add(-time.Hour), now, time.Minute, growthFrom(now.Add(-time.Hour), 100))}},
		Outlook{},
		time.Time{},
	},
	"nothing": {Data{}, Outlook{}, time.Time{}},
}

func TestJudge(t *testing.T) {
	for name, tt := range courseCases {
		tt.d.Step = step
		got := Judge(&tt.d)
		w := tt.want
		if got.Course != w.Course || got.IsLonger != w.IsLonger || got.Cause.Kind != w.Cause.Kind || got.Restarts != w.Restarts || got.Kills != w.Kills ||
			got.Every.Round(time.Hour) != w.Every || got.AtLimit != w.AtLimit {
			t.Errorf("%s: %+v", name, got)
		}
		slack := 2 * step
		if w.Cause.Kind == "" {
			slack = 6 * time.Hour // no event dates it more exactly
		}
		if !tt.since.IsZero() && got.Since.Sub(tt.since).Abs() > slack {
			t.Errorf("%s: since %v, not %v", name, got.Since, tt.since)
		}
		if !tt.since.IsZero() && (got.SinceLow.After(tt.since.Add(step)) || got.SinceHigh.Before(tt.since.Add(-step))) {
			t.Errorf("%s: the interval %v to %v is without %v", name, got.SinceLow, got.SinceHigh, tt.since)
		}
	}
}

// Missing days and restarts at any time do not change the course or cause a panic.
func TestJudgeWithGaps(t *testing.T) {
	d := Data{Limit: 2048 * mib, Step: step, Marks: sawMarks(MarkOOM)}
	for _, v := range newLine(rollout, now, step, sawtoothAt) {
		if h := int(v.Time.Sub(rollout).Hours()); h < 20 || h > 33 {
			d.Lines = map[Metric][]profile.Value{WorkingSet: append(d.Lines[WorkingSet], v)}
		}
	}
	if o := Judge(&d); o.Course != Grows || !o.AtLimit || o.Every.Round(time.Hour) != 6*time.Hour {
		t.Errorf("%+v", o)
	}
}

func TestGrowsNow(t *testing.T) {
	o := Outlook{Course: Grows, To: now}
	for at, want := range map[time.Time]bool{now: true, now.Add(2 * time.Hour): true, now.Add(4 * time.Hour): false, now.Add(-4 * time.Hour): false} {
		if o.GrowsNow(at) != want {
			t.Errorf("at %v: %v", at, !want)
		}
	}
	if (Outlook{Course: Daily, To: now}).GrowsNow(now) {
		t.Error("a daily swing is not growth")
	}
}

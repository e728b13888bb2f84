package longterm

import (
	"cmp"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// Course is how memory developed over days.
type Course string

// The courses.
const (
	Unknown   Course = ""           // the store has too little to tell
	Steady    Course = "steady"     // it does not grow
	Daily     Course = "daily"      // it follows the time of day, and does not grow
	Grows     Course = "grows"      // it grows until now
	PageCache Course = "page-cache" // only page cache grows, which the kernel can reclaim
)

// Outlook is the judgment of the days before. Sizes are in bytes, times are those of the
// store.
type Outlook struct {
	Course Course `json:"course"`
	Metric Metric `json:"metric,omitempty"` // that was judged
	// From and To are the first and the last value of it.
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`

	// Since is when the growth began; SinceLow and SinceHigh bound its 95% interval.
	Since     time.Time `json:"since,omitzero"`
	SinceLow  time.Time `json:"sinceLow,omitzero"`
	SinceHigh time.Time `json:"sinceHigh,omitzero"`
	// IsLonger means that it may have begun before the first value.
	IsLonger bool `json:"sinceBefore,omitempty"`
	// Cause is the event at Since; its kind is empty if there is none.
	Cause Mark `json:"cause,omitzero"`
	// PerHour is the growth since then, within each process.
	PerHour float64 `json:"growthPerHour,omitempty"`

	// Swing is the daily swing, and Peak the time of day of its highest value, in seconds
	// of UTC; 0 if there is none.
	Swing float64 `json:"dailySwing,omitempty"`
	Peak  float64 `json:"dailyPeakSeconds,omitempty"`

	// Restarts are those since Since, or since From if nothing grows; Kills those of them
	// for lack of memory, as far as known.
	Restarts int `json:"restarts,omitempty"`
	Kills    int `json:"oomKills,omitempty"`
	// Every is the usual time between two restarts; 0 if they are not regular.
	Every time.Duration `json:"-"`
	// AtLimit means that the restarts came when memory had reached the limit.
	AtLimit bool    `json:"restartsAtLimit,omitempty"`
	Highest float64 `json:"highest,omitempty"` // the usual value before a restart
	Limit   float64 `json:"limit,omitempty"`
	IsPod   bool    `json:"-"` // the processes are containers of pods

	// Now is the newest value; NowAnonymous and NowCache are parts of what the container
	// has, 0 if unknown.
	Now          float64 `json:"now,omitempty"`
	NowAnonymous float64 `json:"anonymous,omitempty"`
	NowCache     float64 `json:"cache,omitempty"`
}

// Parameters of the judgment.
const (
	minSpan   = 2 * time.Hour // of values, for a judgment
	minValues = 12
	// minGrown is the minimum growth that matters, as a share of the level at its
	// beginning, and minGrownBytes the same in bytes.
	minGrown      = 0.1
	minGrownBytes = 4 << 20
	// atLimit is the share of the limit at which a restart is one for memory: values are
	// minutes apart, and the last before a kill is lower than the highest.
	atLimit = 0.85
	// minSwing is the minimum daily swing that is mentioned, as a share of the level.
	minSwing = 0.1
)

// Judge judges how memory developed. Course is [Unknown] if the store has less than two
// hours of data.
func Judge(d *Data) Outlook {
	m, line := d.Memory()
	o := Outlook{Metric: m, Limit: d.Limit}
	if len(line) == 0 {
		return o
	}
	o.From, o.To, o.Now = line[0].Time, line[len(line)-1].Time, line[len(line)-1].V
	o.NowAnonymous, o.NowCache = newestValue(d.Lines[Anonymous]), newestValue(d.Lines[Cache])
	o.IsPod = m != Resident || slices.ContainsFunc(d.Marks, func(m Mark) bool { return m.Kind == MarkPod || m.Kind == MarkOOM })
	parts := d.Split(line)
	if o.To.Sub(o.From) < minSpan || len(line) < minValues {
		o.countRestarts(d, parts, o.From)
		return o
	}
	o.Course = Steady
	on, ok := trend.FindOnset(toPoints(parts))
	if ok && o.isMaterial(on, parts) {
		o.setOnset(d, on, parts)
	} else {
		o.setDaily(parts)
	}
	o.countRestarts(d, parts, cmp.Or(o.Since, o.From))
	return o
}

// GrowsNow reports whether memory has grown for days and still does, by the store's
// newest value, which is not much older than now.
func (o Outlook) GrowsNow(now time.Time) bool {
	const old = 3 * time.Hour
	return o.Course == Grows && now.Sub(o.To) < old && o.To.Sub(now) < old
}

// For returns how long memory has been growing.
func (o Outlook) For() time.Duration { return o.To.Sub(o.Since) }

// setOnset sets that memory grows, or only its page cache.
func (o *Outlook) setOnset(d *Data, on trend.Onset, parts [][]profile.Value) {
	o.Course = Grows
	if anonymous := d.Lines[Anonymous]; o.Metric == WorkingSet && len(anonymous) >= minValues {
		own := d.Split(anonymous)
		if a, grows := trend.FindOnset(toPoints(own)); !grows || !o.isMaterial(a, own) {
			o.Course = PageCache
		}
	}
	o.Since, o.SinceLow, o.SinceHigh = toTime(on.T), toTime(on.Low), toTime(on.High)
	o.IsLonger, o.PerHour = on.IsBefore, 3600*on.PerSecond
	if on.Daily.Swing > minSwing*o.Now {
		o.Swing, o.Peak = on.Daily.Swing, on.Daily.Peak
	}
	if !o.IsLonger {
		o.setCause(d, on, parts)
	}
}

// setCause finds the event with which the growth began: the start of a process, or a
// rollout in the interval of the onset.
func (o *Outlook) setCause(d *Data, on trend.Onset, parts [][]profile.Value) {
	at := o.Since
	if on.Segment > 0 && on.Segment < len(parts) {
		at = parts[on.Segment][0].Time
	}
	best := time.Duration(-1)
	for _, m := range d.Marks {
		if m.Time.Before(o.SinceLow.Add(-2*d.Step)) || m.Time.After(o.SinceHigh.Add(d.Step)) {
			continue
		}
		away := m.Time.Sub(at).Abs()
		if m.Kind == MarkRollout {
			away = 0 // growth is more likely to begin with a new version than with a restart of the same one
		}
		if best < 0 || away < best {
			best, o.Cause = away, m
		}
	}
	if best >= 0 {
		o.Since = o.Cause.Time
	}
}

// isMaterial reports whether the growth is large enough to matter.
func (o *Outlook) isMaterial(on trend.Onset, parts [][]profile.Value) bool {
	since := toTime(on.T)
	level, grown := 0.0, 0.0
	for _, p := range parts {
		i, _ := slices.BinarySearchFunc(p, since, compareTime)
		if i >= len(p) {
			continue
		}
		rise := on.PerSecond * p[len(p)-1].Time.Sub(p[i].Time).Seconds()
		if rise > grown {
			grown, level = rise, max(p[i].V, 0)
		}
	}
	return grown >= minGrownBytes && grown >= minGrown*level
}

// countRestarts counts the restarts since a time, and finds their rhythm.
func (o *Outlook) countRestarts(d *Data, parts [][]profile.Value, since time.Time) {
	var gaps []time.Duration
	var last time.Time
	for _, m := range d.Marks {
		if m.Time.Before(since) || m.Time.After(o.To) {
			continue
		}
		isRestart := m.Kind == MarkRestart || m.Kind == MarkOOM
		if m != o.Cause && isRestart { // the growth began with the cause, so it does not count
			o.Restarts++
			if !last.IsZero() {
				gaps = append(gaps, m.Time.Sub(last))
			}
			if m.Kind == MarkOOM {
				o.Kills++
			}
		}
		last = m.Time
	}
	o.Every = regularGap(gaps)
	if o.Restarts > 0 {
		o.setHighest(parts, since)
	}
}

// setHighest sets how much memory there usually was before a restart, and whether that is
// the limit.
func (o *Outlook) setHighest(parts [][]profile.Value, since time.Time) {
	var peaks []float64
	for _, p := range parts[:max(0, len(parts)-1)] {
		if end := p[len(p)-1]; end.Time.After(since) {
			peaks = append(peaks, end.V)
		}
	}
	if len(peaks) == 0 {
		return
	}
	slices.Sort(peaks)
	o.Highest = peaks[len(peaks)/2]
	o.AtLimit = o.Limit > 0 && o.Highest >= atLimit*o.Limit || 2*o.Kills >= o.Restarts
}

// regularGap returns the median time between restarts; 0 if they are not regular.
func regularGap(gaps []time.Duration) time.Duration {
	if len(gaps) < 2 {
		return 0
	}
	slices.Sort(gaps)
	middle := gaps[len(gaps)/2]
	regular := 0
	for _, g := range gaps {
		if (g - middle).Abs() <= middle/3 {
			regular++
		}
	}
	if 4*regular < 3*len(gaps) {
		return 0
	}
	return middle
}

func newestValue(line []profile.Value) float64 {
	if len(line) == 0 {
		return 0
	}
	return line[len(line)-1].V
}

// toPoints returns points whose seconds are those of Unix: a daily swing has its phase in
// them.
func toPoints(parts [][]profile.Value) (out [][]trend.Point) {
	for _, p := range parts {
		points := make([]trend.Point, len(p))
		for i, v := range p {
			points[i] = trend.Point{T: float64(v.Time.UnixMilli()) / 1000, V: v.V}
		}
		out = append(out, points)
	}
	return out
}

func toTime(seconds float64) time.Time { return time.UnixMilli(int64(seconds * 1000)) }

package leak

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// growingReadings returns n readings at intervals of every, each computed from the seconds since the first.
func growingReadings(n int, every time.Duration, reading func(seconds float64) memory.Reading) []memory.Reading {
	began := time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC)
	var all []memory.Reading
	for i := range n {
		r := reading((time.Duration(i) * every).Seconds())
		r.Time = began.Add(time.Duration(i) * every)
		if r.WorkingSet > 0 {
			r.WorkingSetAt = r.Time
		}
		all = append(all, r)
	}
	return all
}

// judgeMemory judges a process from only its memory readings and the total of its heap.
func judgeMemory(limit, goMemory int64, live func(seconds float64) float64, readings []memory.Reading) Report {
	first, last := readings[0].Time, readings[len(readings)-1].Time
	in := Input{Now: last, Start: first, Memory: readings, Limit: limit, GoMemory: goMemory}
	for at := first; !at.After(last); at = at.Add(5 * time.Second) {
		in.Live = append(in.Live, profile.Value{Time: at, V: live(at.Sub(first).Seconds())})
	}
	in.HeapLive = int64(in.Live[len(in.Live)-1].V)
	return Judge(in)
}

// The time to the limit is computed from everything that the kernel charges, not from the part that profiles explain.
func TestTimeToLimitFollowsTheKernel(t *testing.T) {
	const mib = 1 << 20
	flat := func(float64) float64 { return 20 * mib }
	for name, tc := range map[string]struct {
		goMemory int64
		live     func(float64) float64
		reading  func(float64) memory.Reading
		minutes  float64
	}{
		"working set": {0, flat, func(s float64) memory.Reading { return memory.Reading{WorkingSet: uint64(100*mib + s*mib/2)} }, (156.0 - 60) / 30},
		"RSS":         {0, flat, func(s float64) memory.Reading { return memory.Reading{RSS: uint64(100*mib + s*mib/2)} }, (156.0 - 60) / 30},
		// The heap may reach the limit with garbage, which the collector then frees; live memory reaches it much later.
		"GOMEMLIMIT at the limit": {
			256 * mib, func(s float64) float64 { return 40*mib + s*mib/4 },
			func(s float64) memory.Reading {
				return memory.Reading{WorkingSet: uint64(min(250*mib, 100*mib+2*s*mib))}
			}, (216.0 - 30) / 15,
		},
		"GOMEMLIMIT far above the limit": {
			1024 * mib, flat, func(s float64) memory.Reading { return memory.Reading{WorkingSet: uint64(100*mib + s*mib/2)} }, (156.0 - 60) / 30,
		},
	} {
		m := judgeMemory(256*mib, tc.goMemory, tc.live, growingReadings(25, 5*time.Second, tc.reading)).Memory
		if got := m.HoursToLimit * 60; got < 0.95*tc.minutes || got > 1.05*tc.minutes {
			t.Errorf("%s: got %.2f minutes, want %.2f", name, got, tc.minutes)
		}
		if m.HoursToLimitLow > m.HoursToLimit || m.HoursToLimitHigh < m.HoursToLimit {
			t.Errorf("%s: got %v, which is not between %v and %v", name, m.HoursToLimit, m.HoursToLimitLow, m.HoursToLimitHigh)
		}
	}
}

// Memory that is nearly used up is reported at once, whatever the verdict, but only if it grows.
func TestNearLimit(t *testing.T) {
	const mib = 1 << 20
	flat := func(float64) float64 { return 20 * mib }
	set := func(from, perSecond float64) func(float64) memory.Reading {
		return func(s float64) memory.Reading { return memory.Reading{WorkingSet: uint64((from + s*perSecond) * mib)} }
	}
	for name, tc := range map[string]struct {
		goMemory int64
		readings []memory.Reading
		says     string // empty for none
		severity profile.Severity
	}{
		"grows fast":       {0, growingReadings(25, 5*time.Second, set(200, 0.3)), "memory is at 236 MiB of its limit of 256 MiB (92%) and grows: the limit is reached in ~1m", profile.SeverityBlocking},
		"two measurements": {0, growingReadings(2, 15*time.Second, set(231, 0.5)), "memory is at 239 MiB of its limit of 256 MiB (93%) and grows", profile.SeverityBlocking},
		"grows slowly":     {0, growingReadings(25, 5*time.Second, set(240, 0.001)), "(94%) and grows: the limit is reached in ~4h", profile.SeverityWarning},
		"one measurement":  {0, growingReadings(1, 15*time.Second, set(240, 0)), "", 0},
		"does not grow":    {0, growingReadings(25, 5*time.Second, set(240, 0)), "", 0},
		"shrinks":          {0, growingReadings(25, 5*time.Second, set(250, -0.1)), "", 0},
		"far away":         {0, growingReadings(25, 5*time.Second, set(50, 1)), "", 0},
		"garbage only":     {256 * mib, growingReadings(25, 5*time.Second, set(200, 0.3)), "", 0},
	} {
		r := judgeMemory(256*mib, tc.goMemory, flat, tc.readings)
		var got profile.Diagnostic
		for _, d := range r.Diagnostics {
			if d.Code == profile.CodeNearLimit {
				got = d
			}
		}
		if (got.What == "") != (tc.says == "") || !strings.Contains(got.What, tc.says) || got.Severity != tc.severity {
			t.Errorf("%s: got %v %q, want %v %q", name, got.Severity, got.What, tc.severity, tc.says)
		}
		if tc.says != "" && r.Verdict == Steady {
			t.Errorf("%s: got the verdict steady", name)
		}
	}
}

// TestTimeToLimitOfSuspects checks that the time has an interval even if the kernel's figures are unknown and the rate
// is that of the suspects.
func TestTimeToLimitOfSuspects(t *testing.T) {
	in := newLeakyInput()
	in.Memory, in.HeapLive = nil, 100<<20
	r := Judge(in)
	m, s := r.Memory, r.Suspects[0]
	if m.HoursToLimitLow <= 0 || m.HoursToLimitLow >= m.HoursToLimit || m.HoursToLimitHigh <= m.HoursToLimit {
		t.Errorf("got %v (%v to %v) with %s", m.HoursToLimit, m.HoursToLimitLow, m.HoursToLimitHigh, s.Sentence)
	}
	if !strings.Contains(s.Sentence, "limit in "+m.TimeToLimit()) {
		t.Errorf("got %s, want it to contain %s", s.Sentence, m.TimeToLimit())
	}
}

func TestTimeToLimitText(t *testing.T) {
	for want, m := range map[string]Memory{
		"":                  {},
		"~5m":               {HoursToLimit: 5.0 / 60},
		"~5m (4–8m)":        {HoursToLimit: 5.0 / 60, HoursToLimitLow: 4.0 / 60, HoursToLimitHigh: 8.0 / 60},
		"~5m (4m or later)": {HoursToLimit: 5.0 / 60, HoursToLimitLow: 4.0 / 60},
		"~50m (40m–2h)":     {HoursToLimit: 50.0 / 60, HoursToLimitLow: 40.0 / 60, HoursToLimitHigh: 2},
		"~9h":               {HoursToLimit: 9, HoursToLimitLow: 8.9, HoursToLimitHigh: 9.1},
		"~4d (3–1,000d)":    {HoursToLimit: 96, HoursToLimitLow: 73, HoursToLimitHigh: 24000},
	} {
		if got := m.TimeToLimit(); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

package leak

import (
	"fmt"
	"math"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/quantity"
)

// setTimeToLimit sets when the limit is reached if growth continues as it is: the growth
// of what the kernel charges, or, if GOMEMLIMIT makes the collector work before the limit
// is reached, of what it cannot collect.
func (m *Memory) setTimeToLimit(in *Input, suspects Rate) {
	rate, used := in.chargedRate(), float64(m.Charged)
	if in.collectorGivesWay(m.Limit) {
		rate, used = RateOfLine(in.Live, in.Now.Add(-params.rising.lookBack)), float64(m.uncollectable(in))
		if suspects.PerHour > rate.PerHour {
			rate = suspects // they are outside of the heap, too
		}
	}
	if !rate.IsCertain() || rate.PerHour <= 0 {
		rate = suspects // too little is known of the whole
	}
	if m.Limit <= 0 || used <= 0 || rate.PerHour <= 0 {
		return
	}
	left := float64(m.Limit) - used
	m.HoursToLimit = max(left/rate.PerHour, soonest)
	if rate.High >= rate.PerHour && !math.IsInf(rate.High, 0) {
		m.HoursToLimitLow = max(left/rate.High, soonest)
	}
	if rate.Low > 0 && m.HoursToLimitLow > 0 {
		m.HoursToLimitHigh = max(left/rate.Low, soonest)
	}
}

// soonest is the shortest time to the limit, in hours: at the limit a process lives
// for as long as the kernel finds memory to reclaim.
const soonest = 1.0 / 3600

// chargedRate returns the recent growth of what the kernel charges.
func (in *Input) chargedRate() Rate {
	line := in.charged()
	if len(line) == 0 {
		return Rate{}
	}
	return RateOfLine(line, line[len(line)-1].Time.Add(-params.rising.lookBack))
}

// charged returns what the kernel charged to the process over time.
func (in *Input) charged() []profile.Value {
	var line []profile.Value
	for _, p := range memory.ChargedSeries(in.Memory) {
		line = append(line, profile.Value{Time: p.Time, V: float64(p.Bytes)})
	}
	return line
}

// collectorGivesWay reports whether GOMEMLIMIT is at or below the limit: then garbage
// fills the memory up to GOMEMLIMIT and is collected before the limit is reached.
func (in *Input) collectorGivesWay(limit int64) bool {
	return in.GoMemory > 0 && float64(in.GoMemory) <= params.rising.giveWay*float64(limit)
}

// uncollectable returns the part of the charged memory that no collection frees, in bytes.
// If the runtime's own figures are unknown, everything but the live heap may be garbage.
func (m *Memory) uncollectable(in *Input) int64 {
	var latest memory.Reading
	for _, r := range in.Memory {
		if r.HeapInuse > 0 || r.Unknown {
			latest = r
		}
	}
	if latest.HeapInuse == 0 {
		return m.HeapLive
	}
	kept := int64(latest.HeapInuse) + int64(latest.HeapIdle-min(latest.HeapIdle, latest.HeapReleased))
	return max(m.HeapLive, m.Charged-max(0, kept-m.HeapLive))
}

// diagnoseLimit says that memory is near its limit and grows: that cannot wait for
// a verdict.
func (m *Memory) diagnoseLimit(in *Input) (d profile.Diagnostic, ok bool) {
	share := float64(m.Charged) / float64(max(m.Limit, 1))
	isSoon := m.HoursToLimit > 0 && m.HoursToLimit < 1
	switch {
	case m.Limit <= 0 || share < params.rising.nearLimit:
		return d, false
	case share < params.rising.atLimit && !isSoon, !m.chargesMore(in):
		return d, false
	}
	d = profile.Diagnostic{
		Code: profile.CodeNearLimit, Severity: profile.SeverityWarning,
		What: fmt.Sprintf("memory is at %s of its limit of %s (%.0f%%) and grows", quantity.BytesRough(float64(m.Charged)), quantity.BytesRough(float64(m.Limit)), 100*share),
		Next: "save the evidence now: a process that is killed leaves none",
	}
	if m.HoursToLimit > 0 {
		d.What += ": the limit is reached in " + m.TimeToLimit()
	}
	if isSoon || m.HoursToLimit == 0 {
		d.Severity = profile.SeverityBlocking
	}
	return d, true
}

// chargesMore reports whether memory grows. Near the limit two measurements are enough if
// each exceeds the one before: metrics arrive about once a minute.
func (m *Memory) chargesMore(in *Input) bool {
	if in.collectorGivesWay(m.Limit) {
		r := RateOfLine(in.Live, in.Now.Add(-params.rising.lookBack))
		return r.IsCertain() && r.PerHour > 0
	}
	if r := in.chargedRate(); r.IsCertain() {
		return r.PerHour > 0
	}
	line := in.charged()
	if n := len(line); n > 0 {
		from := line[n-1].Time.Add(-params.rising.lookBack)
		for len(line) > 0 && line[0].Time.Before(from) {
			line = line[1:]
		}
	}
	for i := 1; i < len(line); i++ {
		if line[i].V < line[i-1].V {
			return false
		}
	}
	return len(line) > 1 && line[len(line)-1].V-line[0].V >= params.rising.minShare*float64(m.Limit)
}

// TimeToLimit says when the limit is reached, and how certain that is: "~5m (4–8m)", or
// "~5m (4m or later)" if memory may not grow at all; empty if it is unknown.
func (m Memory) TimeToLimit() string {
	if m.HoursToLimit <= 0 {
		return ""
	}
	return quantity.Hours(m.HoursToLimit) + m.limitInterval()
}

// limitInterval returns the interval of the time, with a leading space; empty if it is
// unknown or no wider than the rounding.
func (m Memory) limitInterval() string {
	if m.HoursToLimitLow > 0 && m.HoursToLimitHigh <= 0 {
		return " (" + quantity.Hours(m.HoursToLimitLow)[len("~"):] + " or later)"
	}
	low, high := quantity.Hours(m.HoursToLimitLow)[len("~"):], quantity.Hours(m.HoursToLimitHigh)[len("~"):]
	if m.HoursToLimitLow <= 0 || low == high {
		return ""
	}
	if l, h := len(low)-1, len(high)-1; low[l] == high[h] {
		low = low[:l]
	}
	return " (" + low + "–" + high + ")"
}

// dropTimeToLimit forgets when the limit is reached.
func (m *Memory) dropTimeToLimit() {
	m.HoursToLimit, m.HoursToLimitLow, m.HoursToLimitHigh = 0, 0, 0
}

package store

import (
	"fmt"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/quantity"
)

const (
	// MaxClockSkew is the maximum normal difference between the clocks of two machines.
	MaxClockSkew = 30 * time.Second
	// FutureSlack is how far into the future profiles are requested, since the clock of
	// the service may be ahead of this machine's.
	FutureSlack = 30 * time.Minute
	// minStale is the minimum age of the newest profile that means that something is wrong,
	// and staleGaps the same as a multiple of the usual time between two profiles.
	minStale  = 5 * time.Minute
	staleGaps = 4
)

// Freshness returns what is wrong with the time of the newest profile, if anything: nothing
// has arrived for a long time, or clocks differ.
func (h *History) Freshness() (d profile.Diagnostic, ok bool) {
	var last time.Time
	for _, at := range h.latest {
		if at.After(last) {
			last = at
		}
	}
	d.Severity = profile.SeverityWarning
	now := h.options.Now()
	switch age := now.Sub(last); {
	case age < -MaxClockSkew:
		d.Code = profile.CodeClockSkew
		d.What = fmt.Sprintf("the newest profile is from %s, which is in the future by this machine's clock", quantity.Moment(last.Local()))
		d.Next = "correct the clocks of this machine, the store and the service"
	case !h.options.IsOpen || age <= h.staleAfter():
		return profile.Diagnostic{}, false
	case now.Sub(h.arrived) <= h.staleAfter():
		d.Code = profile.CodeClockSkew
		d.What = fmt.Sprintf("profiles reach the store, but the newest is from %s: they arrive late, or the clock of the service is behind", quantity.Moment(last.Local()))
		d.Next = "compare the clocks of this machine, the store and the service"
	default:
		d.Code = profile.CodeStoreSilent
		d.What = fmt.Sprintf("the store's newest profile is from %s: nothing has arrived since", quantity.Moment(last.Local()))
		d.Next = "check that the service still runs and that its profiles reach the store"
	}
	return d, true
}

// staleAfter returns the age of the newest profile that means that something is wrong. It
// depends on the time between profiles, which may be an hour.
func (h *History) staleAfter() time.Duration {
	points := h.totals.main[len(h.totals.main)-1].Points
	points = points[max(0, len(points)-20):]
	var gaps []time.Duration
	for i := 1; i < len(points); i++ {
		gaps = append(gaps, points[i].Time.Sub(points[i-1].Time))
	}
	if len(gaps) == 0 {
		return minStale
	}
	slices.Sort(gaps)
	return max(minStale, staleGaps*gaps[len(gaps)/2])
}

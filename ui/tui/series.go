package tui

import (
	"math"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
)

// GrowthPerHour returns the hourly rate of a line of the current process over a
// window. ok is false if its interval includes 0, as for a saw.
func GrowthPerHour(st session.State, l profile.Line, window time.Duration) (perHour float64, ok bool) {
	if len(l) == 0 || st.Start.IsZero() {
		return 0, false
	}
	seg := l[len(l)-1]
	r := leak.RateOfLine(seg, seg[len(seg)-1].Time.Add(-window))
	if math.Abs(r.PerHour)*r.Over.Hours() < 1 {
		return 0, false // less than one goroutine
	}
	return r.PerHour, r.IsCertain()
}

// NewestTime returns the time of the newest point of several lines.
func NewestTime(lines []profile.Line) (t time.Time) {
	for _, l := range lines {
		if len(l) > 0 {
			if seg := l[len(l)-1]; seg[len(seg)-1].Time.After(t) {
				t = seg[len(seg)-1].Time
			}
		}
	}
	return t
}

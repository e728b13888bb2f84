package tui

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

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

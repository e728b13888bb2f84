package tui

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Newest is the newest value of a line, if it has one.
func Newest(l profile.Line) (float64, bool) {
	if len(l) == 0 {
		return 0, false
	}
	seg := l[len(l)-1]
	return seg[len(seg)-1].V, true
}

// NewestTime is that of the newest point of some lines.
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

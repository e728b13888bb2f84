package tui

import (
	"time"

	"github.com/leaktop/leaktop/profile"
)

// NewestTime returns that of the newest point of some lines.
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

package overview

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/ui/chart"
)

// pastLines returns the goroutines and the memory from before the watch, up to its first
// values.
func (m *Model) pastLines() (goroutines, memory [][]chart.Point) {
	st := m.vc.State
	p := st.Past
	if p == nil || st.Replay != nil {
		return nil, nil
	}
	goroutines = pastLine(p.Recent[longterm.Goroutines], st.Goroutines)
	shown := st.RSS
	if len(shown) == 0 && len(st.Sys) > 0 {
		return goroutines, nil // the store has the memory of the process, not that of Go
	}
	name, _ := p.Memory()
	return goroutines, pastLine(p.Recent[name], shown)
}

// pastLine returns the values before those of a line.
func pastLine(values []profile.Value, l profile.Line) [][]chart.Point {
	first := time.Time{}
	if len(l) > 0 && len(l[0]) > 0 {
		first = l[0][0].Time
	}
	var own []profile.Value
	for _, v := range values {
		if first.IsZero() || v.Time.Before(first) {
			own = append(own, v)
		}
	}
	if len(own) == 0 {
		return nil
	}
	return toSegments(profile.Line{own}, nil)
}

// pastTime returns the time of the newest value from before the watch.
func pastTime(l [][]chart.Point) time.Time {
	if len(l) == 0 {
		return time.Time{}
	}
	last := l[len(l)-1]
	if len(last) == 0 {
		return time.Time{}
	}
	return last[len(last)-1].T
}

package pyroscope

import (
	"strings"
	"time"

	"github.com/leaktop/leaktop/source/store"
)

// line is a series that is read in parts. It keeps the last point of each step.
type line struct {
	labels store.Labels
	from   time.Time
	step   time.Duration
	points []store.Point
	sums   []float64 // of all values up to each point

	sum, last    float64
	n            int
	falls, rises int     // from each value to the next
	lowest       float64 // share of a value that was left after a fall
	cell         time.Duration
}

func (l *line) add(p store.Point) {
	switch {
	case l.n == 0:
	case p.Value < l.last:
		l.falls++
		if left := p.Value / l.last; l.falls == 1 || left < l.lowest {
			l.lowest = left
		}
	case p.Value > l.last:
		l.rises++
	}
	l.n++
	l.last = p.Value
	l.sum += p.Value
	cell := p.Time.Sub(l.from) / l.step
	if n := len(l.points); n > 0 && cell == l.cell {
		l.points[n-1], l.sums[n-1] = p, l.sum
		return
	}
	l.cell = cell
	l.points, l.sums = append(l.points, p), append(l.sums, l.sum)
}

// Pyroscope's allocations of a heap profile count from the previous profile if it computed
// differences (up to version 1) or if the service sends differences (godeltaprof). Its
// responses do not say so, but such values fall as often as they rise, whereas a counter
// falls only when its process restarts, and then by much. Values that repeat say nothing:
// differences of a constant load are nearly constant.
const (
	minCounted = 8   // values,
	minChanges = 4   // and those of them that differ from the one before
	fallsShare = 3   // more than one in so many
	deepFall   = 0.5 // share of a value that is left after a fall, below which it may be a restart
)

// isDelta reports whether the values that were added are differences.
func (l *line) isDelta() bool {
	changes := l.falls + l.rises
	isSure := changes >= minCounted || changes >= minChanges && l.lowest > deepFall
	return l.n >= minCounted && isSure && l.falls*fallsShare > changes
}

// series returns the series that was read.
func (l *line) series(t store.Type) store.Series {
	s := store.Series{Labels: l.labels, Points: l.points}
	if strings.HasPrefix(t.Sample, "alloc_") && l.isDelta() {
		s.IsDelta = true
		for i := range s.Points {
			s.Points[i].Value = l.sums[i]
		}
	}
	return s
}

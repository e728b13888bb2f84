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

	sum, last float64
	falls, n  int
	cell      time.Duration
}

func (l *line) add(p store.Point) {
	if l.n > 0 && p.Value < l.last {
		l.falls++
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
// falls only when its process restarts.
const (
	minCounted = 8
	fallsShare = 3 // more than one in so many
)

// series returns the series that was read.
func (l *line) series(t store.Type) store.Series {
	s := store.Series{Labels: l.labels, Points: l.points}
	if strings.HasPrefix(t.Sample, "alloc_") && l.n >= minCounted && l.falls*fallsShare > l.n {
		s.IsDelta = true
		for i := range s.Points {
			s.Points[i].Value = l.sums[i]
		}
	}
	return s
}

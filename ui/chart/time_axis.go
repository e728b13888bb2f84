package chart

import "time"

// timeAxis maps times to columns of dots, of which a cell has two. Columns begin
// at multiples of their width since 1970, so that a point keeps its position
// within the pattern when the axis moves.
type timeAxis struct {
	left, now int64 // nanoseconds since 1970
	dot       int64 // nanoseconds per column of dots
	dots      int
	moving    bool // the watch is longer than the window
}

// windowLadder lists the windows used while a watch is young, or if all of it is shown.
var windowLadder = []time.Duration{
	30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 6 * time.Minute, 10 * time.Minute,
	15 * time.Minute, 20 * time.Minute, 30 * time.Minute, 45 * time.Minute, time.Hour, 90 * time.Minute,
	2 * time.Hour, 3 * time.Hour, 4 * time.Hour, 6 * time.Hour, 8 * time.Hour, 12 * time.Hour,
	18 * time.Hour, 24 * time.Hour, 36 * time.Hour, 48 * time.Hour,
}

// axisSteps is the number of steps in which a moving axis advances by its own length.
// More steps follow the time more closely, but each redraws the whole chart.
const axisSteps = 24

// newTimeAxis lays out the time from first to now on a number of cells, but no
// more than the last window of it; window 0 means all.
func newTimeAxis(first, now int64, window time.Duration, cells int) timeAxis {
	now = max(now, first)
	a := timeAxis{now: now, dots: 2 * cells}
	if w := roundWindow(time.Duration(now - first)); window <= 0 || w < window || time.Duration(now-first) < window {
		if window > 0 {
			w = min(w, window)
		}
		a.dot = int64(w)/int64(a.dots-1) + 1 // one dot less: first may lie at the end of one
		a.left = floorTo(first, a.dot)
		return a
	}
	a.moving = true
	a.dot = ceilDiv(int64(window), int64(a.dots))
	step := 2 * a.dot * max(int64(cells)/axisSteps, 1)
	right := floorTo(now, step) + step
	a.left = right - a.dot*int64(a.dots)
	return a
}

// roundWindow returns the shortest window of the ladder that holds d.
func roundWindow(d time.Duration) time.Duration {
	for _, l := range windowLadder {
		if d <= l {
			return l
		}
	}
	w := windowLadder[len(windowLadder)-1]
	for w < d && w < 1<<61 {
		w *= 2
	}
	return max(w, d)
}

// dotColumn returns the column of dots at a time, which may lie outside.
func (a timeAxis) dotColumn(t int64) int {
	return int(floorTo(t-a.left, a.dot) / a.dot)
}

// timeAt returns the time in the middle of a cell.
func (a timeAxis) timeAt(cell int) time.Time { return time.Unix(0, a.left+int64(2*cell+1)*a.dot) }

// end returns the time at which the axis ends.
func (a timeAxis) end() int64 { return a.left + a.dot*int64(a.dots) }

func ceilDiv(a, b int64) int64 { return (a + b - 1) / b }

// floorTo returns the largest multiple of step that is not above t.
func floorTo(t, step int64) int64 {
	r := t % step
	if r < 0 {
		r += step
	}
	return t - r
}

package chart

import (
	"math"
	"time"

	"github.com/NimbleMarkets/ntcharts/v2/canvas/runes"
)

// Spark draws values as one line of blocks of eight heights, "▁▂▃▄▅▆▇█", in at
// most width columns: one for each value, the last values if there are more.
// The lowest block is the smallest value and the highest the largest, but a
// range below a tenth of the largest value is drawn as part of such a range, so
// that noise doesn't look like growth. Values that are no finite numbers leave
// a blank.
func Spark(values []float64, width int) string {
	if width <= 0 {
		return ""
	}
	if len(values) > width {
		values = values[len(values)-width:]
	}
	lo, hi, ok := sparkRange(values)
	out := make([]rune, len(values))
	for i, v := range values {
		out[i] = ' '
		if ok && !math.IsNaN(v) && !math.IsInf(v, 0) {
			v = max(min(v, biggest), -biggest)
			out[i] = runes.LowerBlockElementFromFloat64((1 + 7*(v-lo)/(hi-lo)) / 8)
		}
	}
	return string(out)
}

// sparkRange returns what the lowest and the highest block stand for. A range
// that is too small is widened upwards: a flat series is a low line.
func sparkRange(values []float64) (lo, hi float64, ok bool) {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		v = max(min(v, biggest), -biggest)
		if !ok {
			lo, hi, ok = v, v, true
		}
		lo, hi = min(lo, v), max(hi, v)
	}
	least := calm * max(math.Abs(lo), math.Abs(hi))
	if least == 0 {
		least = 1
	}
	return lo, max(hi, lo+least), ok
}

// Buckets makes points into n values for [Spark], each the mean of an equal part
// of the window that ends at now. The parts lie on fixed times, so that a new
// point changes the last value alone. A part without points has the value of
// the part before; parts before the first point are NaN.
func Buckets(points []Point, now time.Time, window time.Duration, n int) []float64 {
	end, ok := nanos(now)
	if n <= 0 || window <= 0 || !ok {
		return nil
	}
	part := ceilDiv(int64(window), int64(n))
	left := floorTo(end, part) + part - int64(n)*part
	mean, count := make([]float64, n), make([]float64, n)
	before := math.NaN()
	for _, s := range series([][]Point{points}) {
		for _, p := range s {
			i := floorTo(p.t-left, part) / part
			switch {
			case i < 0:
				before = p.v
			case i < int64(n):
				count[i]++
				mean[i] += (p.v - mean[i]) / count[i]
			}
		}
	}
	for i := range mean {
		if count[i] > 0 {
			before = mean[i]
		}
		mean[i] = before
	}
	return mean
}

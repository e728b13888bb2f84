package chart

import (
	"math"
	"time"

	"github.com/NimbleMarkets/ntcharts/v2/canvas/runes"
)

// Spark draws the last width values as one line of blocks of eight heights,
// "▁▂▃▄▅▆▇█", one column each. The lowest block is the smallest value and the
// highest the largest, but the range is at least a tenth of the largest value,
// so that noise does not look like growth. A value that is not finite is a blank.
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
			v = max(min(v, maxMagnitude), -maxMagnitude)
			out[i] = runes.LowerBlockElementFromFloat64((1 + 7*(v-lo)/(hi-lo)) / 8)
		}
	}
	return string(out)
}

// sparkRange returns the values of the lowest and the highest block. A range that
// is too small is widened upwards, so a flat series is a low line.
func sparkRange(values []float64) (lo, hi float64, ok bool) {
	for _, v := range values {
		if math.IsNaN(v) || math.IsInf(v, 0) {
			continue
		}
		v = max(min(v, maxMagnitude), -maxMagnitude)
		if !ok {
			lo, hi, ok = v, v, true
		}
		lo, hi = min(lo, v), max(hi, v)
	}
	span := minSpan * max(math.Abs(lo), math.Abs(hi))
	if span == 0 {
		span = 1
	}
	return lo, max(hi, lo+span), ok
}

// Buckets reduces points to n values for [Spark], each the mean over an equal part
// of the window that ends at now. The parts begin at fixed times, so a new point
// changes only the last value. A part without points has the value of the part
// before; parts before the first point are NaN.
func Buckets(points []Point, now time.Time, window time.Duration, n int) []float64 {
	end, ok := toNanos(now)
	if n <= 0 || window <= 0 || !ok {
		return nil
	}
	part := ceilDiv(int64(window), int64(n))
	left := floorTo(end, part) + part - int64(n)*part
	mean, count := make([]float64, n), make([]float64, n)
	before := math.NaN()
	for _, s := range drawablePoints([][]Point{points}) {
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

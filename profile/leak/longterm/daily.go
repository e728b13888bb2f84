package longterm

import (
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// binsPerDay are the parts of a day whose medians show a daily swing.
const binsPerDay = 24

// setDaily finds a daily swing in memory that does not grow: the values of the same time of
// day are alike, and those of different times differ.
func (o *Outlook) setDaily(parts [][]profile.Value) {
	var residual, total float64
	var bins [binsPerDay][]float64
	days := map[int64]bool{}
	for _, p := range parts {
		if p[len(p)-1].Time.Sub(p[0].Time).Hours() < 6 {
			continue // its own warm-up hides the time of day
		}
		middle := medianOf(p)
		for _, v := range p {
			at := v.Time.Unix()
			days[at/86400] = true
			b := at % 86400 * binsPerDay / 86400
			bins[b] = append(bins[b], v.V-middle)
		}
	}
	low, high := math.Inf(1), math.Inf(-1)
	peak := 0
	for b, values := range bins {
		if len(values) == 0 {
			return
		}
		slices.Sort(values)
		middle := values[len(values)/2]
		for _, v := range values {
			residual += (v - middle) * (v - middle)
			total += v * v
		}
		low = min(low, middle)
		if middle > high {
			high, peak = middle, b
		}
	}
	const explained = 0.5 // of the variance, by the time of day
	if len(days) < 3 || total <= 0 || residual > (1-explained)*total || high-low < minSwing*o.Now {
		return
	}
	o.Course, o.Swing = Daily, high-low
	o.Peak = (float64(peak) + 0.5) * 86400 / binsPerDay
}

func medianOf(p []profile.Value) float64 {
	values := make([]float64, len(p))
	for i, v := range p {
		values[i] = v.V
	}
	return trend.MedianOf(values)
}

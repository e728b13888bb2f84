package list

import (
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// MeasurePoints returns the rate of a series since a time, in units per hour, and its
// values at a few evenly spaced points; nothing if it is too short for a rate.
func MeasurePoints(ps []profile.GroupPoint, since profile.Instant) (perHour float64, spark []float64) {
	var room [profile.Anchors]int
	shown := pickPoints(ps, since, room[:0])
	r := leak.RateOfGroup(ps, shown)
	if !r.IsKnown() {
		return 0, nil
	}
	return r.PerHour, valuesAt(ps, shown)
}

// SparkOf returns the values of a series since a time at a few evenly spaced points.
func SparkOf(ps []profile.GroupPoint, since profile.Instant) []float64 {
	var room [profile.Anchors]int
	return valuesAt(ps, pickPoints(ps, since, room[:0]))
}

func valuesAt(ps []profile.GroupPoint, shown []int) []float64 {
	if len(shown) == 0 {
		return nil
	}
	values := make([]float64, len(shown))
	for i, k := range shown {
		values[i] = float64(ps[k].Value)
	}
	return values
}

// pickPoints appends the indices of a few evenly spaced points of a series since a time;
// none if there are less than two points.
func pickPoints(ps []profile.GroupPoint, since profile.Instant, shown []int) []int {
	j := sort.Search(max(0, len(ps)-1), func(i int) bool { return !ps[i].Time.Before(since) })
	if len(ps)-j < 2 {
		return nil
	}
	first, last, before := ps[j].Time, ps[len(ps)-1].Time, -1
	step := last.Sub(first) / (profile.Anchors - 1)
	for a := range profile.Anchors {
		want := first.Add(time.Duration(a) * step)
		for j < len(ps)-1 && ps[j+1].Time.Compare(want) <= 0 {
			j++
		}
		k := j
		if a == profile.Anchors-1 {
			k = len(ps) - 1
		}
		if k == before {
			continue
		}
		before = k
		shown = append(shown, k)
	}
	return shown
}

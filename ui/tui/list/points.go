package list

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// MeasurePoints returns the rate of a series since a time, in units per hour, and its
// values at a few evenly spaced points; nothing if it is too short for a rate.
func MeasurePoints(ps []profile.GroupPoint, since time.Time) (perHour float64, spark []float64) {
	shown := pickPoints(ps, since)
	r := leak.RateOfGroup(shown)
	if !r.IsKnown() {
		return 0, nil
	}
	return r.PerHour, valuesOf(shown)
}

// SparkOf returns the values of a series since a time at a few evenly spaced points.
func SparkOf(ps []profile.GroupPoint, since time.Time) []float64 {
	return valuesOf(pickPoints(ps, since))
}

func valuesOf(ps []profile.GroupPoint) []float64 {
	var values []float64
	for _, p := range ps {
		values = append(values, float64(p.Value))
	}
	return values
}

// pickPoints returns a few evenly spaced points of a series since a time; nil if there are
// less than two.
func pickPoints(ps []profile.GroupPoint, since time.Time) (shown []profile.GroupPoint) {
	i := 0
	for i < len(ps)-1 && ps[i].Time.Before(since) {
		i++
	}
	ps = ps[i:]
	if len(ps) < 2 {
		return nil
	}
	first, last := ps[0].Time, ps[len(ps)-1].Time
	step := last.Sub(first) / (profile.Anchors - 1)
	j, before := 0, -1
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
		shown = append(shown, ps[k])
	}
	return shown
}

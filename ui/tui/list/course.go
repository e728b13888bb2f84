package list

import (
	"math"
	"sort"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trend"
)

// growthNeeds is how long a line must be for its growth to be written.
const GrowthNeeds = 20 * time.Second

// surely is the confidence of the interval of a growth that is written.
const Surely = 0.9

// Dated adds a value that is of a time since the first; of two of the same time, or
// of two in the wrong order, the newer counts: the first heap profile does not tell
// how old it is.
func Dated(pts []trend.Point, at time.Duration, v float64) []trend.Point {
	p := trend.Point{T: at.Seconds(), V: v}
	if n := len(pts); n > 0 && p.T <= pts[n-1].T {
		pts[n-1].V = v
		return pts
	}
	return append(pts, p)
}

// SecondHalf is the first of some points in the second half of their time.
func SecondHalf(pts []trend.Point) int {
	middle := (pts[0].T + pts[len(pts)-1].T) / 2
	return sort.Search(len(pts), func(i int) bool { return pts[i].T >= middle })
}

// Course is the slope of a series since a time, units an hour, and its values
// at a few evenly spread points; nothing while it is too short to say any.
func Course(ps []profile.GroupPoint, since time.Time) (perHour float64, spark []float64) {
	i := 0
	for i < len(ps)-1 && ps[i].Time.Before(since) {
		i++
	}
	ps = ps[i:]
	if len(ps) < 2 {
		return 0, nil
	}
	first, last := ps[0].Time, ps[len(ps)-1].Time
	if last.Sub(first) < GrowthNeeds {
		return 0, nil
	}
	step := last.Sub(first) / (profile.Anchors - 1)
	var pts []trend.Point
	j, shown := 0, -1
	for a := range profile.Anchors {
		want := first.Add(time.Duration(a) * step)
		for j < len(ps)-1 && ps[j+1].Time.Compare(want) <= 0 {
			j++
		}
		k := j
		if a == profile.Anchors-1 {
			k = len(ps) - 1
		}
		if k == shown {
			continue
		}
		shown = k
		pts = Dated(pts, ps[k].Of().Sub(ps[0].Of()), float64(ps[k].Value))
		spark = append(spark, float64(ps[k].Value))
	}
	return perHourOf(pts), spark
}

// perHourOf is the slope of a series in units an hour, 0 where it has none.
func perHourOf(pts []trend.Point) float64 { return Hourly(trend.Drift(pts, Surely)) }

func Hourly(slope trend.Slope) float64 {
	s := slope.PerSecond * 3600
	if math.IsNaN(s) || math.IsInf(s, 0) {
		return 0
	}
	return s
}

package ui

import (
	"math"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// growth is the slope of the present process's line over the window, an hour; not
// ok where it could as well be none, as that of a saw.
func (o *overview) growth(l profile.Line) (perHour float64, ok bool) {
	if len(l) == 0 || o.sh.state.Start.IsZero() {
		return 0, false
	}
	seg := l[len(l)-1]
	r := leak.RateOfLine(seg, seg[len(seg)-1].Time.Add(-o.sh.span()))
	if math.Abs(r.PerHour)*r.Over.Hours() < 1 {
		return 0, false // not one goroutine
	}
	return r.PerHour, r.IsCertain()
}

// course is the rate of a series since a time, and its values at a few evenly spread
// points; nothing while it is too short to say any.
func course(ps []profile.GroupPoint, since time.Time) (perHour float64, spark []float64) {
	i := 0
	for i < len(ps)-1 && ps[i].Time.Before(since) {
		i++
	}
	ps = ps[i:]
	if len(ps) < 2 {
		return 0, nil
	}
	first, last := ps[0].Time, ps[len(ps)-1].Time
	step := last.Sub(first) / (profile.Anchors - 1)
	var shown []profile.GroupPoint
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
		spark = append(spark, float64(ps[k].Value))
	}
	r := leak.RateOfGroup(shown)
	if !r.IsKnown() {
		return 0, nil
	}
	return r.PerHour, spark
}

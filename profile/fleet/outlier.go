package fleet

import (
	"cmp"
	"math"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trend"
)

// Outlier is something of which a member holds far more or less than the others.
type Outlier struct {
	ID string
	Key
	Value, Median float64 // bytes, or goroutines
	// Score is how many robust standard deviations the value is away from the median.
	Score float64
	Of    int // members compared
	// Holders is how many of them hold any of it.
	Holders int
	// Leaks means that it is part of a suspect of the member.
	Leaks bool
}

// Ratio returns how many times the median the value is; infinite if the others hold
// none.
func (o Outlier) Ratio() float64 {
	if o.Median == 0 {
		return math.Inf(1)
	}
	return o.Value / o.Median
}

// IsOnlyHolder reports whether no other member holds any of it.
func (o Outlier) IsOnlyHolder() bool { return o.Holders == 1 && o.Value > 0 }

// minCompared is the minimum number of members for one of them to be called odd. With
// fewer than [FewCompared] that may be chance, because a median of so few says little.
const (
	minCompared = 3
	FewCompared = 5
)

// The minimum of a difference that is reported.
const (
	minScore    = 5.0    // robust standard deviations
	minRatio    = 1.5    // of value and median
	madToSigma  = 1.4826 // for a normal distribution
	spreadFloor = 0.05   // of the median: processes that do the same differ by that much
)

// findOutliers compares what members hold, and returns what is odd, the oddest first.
func findOutliers(members []Member) []Outlier {
	values, leaks, n := map[Key]map[string]float64{}, map[Key][]string{}, 0
	var ids []string
	for _, m := range members {
		if !m.isCounted() || len(m.Holdings) == 0 {
			continue
		}
		n++
		ids = append(ids, m.ID)
		for _, h := range m.Holdings {
			if values[h.Key] == nil {
				values[h.Key] = map[string]float64{}
			}
			values[h.Key][m.ID] = h.Value
			if h.Leaks {
				leaks[h.Key] = append(leaks[h.Key], m.ID)
			}
		}
	}
	if n < minCompared {
		return nil
	}
	var out []Outlier
	for k, of := range values {
		out = append(out, outliersOf(k, ids, of)...)
	}
	for i, o := range out {
		out[i].Leaks = slices.Contains(leaks[o.Key], o.ID)
	}
	slices.SortFunc(out, func(a, b Outlier) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.Function, b.Function))
	})
	return out
}

// outliersOf returns the members that hold far more of one thing than most do.
func outliersOf(k Key, ids []string, of map[string]float64) (out []Outlier) {
	all := make([]float64, len(ids))
	for i, id := range ids {
		all[i] = of[id]
	}
	middle, holders := trend.MedianOf(slices.Clone(all)), 0
	for _, v := range all {
		if v > 0 {
			holders++
		}
	}
	away := make([]float64, len(all))
	for i, v := range all {
		away[i] = math.Abs(v - middle)
	}
	mad := madToSigma * trend.MedianOf(away)
	for i, v := range all {
		spread := max(mad, spreadFloor*middle, samplingNoise(k.Kind, v, middle))
		score := math.Abs(v-middle) / spread
		high, low := max(v, middle), min(v, middle)
		if math.Abs(v-middle) < minDifference(k.Kind) || score < minScore || high < minRatio*low {
			continue
		}
		out = append(out, Outlier{ID: ids[i], Key: k, Value: v, Median: middle, Score: score, Of: len(all), Holders: holders})
	}
	return out
}

// minDifference returns the difference below which nothing is odd.
func minDifference(k profile.Kind) float64 {
	if k == profile.Goroutine {
		return leak.MaterialGoroutines
	}
	return leak.MaterialHeap
}

// samplingNoise returns the standard deviation that the difference of two values has by
// chance: the heap is sampled every 512 KiB, and goroutines come and go.
func samplingNoise(k profile.Kind, a, b float64) float64 {
	if k == profile.Goroutine {
		return math.Sqrt(a + b + 1)
	}
	return math.Sqrt((a+b)*profile.SampleRate + 1)
}

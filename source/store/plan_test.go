package store

import (
	"slices"
	"testing"
	"time"
)

var planStart = time.Date(2026, 11, 26, 0, 0, 0, 0, time.UTC)

// pointsPerMinute returns one total per minute, computed from the number of the minute.
func pointsPerMinute(n int, value func(minute int) float64) []Point {
	out := make([]Point, n)
	for i := range out {
		out[i] = Point{planStart.Add(time.Duration(i) * time.Minute), value(i)}
	}
	return out
}

func timesOf(points []Point) (out []time.Time) {
	for _, p := range points {
		out = append(out, p.Time)
	}
	return out
}

func TestThinPointsKeepsWhatMatters(t *testing.T) {
	const day = 24 * 60
	step := planStart.Add(700 * time.Minute)
	points := pointsPerMinute(2*day, func(m int) float64 {
		if m >= 700 {
			return 900
		}
		return 100
	})
	got := timesOf(thinPoints(points, 60))
	if len(got) > 60 || !slices.IsSortedFunc(got, time.Time.Compare) {
		t.Fatalf("got %d points, sorted %v", len(got), slices.IsSortedFunc(got, time.Time.Compare))
	}
	for _, want := range []time.Time{points[0].Time, points[len(points)-1].Time, step, step.Add(-time.Minute)} {
		if !slices.ContainsFunc(got, want.Equal) {
			t.Errorf("%v was dropped", want)
		}
	}
	end := points[len(points)-1].Time
	for _, window := range []time.Duration{30 * time.Minute, 2 * time.Hour, 12 * time.Hour, 48 * time.Hour} {
		n := 0
		for _, at := range got {
			if end.Sub(at) <= window {
				n++
			}
		}
		if n < 8 {
			t.Errorf("got only %[2]d points for the last %[1]v", window, n)
		}
	}
	for i := 1; i < len(got); i++ {
		if gap := got[i].Sub(got[i-1]); gap > 6*time.Hour {
			t.Errorf("got a gap of %v before %v", gap, got[i])
		}
	}
}

func TestThinPointsKeepsFewPoints(t *testing.T) {
	points := pointsPerMinute(5, func(m int) float64 { return float64(m) })
	if got := thinPoints(points, 60); len(got) != 5 {
		t.Errorf("got %d of 5 points", len(got))
	}
	same := slices.Repeat([]Point{{planStart, 1}}, 100)
	if got := thinPoints(same, 10); len(got) > 10 {
		t.Errorf("got %d points for one moment", len(got))
	}
}

// The sum of a partial profile is not taken for a restart.
func TestWithoutDips(t *testing.T) {
	counter := pointsPerMinute(100, func(m int) float64 {
		switch {
		case m == 20 || m == 99:
			return 3 // a part
		case m >= 60:
			return float64(m - 60) // it restarted
		}
		return float64(m)
	})
	got := withoutDips(counter)
	if len(got) != 98 {
		t.Errorf("got %d of 100 points, want all but the two dips", len(got))
	}
	if restarts := restartTimes(got); len(restarts) != 1 || !restarts[0].Equal(counter[60].Time) {
		t.Errorf("got restarts at %v, want one at %v", restarts, counter[60].Time)
	}
}

func TestPlanMomentsOfEachProcess(t *testing.T) {
	points := pointsPerMinute(600, func(m int) float64 { return float64(m % 200) })
	counter := pointsPerMinute(600, func(m int) float64 { return float64(m % 200) })
	restarts := restartTimes(counter)
	if want := []time.Time{points[200].Time, points[400].Time}; !slices.EqualFunc(restarts, want, time.Time.Equal) {
		t.Fatalf("got restarts at %v, want %v", restarts, want)
	}
	got := planMoments(points, restarts, 40)
	if len(got) > 45 {
		t.Errorf("got %d of 40 moments", len(got))
	}
	n := [3]int{}
	for _, at := range got {
		n[int(at.Sub(planStart)/(200*time.Minute))]++
	}
	if n[0] < 2 || n[1] < 2 || n[2] < 20 {
		t.Errorf("got moments of the three processes: %v", n)
	}
}

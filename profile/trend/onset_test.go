package trend

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// The parameters of the method were chosen with other seeds.
const (
	heldBackSeed = 9000
	heldBackRuns = 5
)

func TestOnsetAgainstTruth(t *testing.T) {
	covered, all := 0, 0
	for _, x := range histories {
		near := 0
		for i := range uint64(heldBackRuns) {
			segments, began := x.simulate(heldBackSeed + i)
			o, ok := FindOnset(segments)
			if !ok || o.IsBefore {
				t.Errorf("%s, seed %d: found %v, before %v; growth began within the range", x.name, i, ok, o.IsBefore)
				continue
			}
			if o.Low > o.T || o.T > o.High {
				t.Errorf("%s, seed %d: %v is not within its interval", x.name, i, o)
			}
			all++
			if o.Low-1 <= began && began <= o.High+1 {
				covered++
			}
			if math.Abs(o.T-began) <= 0.04*x.hours*3600 {
				near++
			}
			if x.atLaunch && x.lives == 0 && o.Segment != 1 {
				t.Errorf("%s, seed %d: growth began with segment %d, not with the restart", x.name, i, o.Segment)
			}
			if r := o.PerSecond * 3600; r < 0.7*x.rate || r > 1.4*x.rate {
				t.Errorf("%s, seed %d: %.2g/h, want %.2g/h", x.name, i, r, x.rate)
			}
		}
		if near < heldBackRuns-1 {
			t.Errorf("%s: the onset is near the truth in %d of %d", x.name, near, heldBackRuns)
		}
	}
	if float64(covered) < 0.9*float64(all) {
		t.Errorf("the truth is within the 95%% interval in %d of %d", covered, all)
	}
	t.Logf("the truth is within the interval in %d of %d", covered, all)
}

func TestOnsetBeforeTheRange(t *testing.T) {
	before, all := 0, 0
	for _, x := range always {
		for i := range uint64(heldBackRuns) {
			segments, _ := x.simulate(heldBackSeed + i)
			o, ok := FindOnset(segments)
			if !ok {
				t.Errorf("%s, seed %d: no growth", x.name, i)
			}
			all++
			if o.IsBefore {
				before++
			}
		}
	}
	if before < all*9/10 {
		t.Errorf("%d of %d that have always grown", before, all)
	}
}

func TestNoOnset(t *testing.T) {
	found := 0
	for _, x := range innocents {
		for i := range uint64(heldBackRuns) {
			segments, _ := x.simulate(heldBackSeed + i)
			if o, ok := FindOnset(segments); ok {
				found++
				t.Logf("%s, seed %d: %+v", x.name, i, o)
			}
		}
	}
	if found > 1 {
		t.Errorf("%d of %d that do not grow", found, len(innocents)*heldBackRuns)
	}
}

func TestDailySwing(t *testing.T) {
	x := history{hours: 120, every: 300, onset: 0.4, rate: mib, level: 80 * mib, daily: 20 * mib, noise: mib}
	segments, _ := x.simulate(heldBackSeed)
	o, ok := FindOnset(segments)
	// The simulated swing is highest at 2π·t/day + 1 = π/2.
	want := math.Mod((math.Pi/2-1)/(2*math.Pi)+1, 1) * daySeconds
	if !ok || math.Abs(o.Daily.Swing-x.daily) > 0.15*x.daily || math.Abs(o.Daily.Peak-want) > 3600 {
		t.Errorf("%+v, want a swing of %v with its peak at %v", o.Daily, x.daily, want)
	}
	x.daily = 0
	segments, _ = x.simulate(heldBackSeed)
	if o, _ := FindOnset(segments); o.Daily != (Daily{}) {
		t.Errorf("a swing of %+v where there is none", o.Daily)
	}
}

// rhythms grow in steps.
var rhythms = []history{
	{name: "every 6 h", hours: 72, every: 300, onset: 0.3, stepsOf: 6, rate: mib, level: 80 * mib, noise: mib / 4},
	{name: "every 5 min", hours: 2, every: 10, onset: 0.3, stepsOf: 1.0 / 12, rate: 60 * mib, level: 80 * mib, noise: mib / 4},
	{name: "goroutines every hour", hours: 48, every: 600, onset: 0.5, stepsOf: 1, rate: 20, level: 100, noise: 1},
	{name: "few points", hours: 96, every: 2700, onset: 0.2, stepsOf: 6, rate: mib, level: 80 * mib, noise: mib / 4},
}

func TestRhythm(t *testing.T) {
	for _, x := range rhythms {
		for i := range uint64(heldBackRuns) {
			segments, began := x.simulate(heldBackSeed + i)
			o, ok := FindOnset(segments)
			if !ok || o.Rhythm.Steps == 0 {
				t.Errorf("%s, seed %d: %v, %+v", x.name, i, ok, o.Rhythm)
				continue
			}
			if p := o.Rhythm.Period / 3600; math.Abs(p-x.stepsOf) > 0.05*x.stepsOf {
				t.Errorf("%s, seed %d: a step every %.3g h, want %.3g h", x.name, i, p, x.stepsOf)
			}
			if h := o.Rhythm.Height; math.Abs(h-x.rate*x.stepsOf) > 0.15*x.rate*x.stepsOf {
				t.Errorf("%s, seed %d: steps of %.3g, want %.3g", x.name, i, h, x.rate*x.stepsOf)
			}
			if o.IsBefore || math.Abs(o.T-began) > 2*x.every {
				t.Errorf("%s, seed %d: began at %.0f, want %.0f", x.name, i, o.T, began)
			}
		}
	}
	for _, x := range histories {
		segments, _ := x.simulate(heldBackSeed)
		if r := FindRhythm(segments); r.Steps > 0 {
			t.Errorf("%s: steps %+v in what grows evenly", x.name, r)
		}
	}
}

func TestOnsetOfAnything(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var points []Point
		if rapid.Bool().Draw(t, "usual") {
			at := 0.0
			for range rapid.IntRange(0, 80).Draw(t, "n") {
				at += rapid.Float64Range(0, 1e4).Draw(t, "dt")
				points = append(points, Point{at, float64(rapid.IntRange(-5, 50).Draw(t, "v"))})
			}
			// Some grow.
			slope := rapid.Float64Range(0, 1e-3).Draw(t, "slope")
			for i := range points {
				points[i].V += slope * points[i].T
			}
		} else {
			points = rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Point {
				return Point{rapid.Float64().Draw(t, "t"), rapid.Float64().Draw(t, "v")}
			}), 0, 60).Draw(t, "points")
		}
		var segments [][]Point
		for len(points) > 0 {
			n := rapid.IntRange(1, len(points)).Draw(t, "length")
			segments, points = append(segments, points[:n]), points[n:]
		}
		o, ok := FindOnset(segments)
		for _, v := range []float64{o.T, o.Low, o.High, o.PerSecond, o.Previous, o.Rhythm.Period, o.Rhythm.Height} {
			if math.IsNaN(v) || math.IsInf(v, 0) {
				t.Fatalf("%+v", o)
			}
		}
		if ok && (o.Low > o.T || o.T > o.High || o.PerSecond <= 0) {
			t.Fatalf("%+v", o)
		}
	})
}

func BenchmarkOnset(b *testing.B) {
	segments, _ := histories[0].simulate(1)
	for b.Loop() {
		FindOnset(segments)
	}
}

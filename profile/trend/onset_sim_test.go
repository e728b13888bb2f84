package trend

import (
	"math"
	"math/rand/v2"
)

// history is a simulated series over days, with its true onset.
type history struct {
	name      string
	hours     float64
	every     float64 // seconds between points
	lives     float64 // hours between restarts, 0 for none
	onset     float64 // share of the span; negative: it has always grown; 2: never
	rate      float64 // per hour
	level     float64
	noise     float64 // deviation of independent errors
	wander    float64 // deviation of errors that last for some minutes
	saw       float64 // share of the level by which the heap rises between collections
	daily     float64 // swing
	warmUp    float64 // rise in the first minutes of each process
	gap       bool    // a sixth of the time has no points
	atLaunch  bool    // growth begins with a restart
	stepsOf   float64 // hours between steps instead of even growth
	ends      float64 // share of the span after which growth ends, 0 for never
	irregular bool
}

// simulate returns the segments and when growth began.
func (x history) simulate(seed uint64) (segments [][]Point, began float64) {
	r := rand.New(rand.NewPCG(seed, 5))
	span := x.hours * 3600
	start := 1.7e9 + r.Float64()*86400
	began = start + x.onset*span
	var restarts []float64
	if x.lives > 0 {
		for t := start + x.lives*3600*r.Float64(); t < start+span; t += x.lives * 3600 * (0.8 + 0.4*r.Float64()) {
			restarts = append(restarts, t)
		}
	}
	if x.atLaunch {
		restarts = append(restarts, began)
	}
	leakedAt := func(t float64) float64 {
		if x.onset < 0 {
			t += span / 10
			began = start
		}
		since := max(0, t-max(began, start))
		if x.ends > 0 {
			since = min(since, start+x.ends*span-began)
		}
		if x.stepsOf > 0 {
			if t < began {
				return 0
			}
			return x.rate * x.stepsOf * (1 + math.Floor(since/3600/x.stepsOf))
		}
		return x.rate * since / 3600
	}
	born, wander, tooth := start, 0.0, 0.0
	var now []Point
	gapFrom := start + span*(0.1+0.7*r.Float64())
	for t := start; t < start+span; {
		for _, at := range restarts {
			if at <= t && at > born {
				segments, now, born = append(segments, now), nil, at
			}
		}
		v := x.level + leakedAt(t) - leakedAt(born-1e-3)*b2f(born > start)
		wander = 0.95*wander + r.NormFloat64()*x.wander*math.Sqrt(1-0.95*0.95)
		tooth += 0.1 + 0.3*r.Float64()
		tooth -= math.Floor(tooth)
		v += r.NormFloat64()*x.noise + wander + x.saw*v*tooth
		v += x.daily / 2 * math.Sin(2*math.Pi*t/86400+1)
		v -= x.warmUp * math.Exp(-(t-born)/300)
		if !x.gap || t < gapFrom || t > gapFrom+span/6 {
			now = append(now, Point{t, v})
		}
		t += x.every * (1 + b2f(x.irregular)*(4*r.Float64()*r.Float64()*r.Float64()*r.Float64()*5-0.5))
	}
	return append(segments, now), began
}

func b2f(b bool) float64 {
	if b {
		return 1
	}
	return 0
}

// mib is the number of bytes in a MiB.
const mib = 1 << 20

// histories grow from a time on.
var histories = []history{
	{name: "leak", hours: 48, every: 60, onset: 0.4, rate: 2 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "leak, few points", hours: 48, every: 2880, onset: 0.6, rate: 2 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "leak, very few points", hours: 48, every: 4 * 3600, onset: 0.6, rate: 10 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "leak late", hours: 48, every: 300, onset: 0.8, rate: 4 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "leak early", hours: 48, every: 300, onset: 0.15, rate: 1 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "collector", hours: 48, every: 120, onset: 0.5, rate: 4 * mib, level: 80 * mib, saw: 0.4},
	{name: "wandering", hours: 72, every: 300, onset: 0.5, rate: 1 * mib, level: 80 * mib, wander: 3 * mib},
	{name: "daily swing", hours: 96, every: 300, onset: 0.5, rate: 2 * mib, level: 80 * mib, daily: 30 * mib, noise: 2 * mib},
	{name: "daily swing, restarts", hours: 96, every: 300, lives: 30, onset: 0.6, rate: 3 * mib, level: 80 * mib, daily: 30 * mib, noise: 2 * mib},
	{name: "restarts", hours: 48, every: 120, lives: 6, onset: 0.5, rate: 5 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "rollout", hours: 48, every: 120, onset: 0.5, atLaunch: true, rate: 2 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "rollout, then restarts", hours: 72, every: 120, onset: 0.4, lives: 8, atLaunch: true, rate: 5 * mib, level: 80 * mib, noise: 2 * mib, warmUp: 20 * mib},
	{name: "warm-up of each process", hours: 48, every: 60, lives: 12, onset: 0.4, rate: 4 * mib, level: 80 * mib, noise: mib, warmUp: 30 * mib},
	{name: "gap", hours: 48, every: 120, onset: 0.5, gap: true, rate: 2 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "irregular points", hours: 48, every: 600, onset: 0.5, irregular: true, rate: 2 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "goroutines", hours: 24, every: 300, onset: 0.3, rate: 20, level: 120, noise: 6},
	{name: "a week", hours: 168, every: 600, onset: 0.7, rate: 0.5 * mib, level: 80 * mib, daily: 8 * mib, noise: 2 * mib},
	{name: "two hours", hours: 2, every: 15, onset: 0.4, rate: 60 * mib, level: 80 * mib, noise: 2 * mib},
}

// always have grown from the start.
var always = []history{
	{name: "always", hours: 48, every: 120, onset: -1, rate: 2 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "always, few points", hours: 48, every: 2880, onset: -1, rate: 2 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "always, restarts", hours: 48, every: 120, onset: -1, lives: 6, rate: 6 * mib, level: 80 * mib, noise: 2 * mib, warmUp: 20 * mib},
	{name: "always, daily", hours: 96, every: 300, onset: -1, rate: 2 * mib, level: 80 * mib, daily: 20 * mib, noise: 2 * mib},
	{name: "always, collector", hours: 48, every: 120, onset: -1, rate: 3 * mib, level: 80 * mib, saw: 0.4},
	{name: "always, wandering", hours: 72, every: 300, onset: -1, rate: mib, level: 80 * mib, wander: 3 * mib},
}

// innocents do not grow, or have stopped growing.
var innocents = []history{
	{name: "flat", hours: 48, every: 120, onset: 2, level: 80 * mib, noise: 2 * mib},
	{name: "flat, restarts", hours: 48, every: 120, onset: 2, lives: 6, level: 80 * mib, noise: 2 * mib, warmUp: 30 * mib},
	{name: "flat, daily", hours: 96, every: 300, onset: 2, level: 80 * mib, daily: 40 * mib, noise: 2 * mib},
	{name: "flat, collector", hours: 48, every: 120, onset: 2, level: 80 * mib, saw: 0.5},
	{name: "grew for hours", hours: 48, every: 120, onset: 0.3, ends: 0.6, rate: 4 * mib, level: 80 * mib, noise: 2 * mib},
	{name: "filled at first", hours: 48, every: 120, onset: -1, ends: 0.3, rate: 4 * mib, level: 80 * mib, noise: 2 * mib},
}

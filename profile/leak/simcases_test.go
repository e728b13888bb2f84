package leak

import (
	"math"
	"math/rand/v2"

	"github.com/leaktop/leaktop/profile"
)

const (
	kib = 1 << 10
	mib = 1 << 20
)

// rateUntil returns a rate that drops to zero at end.
func rateUntil(end, rate float64) func(float64) float64 {
	return func(t float64) float64 {
		if t > end {
			return 0
		}
		return rate
	}
}

// sawtoothLife returns the lifetimes of objects that are dropped all at once every period.
func sawtoothLife(period, keep float64) func(*rand.Rand, float64) float64 {
	return func(r *rand.Rand, t float64) float64 {
		if r.Float64() < keep {
			return math.Inf(1)
		}
		return period - math.Mod(t, period)
	}
}

func waveRate(rate, share, period float64) func(float64) float64 {
	return func(t float64) float64 { return rate * (1 + share*math.Sin(2*math.Pi*t/period)) }
}

// simulated are the services of the corpus: leaks of many rates and shapes, and look-alikes.
var simulated = []sim{
	{name: "all is kept", leak: true, kind: profile.Heap, size: 2 * kib, rate: constantRate(100), life: liveForever, truth: 200 * kib},
	{name: "kept slowly", leak: true, kind: profile.Heap, size: 2 * kib, rate: constantRate(50), life: liveForever, truth: 100 * kib},
	{name: "kept fast", leak: true, kind: profile.Heap, size: 8 * kib, rate: constantRate(500), life: liveForever, truth: 4000 * kib},
	{name: "large blocks kept", leak: true, kind: profile.Heap, size: 64 * kib, rate: constantRate(4), life: liveForever, truth: 256 * kib},
	{name: "kept by a busy load", leak: true, kind: profile.Heap, size: 4 * kib, rate: waveRate(60, 0.6, 45), life: liveForever, truth: 240 * kib},
	{name: "kept, rare collections", leak: true, kind: profile.Heap, size: 4 * kib, rate: constantRate(100), life: liveForever, gc: 12, truth: 400 * kib},
	{name: "half is kept", leak: true, kind: profile.Heap, size: 4 * kib, rate: constantRate(150), life: sawtoothLife(5, 0.5), truth: 300 * kib},
	{name: "kept under churn", leak: true, kind: profile.Heap, size: 4 * kib, rate: constantRate(100), life: liveForever, churnRate: 400 * kib, truth: 400 * kib},
	{name: "leaking saw", leak: true, kind: profile.Heap, size: 4 * kib, rate: constantRate(300), life: sawtoothLife(12, 0.4), truth: 480 * kib},
	{name: "a map that doubles", leak: true, kind: profile.Heap, size: 24 * kib, rate: doublingRate(12, 180, 100*kib, 24*kib), life: untilDoubled(math.Inf(1)), truth: 100 * kib},
	{name: "goroutines", leak: true, kind: profile.Goroutine, rate: constantRate(2), life: liveForever, truth: 2},
	{name: "goroutines slowly", leak: true, kind: profile.Goroutine, rate: constantRate(0.4), life: liveForever, truth: 0.4},
	{name: "goroutines fast", leak: true, kind: profile.Goroutine, rate: constantRate(50), life: liveForever, truth: 50},
	{name: "some goroutines stay", leak: true, kind: profile.Goroutine, rate: constantRate(20), life: mixedLife(0.15, 0.5), truth: 3},
	{name: "workers never end", leak: true, kind: profile.Goroutine, rate: constantRate(2), life: liveForever, serves: true, truth: 2},
	{name: "goroutines in waves", leak: true, kind: profile.Goroutine, rate: waveRate(2, 0.7, 40), life: liveForever, truth: 2},
	{name: "one in a hundred stays", leak: true, kind: profile.Goroutine, rate: constantRate(100), life: mixedLife(0.01, 0.2), truth: 1},

	{name: "constant churn", kind: profile.Heap, size: 4 * kib, rate: constantRate(500), life: fixedLife(5)},
	{name: "saw of 10 s", kind: profile.Heap, size: 4 * kib, rate: constantRate(500), life: sawtoothLife(10, 0)},
	{name: "saw of 45 s", kind: profile.Heap, size: 4 * kib, rate: constantRate(300), life: sawtoothLife(45, 0)},
	{name: "saw of 70 s", kind: profile.Heap, size: 4 * kib, rate: constantRate(200), life: sawtoothLife(70, 0)},
	{name: "warm-up of 30 s", kind: profile.Heap, size: 4 * kib, rate: rateUntil(30, 300), life: liveForever},
	{name: "warm-up of 55 s", kind: profile.Heap, size: 4 * kib, rate: rateUntil(55, 200), life: liveForever},
	{name: "warm-up of 75 s", kind: profile.Heap, size: 4 * kib, rate: rateUntil(75, 200), life: liveForever},
	{name: "LRU full at 40 s", kind: profile.Heap, size: 4 * kib, rate: constantRate(150), life: fixedLife(40)},
	{name: "LRU full at 65 s", kind: profile.Heap, size: 4 * kib, rate: constantRate(150), life: fixedLife(65)},
	{name: "cache of many keys, 20 s", kind: profile.Heap, size: 4 * kib, rate: decayingRate(400, 20), life: liveForever},
	{name: "cache of many keys, 40 s", kind: profile.Heap, size: 4 * kib, rate: decayingRate(300, 40), life: liveForever},
	{name: "TTL of 30 s", kind: profile.Heap, size: 4 * kib, rate: constantRate(150), life: fixedLife(30)},
	{name: "TTL under waves", kind: profile.Heap, size: 4 * kib, rate: waveRate(200, 0.7, 60), life: fixedLife(15)},
	{name: "batches", kind: profile.Heap, size: 16 * kib, rate: burstRate(20, 2, 400), life: fixedLife(6)},
	{name: "loaded once", kind: profile.Heap, size: 4 * kib, rate: burstRate(1000, 6, 2000), life: liveForever},
	{name: "a map that doubles until 30 s", kind: profile.Heap, size: 24 * kib, rate: doublingRate(12, 30, 200*kib, 24*kib), life: untilDoubled(30)},
	{name: "a map that doubles until 60 s", kind: profile.Heap, size: 24 * kib, rate: doublingRate(14, 60, 100*kib, 24*kib), life: untilDoubled(60)},
	{name: "reloads", kind: profile.Heap, size: 4 * kib, rate: burstRate(25, 2, 2000), life: sawtoothLife(25, 0)},
	{name: "heap follows a ramp", kind: profile.Heap, size: 8 * kib, rate: rampTo(110, 200), life: fixedLife(3)},
	{name: "goroutines follow a ramp", kind: profile.Goroutine, rate: rampTo(100, 60), life: fixedLife(2)},
	{name: "goroutines follow waves", kind: profile.Goroutine, rate: waveRate(60, 0.8, 60), life: fixedLife(3)},
	{name: "goroutines follow slow waves", kind: profile.Goroutine, rate: waveRate(60, 0.8, 120), life: fixedLife(3)},
	{name: "worker pool grows to its cap", kind: profile.Goroutine, rate: rateUntil(50, 3), life: liveForever, serves: true},
	{name: "long polls of 30 s", kind: profile.Goroutine, rate: constantRate(4), life: fixedLife(30)},
	{name: "long polls of 20–60 s", kind: profile.Goroutine, rate: constantRate(4), life: uniformLife(20, 60)},
	{name: "bursts of goroutines", kind: profile.Goroutine, rate: burstRate(30, 1, 300), life: uniformLife(0, 12)},
	{name: "many but constant", kind: profile.Goroutine, rate: rateUntil(1, 2000), life: liveForever},
	{name: "a walk of the heap", kind: profile.Heap, size: 4 * kib, rate: constantRate(400), life: exponentialLife(25)},
	{name: "a walk of goroutines", kind: profile.Goroutine, rate: constantRate(10), life: exponentialLife(30)},
}

func mixedLife(keep, mean float64) func(*rand.Rand, float64) float64 {
	return func(r *rand.Rand, _ float64) float64 {
		if r.Float64() < keep {
			return math.Inf(1)
		}
		return mean * r.ExpFloat64()
	}
}

func exponentialLife(mean float64) func(*rand.Rand, float64) float64 { return mixedLife(0, mean) }

func uniformLife(low, high float64) func(*rand.Rand, float64) float64 {
	return func(r *rand.Rand, _ float64) float64 { return low + (high-low)*r.Float64() }
}

func decayingRate(rate, tau float64) func(float64) float64 {
	return func(t float64) float64 { return rate * math.Exp(-t/tau) }
}

func burstRate(period, length, rate float64) func(float64) float64 {
	return func(t float64) float64 {
		if math.Mod(t+period-15, period) < length {
			return rate
		}
		return 0
	}
}

// doublingRate returns the number of tables allocated per second for a map whose content grows by perSecond bytes per
// second until end. Whenever the map is full, tables of twice the size gradually replace the old ones.
func doublingRate(first, end, perSecond, size float64) func(float64) float64 {
	return func(t float64) float64 {
		step := first * math.Exp2(math.Round(math.Log2(max(t, first)/first)))
		if step > end || math.Abs(t/step-1) > 0.05 {
			return 0
		}
		return 2 * perSecond / (0.1 * size)
	}
}

// untilDoubled returns the lifetimes of the tables of a map that is filled until end.
func untilDoubled(end float64) func(*rand.Rand, float64) float64 {
	return func(_ *rand.Rand, t float64) float64 {
		if 2*t > end {
			return math.Inf(1)
		}
		return t
	}
}

func rampTo(end, rate float64) func(float64) float64 {
	return func(t float64) float64 { return rate * (0.05 + min(t, end)/end) }
}

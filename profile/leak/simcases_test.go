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

// until is a rate that ends.
func until(end, rate float64) func(float64) float64 {
	return func(t float64) float64 {
		if t > end {
			return 0
		}
		return rate
	}
}

// tooth is the life of what is dropped all at once every period.
func tooth(period, keep float64) func(*rand.Rand, float64) float64 {
	return func(r *rand.Rand, t float64) float64 {
		if r.Float64() < keep {
			return math.Inf(1)
		}
		return period - math.Mod(t, period)
	}
}

func wave(rate, share, period float64) func(float64) float64 {
	return func(t float64) float64 { return rate * (1 + share*math.Sin(2*math.Pi*t/period)) }
}

// simulated are the services of the corpus: leaks of many rates and shapes, and
// what only looks like one.
var simulated = []sim{
	{name: "all is kept", leak: true, kind: profile.Heap, size: 2 * kib, rate: constant(100), life: forever, truth: 200 * kib},
	{name: "kept slowly", leak: true, kind: profile.Heap, size: 2 * kib, rate: constant(50), life: forever, truth: 100 * kib},
	{name: "kept fast", leak: true, kind: profile.Heap, size: 8 * kib, rate: constant(500), life: forever, truth: 4000 * kib},
	{name: "large blocks kept", leak: true, kind: profile.Heap, size: 64 * kib, rate: constant(4), life: forever, truth: 256 * kib},
	{name: "kept by a busy load", leak: true, kind: profile.Heap, size: 4 * kib, rate: wave(60, 0.6, 45), life: forever, truth: 240 * kib},
	{name: "kept, rare collections", leak: true, kind: profile.Heap, size: 4 * kib, rate: constant(100), life: forever, gc: 12, truth: 400 * kib},
	{name: "half is kept", leak: true, kind: profile.Heap, size: 4 * kib, rate: constant(150), life: tooth(5, 0.5), truth: 300 * kib},
	{name: "kept under churn", leak: true, kind: profile.Heap, size: 4 * kib, rate: constant(100), life: forever, churnRate: 400 * kib, truth: 400 * kib},
	{name: "leaking saw", leak: true, kind: profile.Heap, size: 4 * kib, rate: constant(300), life: tooth(12, 0.4), truth: 480 * kib},
	{name: "goroutines", leak: true, kind: profile.Goroutine, rate: constant(2), life: forever, truth: 2},
	{name: "goroutines slowly", leak: true, kind: profile.Goroutine, rate: constant(0.4), life: forever, truth: 0.4},
	{name: "goroutines fast", leak: true, kind: profile.Goroutine, rate: constant(50), life: forever, truth: 50},
	{name: "some goroutines stay", leak: true, kind: profile.Goroutine, rate: constant(20), life: mixed(0.15, 0.5), truth: 3},
	{name: "workers never end", leak: true, kind: profile.Goroutine, rate: constant(2), life: forever, serves: true, truth: 2},
	{name: "goroutines in waves", leak: true, kind: profile.Goroutine, rate: wave(2, 0.7, 40), life: forever, truth: 2},
	{name: "one in a hundred stays", leak: true, kind: profile.Goroutine, rate: constant(100), life: mixed(0.01, 0.2), truth: 1},

	{name: "constant churn", kind: profile.Heap, size: 4 * kib, rate: constant(500), life: lives(5)},
	{name: "saw of 10 s", kind: profile.Heap, size: 4 * kib, rate: constant(500), life: tooth(10, 0)},
	{name: "saw of 45 s", kind: profile.Heap, size: 4 * kib, rate: constant(300), life: tooth(45, 0)},
	{name: "saw of 70 s", kind: profile.Heap, size: 4 * kib, rate: constant(200), life: tooth(70, 0)},
	{name: "warm-up of 30 s", kind: profile.Heap, size: 4 * kib, rate: until(30, 300), life: forever},
	{name: "warm-up of 55 s", kind: profile.Heap, size: 4 * kib, rate: until(55, 200), life: forever},
	{name: "warm-up of 75 s", kind: profile.Heap, size: 4 * kib, rate: until(75, 200), life: forever},
	{name: "LRU full at 40 s", kind: profile.Heap, size: 4 * kib, rate: constant(150), life: lives(40)},
	{name: "LRU full at 65 s", kind: profile.Heap, size: 4 * kib, rate: constant(150), life: lives(65)},
	{name: "cache of many keys, 20 s", kind: profile.Heap, size: 4 * kib, rate: decays(400, 20), life: forever},
	{name: "cache of many keys, 40 s", kind: profile.Heap, size: 4 * kib, rate: decays(300, 40), life: forever},
	{name: "TTL of 30 s", kind: profile.Heap, size: 4 * kib, rate: constant(150), life: lives(30)},
	{name: "TTL under waves", kind: profile.Heap, size: 4 * kib, rate: wave(200, 0.7, 60), life: lives(15)},
	{name: "batches", kind: profile.Heap, size: 16 * kib, rate: bursts(20, 2, 400), life: lives(6)},
	{name: "loaded once", kind: profile.Heap, size: 4 * kib, rate: bursts(1000, 6, 2000), life: forever},
	{name: "reloads", kind: profile.Heap, size: 4 * kib, rate: bursts(25, 2, 2000), life: tooth(25, 0)},
	{name: "heap follows a ramp", kind: profile.Heap, size: 8 * kib, rate: rampTo(110, 200), life: lives(3)},
	{name: "goroutines follow a ramp", kind: profile.Goroutine, rate: rampTo(100, 60), life: lives(2)},
	{name: "goroutines follow waves", kind: profile.Goroutine, rate: wave(60, 0.8, 60), life: lives(3)},
	{name: "goroutines follow slow waves", kind: profile.Goroutine, rate: wave(60, 0.8, 120), life: lives(3)},
	{name: "worker pool grows to its cap", kind: profile.Goroutine, rate: until(50, 3), life: forever, serves: true},
	{name: "long polls of 30 s", kind: profile.Goroutine, rate: constant(4), life: lives(30)},
	{name: "long polls of 20–60 s", kind: profile.Goroutine, rate: constant(4), life: between(20, 60)},
	{name: "bursts of goroutines", kind: profile.Goroutine, rate: bursts(30, 1, 300), life: between(0, 12)},
	{name: "many but constant", kind: profile.Goroutine, rate: until(1, 2000), life: forever},
	{name: "a walk of the heap", kind: profile.Heap, size: 4 * kib, rate: constant(400), life: exponential(25)},
	{name: "a walk of goroutines", kind: profile.Goroutine, rate: constant(10), life: exponential(30)},
}

func mixed(keep, mean float64) func(*rand.Rand, float64) float64 {
	return func(r *rand.Rand, _ float64) float64 {
		if r.Float64() < keep {
			return math.Inf(1)
		}
		return mean * r.ExpFloat64()
	}
}

func exponential(mean float64) func(*rand.Rand, float64) float64 { return mixed(0, mean) }

func between(low, high float64) func(*rand.Rand, float64) float64 {
	return func(r *rand.Rand, _ float64) float64 { return low + (high-low)*r.Float64() }
}

func decays(rate, tau float64) func(float64) float64 {
	return func(t float64) float64 { return rate * math.Exp(-t/tau) }
}

func bursts(period, length, rate float64) func(float64) float64 {
	return func(t float64) float64 {
		if math.Mod(t+period-15, period) < length {
			return rate
		}
		return 0
	}
}

func rampTo(end, rate float64) func(float64) float64 {
	return func(t float64) float64 { return rate * (0.05 + min(t, end)/end) }
}

package trend

import (
	"math/rand/v2"
	"strconv"
	"testing"
)

// BenchmarkRates measures the rate of a series of a minute and a half, of ten minutes, and of an hour, polled every 2 s.
func BenchmarkRates(b *testing.B) {
	for name, rate := range map[string]func(p, gone []Point){
		"Drift":           func(p, _ []Point) { Drift(p, 0.9) },
		"DriftOfTurnover": func(p, gone []Point) { DriftOfTurnover(p, Turnover{Gone: gone, Size: 1, Kept: NetRise(p)}, 0.9) },
		"Accumulate":      func(p, _ []Point) { Accumulate(p, 0, 0.9) },
	} {
		for _, n := range []int{45, 300, 1800} {
			b.Run(name+"/"+strconv.Itoa(n), func(b *testing.B) {
				r, p, gone, v := rand.New(rand.NewPCG(1, 2)), make([]Point, n), make([]Point, n), 0.0
				for i := range p {
					p[i], gone[i] = Point{T: 2 * float64(i), V: v}, Point{T: 2 * float64(i), V: float64(i)}
					if i%25 < 10 { // in bursts
						v += r.ExpFloat64()
					}
				}
				for b.Loop() {
					rate(p, gone)
				}
			})
		}
	}
}

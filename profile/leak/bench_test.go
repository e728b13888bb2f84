package leak

import (
	"math/rand/v2"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// BenchmarkJudge judges a poll of a large service: 2,000 groups of 150 points, of which 20 churn and 5 leak. A live
// view remembers earlier judgments; a moment of a replay has none.
func BenchmarkJudge(b *testing.B) {
	b.Run("live", func(b *testing.B) { judgeManyGroups(b, &Moments{}) })
	b.Run("replay", func(b *testing.B) { judgeManyGroups(b, nil) })
}

func judgeManyGroups(b *testing.B, known *Moments) {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	in := Input{Start: began, Now: at(300), Moments: known}
	for i := range 2000 {
		m := sim{kind: profile.Heap, size: 4096, rate: rateUntil(1, 50), life: liveForever, gc: 2}
		switch {
		case i < 5:
			m.rate = constantRate(100)
		case i < 25:
			m.rate, m.life = constantRate(1000), exponentialLife(5)
		}
		g := m.simulate(r, 300).group
		f := *leakingFunction
		g.Blame, g.Stacks = &f, []*profile.Stack{stackOf(&f, &f)}
		in.Heap = append(in.Heap, g)
	}
	b.ReportMetric(float64(len(in.Heap[0].Points)), "points")
	for b.Loop() {
		if r := Judge(in); len(r.Suspects) != 5 {
			b.Fatalf("got %d suspects", len(r.Suspects))
		}
	}
}

package leak

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	sites "github.com/leaktop/leaktop/profile/simulated"
)

// BenchmarkJudgeAge measures what a poll costs the judge as a watch with a poll every 2 s
// gets older, in milliseconds per poll in each minute of the watch.
func BenchmarkJudgeAge(b *testing.B) {
	b.Run("real", func(b *testing.B) { benchmarkAge(b, nextOfLarge(b)) })
	for _, n := range []int{19_000, 31_000} {
		b.Run(fmt.Sprintf("simulated-%dk", n/1000), func(b *testing.B) {
			service := sites.NewSites(n)
			benchmarkAge(b, func(time.Time) []byte { return service.Next() })
		})
	}
}

// benchmarkAge watches a service, whose next heap profile next returns.
func benchmarkAge(b *testing.B, next func(at time.Time) []byte) {
	const minutes, polls = 15, 30
	var spent [minutes]time.Duration
	for b.Loop() {
		p := newPollOfLarge(nil)
		for i := range minutes * polls {
			at := secondsAfterStart(float64(2 * i))
			b.StopTimer()
			p.add(b, profile.Capture{Kind: profile.Heap, Time: at, Data: next(at)})
			b.StartTimer()
			before := b.Elapsed()
			p.judge()
			spent[i/polls] += b.Elapsed() - before
		}
	}
	for i, d := range spent {
		b.ReportMetric(d.Seconds()*1000/polls/float64(b.N), fmt.Sprintf("ms/poll-%02d", i+1))
	}
}

// nextOfLarge returns a function that returns the next profile of the large service.
func nextOfLarge(b *testing.B) func(at time.Time) []byte {
	p, sites := makeLargeService(b)
	r := rand.New(rand.NewPCG(1, 2))
	return func(at time.Time) []byte {
		for _, x := range sites {
			x.passTwoSeconds(r)
		}
		p.TimeNanos = at.UnixNano()
		var data bytes.Buffer
		if err := p.WriteUncompressed(&data); err != nil {
			b.Fatal(err)
		}
		return data.Bytes()
	}
}

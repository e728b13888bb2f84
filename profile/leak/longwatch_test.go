package leak

import (
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestLongWatches checks leaks that take hours or days, with points as a history or a store keeps them.
func TestLongWatches(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	const sampled = 1 - 0.992218 // share of objects of 4 KiB sampled at one per 512 KiB
	heap := func(p *profile.GroupPoint, objects, allocated float64) {
		p.Raw, p.RawAlloc = math.Round(objects*sampled), math.Round(allocated*sampled)
		p.Objects, p.AllocObjects = int64(p.Raw/sampled), int64(p.RawAlloc/sampled)
		p.Value, p.AllocSpace = 4096*p.Objects, 4096*p.AllocObjects
	}
	for _, tt := range []struct {
		name      string
		kind      profile.Kind
		every     time.Duration
		points    int
		fill      func(p *profile.GroupPoint, hours float64)
		isLeak    bool
		perHour   float64
		sentences string
	}{
		{
			name: "1 MiB an hour for two days", kind: profile.Heap, every: 10 * time.Minute, points: 288, isLeak: true, perHour: 1 << 20,
			fill: func(p *profile.GroupPoint, h float64) { heap(p, 5000+256*h, 5000+256*h) },
		},
		{
			name: "a goroutine each half hour for three days", kind: profile.Goroutine, every: time.Hour, points: 72, isLeak: true, perHour: 2,
			fill: func(p *profile.GroupPoint, h float64) { p.Value = 20 + int64(2*h) },
		},
		{
			name: "3 MiB each five minutes for an hour", kind: profile.Heap, every: 30 * time.Second, points: 120, isLeak: true, perHour: 36 << 20,
			fill:      func(p *profile.GroupPoint, h float64) { heap(p, 768*math.Floor(12*h), 768*math.Floor(12*h)) },
			sentences: "one every 5m",
		},
		{
			name: "the load of two days", kind: profile.Goroutine, every: 30 * time.Minute, points: 96,
			fill: func(p *profile.GroupPoint, h float64) {
				p.Value = int64(200 + 150*math.Sin(2*math.Pi*h/24) + 10*r.NormFloat64())
			},
		},
		{
			name: "a cache that was full on the first day", kind: profile.Heap, every: 10 * time.Minute, points: 288,
			fill: func(p *profile.GroupPoint, h float64) { heap(p, 20000*-math.Expm1(-h/4), 20000*h) },
		},
	} {
		g := profile.Group{Kind: tt.kind, Blame: leakingFunction, Stacks: []*profile.Stack{guiltyStack}, Now: []int64{1}}
		for i := range tt.points {
			p := profile.GroupPoint{Time: profile.InstantOf(began.Add(time.Duration(i) * tt.every))}
			tt.fill(&p, p.Time.Since(began).Hours())
			g.Points = append(g.Points, p)
		}
		in := Input{Now: g.Points[tt.points-1].Time.AsTime(), Start: began, Recorded: true}
		if tt.kind == profile.Heap {
			in.Heap = []profile.Group{g}
		} else {
			in.Goroutines = []profile.Group{g}
		}
		rep := Judge(in)
		if got := rep.Verdict == Leaks; got != tt.isLeak {
			t.Errorf("%s: got %s, %s", tt.name, rep.Verdict, rep.Caveat)
			continue
		}
		if !tt.isLeak {
			continue
		}
		if s := rep.Suspects[0]; math.Abs(s.GrowthPerHour/tt.perHour-1) > 0.2 || !strings.Contains(s.Sentence, tt.sentences) {
			t.Errorf("%s: got %s", tt.name, s.Sentence)
		}
	}
}

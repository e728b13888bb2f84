package leak

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/ignore"
)

// thinService is a service with many functions, each of which stays below the floor.
type thinService struct {
	name   string
	leaks  bool
	grows  func(t float64) float64 // bytes that all of them hold
	churns float64                 // bytes per second that every other function allocates and frees instead
	of     int                     // number of functions
}

var thinServices = []thinService{
	{"a thin leak in 200 functions", true, func(t float64) float64 { return 20e6 + t*0.3e6 }, 0, 200},
	{"in 40", true, func(t float64) float64 { return 20e6 + t*0.3e6 }, 0, 40},
	{"next to functions that churn", true, func(t float64) float64 { return 20e6 + t*0.3e6 }, 10e6, 200},
	{"one that filled", false, func(t float64) float64 { return 20e6 + min(t, 60)*0.3e6 }, 0, 200},
	{"one that stands", false, func(float64) float64 { return 80e6 }, 0, 200},
	{"churn alone", false, func(float64) float64 { return 20e6 }, 10e6, 200},
}

func TestSpread(t *testing.T) {
	for i, tt := range thinServices {
		t.Run(tt.name, func(t *testing.T) {
			right := 0
			for seed := range 8 {
				r := Judge(tt.input(uint64(100*i + seed)))
				if (r.Verdict == Leaks) == tt.leaks && (!tt.leaks || saysSpread(r)) {
					right++
				}
			}
			if right < 8 {
				t.Errorf("correct in only %d of 8 runs", right)
			}
		})
	}
}

func saysSpread(r Report) bool {
	s := r.Suspects[0]
	return len(r.Suspects) == 1 && s.Spread != nil && strings.Contains(s.Sentence, "spread over") && s.Function == "main.handle"
}

// input returns the judge's input after 150 s of the service, with sampled objects.
func (s thinService) input(seed uint64) Input {
	rnd := rand.New(rand.NewPCG(seed, 5))
	handle := &profile.Function{Name: "main.handle", File: "/src/main.go", Class: profile.ClassUser}
	in := Input{Now: at(150), Start: began}
	const each = 4096.0
	share := each / samplingRate
	for n := range s.of {
		fn := &profile.Function{Name: fmt.Sprintf("main.site%d", n), File: "/src/sites.go", Class: profile.ClassUser}
		g := profile.Group{Kind: profile.Heap, Blame: fn, Stacks: []*profile.Stack{stackOf(fn, fn, handle)}, Now: []int64{1}}
		var kept, churned float64
		before := 0.0
		grows, churns := s.grows, 0.0
		if s.churns > 0 && n%2 == 1 {
			grows, churns = func(float64) float64 { return s.grows(0) }, s.churns
		}
		for t := 0.0; t <= 150; t += 3 {
			now := grows(t) / float64(s.of) / each
			kept += float64(drawPoisson(rnd, (now-before)*share))
			churned += float64(drawPoisson(rnd, 3*churns/float64(s.of)/each*share))
			live := kept
			if churns > 0 {
				live += float64(drawPoisson(rnd, 3*churns/float64(s.of)/each*share))
			}
			before = now
			g.Points = append(g.Points, profile.GroupPoint{
				Time: profile.InstantOf(at(t)), Value: int64(live / share * each), Objects: int64(live / share), Raw: live, RawAlloc: kept + churned + live,
				AllocSpace: int64((kept + churned + live) / share * each), AllocObjects: int64((kept + churned + live) / share),
			})
		}
		in.Heap = append(in.Heap, g)
	}
	return in
}

// TestIgnoredIsNotSpread checks that ignored functions do not count among those that a
// leak is spread over.
func TestIgnoredIsNotSpread(t *testing.T) {
	in := thinServices[0].input(1)
	all := Judge(in)
	var err error
	if in.Ignored, err = ignore.New("main.site1..."); err != nil {
		t.Fatal(err)
	}
	r := Judge(in)
	if r.Verdict != Leaks || all.Verdict != Leaks || r.Suspects[0].Spread == nil || r.Suspects[0].Spread.Functions >= all.Suspects[0].Spread.Functions-50 {
		t.Fatalf("%s, %+v; without ignoring %+v", r.Verdict, r.Suspects, all.Suspects)
	}
	for _, name := range r.Suspects[0].Spread.Largest {
		if strings.HasPrefix(name, "main.site1") {
			t.Errorf("names %s", name)
		}
	}
	if r.Suspects[0].GrowthPerHour > 0.7*all.Suspects[0].GrowthPerHour {
		t.Errorf("the ignored growth is in the rate: %g of %g", r.Suspects[0].GrowthPerHour, all.Suspects[0].GrowthPerHour)
	}
}

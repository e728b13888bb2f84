package leak

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	pprof "github.com/google/pprof/profile"

	"github.com/leaktop/leaktop/profile"
)

// site is one of the 31,491 samples of the heap of a large service. It behaves as between two real profiles of that
// service, a minute apart: it allocates at the same rate, and holds an amount between those in the two profiles.
type site struct {
	sample    *pprof.Sample
	size      int64
	perMinute int64 // objects allocated
	low, high int64 // objects held
	leaks     int64 // additional objects held at each poll
	leaked    int64
}

// makeLargeService returns the sites of the service and its profile.
func makeLargeService(b *testing.B) (*pprof.Profile, []*site) {
	b.Helper()
	later := map[string][]int64{}
	for _, s := range readLarge(b, "120").Sample {
		later[describeSite(s)] = s.Value
	}
	p := readLarge(b, "060")
	var sites []*site
	for _, s := range p.Sample {
		if len(s.NumLabel["bytes"]) == 0 {
			continue // one of them holds nothing
		}
		x := &site{sample: s, size: max(1, s.NumLabel["bytes"][0]), low: s.Value[2], high: s.Value[2]}
		if v := later[describeSite(s)]; v != nil {
			x.perMinute, x.low, x.high = max(0, v[0]-s.Value[0]), min(x.low, v[2]), max(x.high, v[2])
		}
		sites = append(sites, x)
	}
	slices.SortStableFunc(sites, func(a, b *site) int { return int(b.perMinute*b.size - a.perMinute*a.size) })
	for _, x := range sites[:5] {
		x.leaks = 1 + 256<<10/x.size
	}
	return p, sites
}

func readLarge(b *testing.B, at string) *pprof.Profile {
	b.Helper()
	data, err := os.ReadFile("../testdata/large_heap_" + at + ".pb.gz")
	if err != nil {
		b.Fatal(err)
	}
	p, err := pprof.ParseData(data)
	if err != nil {
		b.Fatal(err)
	}
	return p
}

// describeSite identifies a sample by its size and lines.
func describeSite(s *pprof.Sample) string {
	key := fmt.Append(nil, s.NumLabel["bytes"])
	for _, l := range s.Location {
		for _, line := range l.Line {
			key = fmt.Append(key, line.Function.Name, line.Line)
		}
	}
	return string(key)
}

// passTwoSeconds makes a site allocate and free for the time between two polls.
func (x *site) passTwoSeconds(r *rand.Rand) {
	n := int64(float64(x.perMinute)/30+r.Float64()) + x.leaks
	x.leaked += x.leaks
	v := x.sample.Value
	v[0], v[1] = v[0]+n, v[1]+n*x.size
	v[2] = x.leaked + x.low + r.Int64N(x.high-x.low+1)
	v[3] = v[2] * x.size
}

// BenchmarkJudgeLarge measures the judge's work for a poll of a heap with 31,491 samples, after a watch of three
// minutes: reading the series of functions from the history, judging them, and tracking suspects.
func BenchmarkJudgeLarge(b *testing.B) {
	const warm, polls = 90, 130
	captures := makeLargeCaptures(b, polls)
	var p *pollOfLarge
	for i := warm; b.Loop(); i++ {
		b.StopTimer()
		if p == nil || i == polls {
			for p, i = newPollOfLarge(p), 0; i < warm; i++ {
				p.add(b, captures[i])
				p.judge()
			}
		}
		p.add(b, captures[i])
		b.StartTimer()
		p.judge()
	}
	if p.report.Verdict != Leaks {
		b.Fatalf("got %v", p.report.Verdict)
	}
	b.ReportMetric(float64(len(p.report.evaluations)), "judged")
	b.ReportMetric(float64(len(p.report.Suspects)), "suspects")
}

func makeLargeCaptures(b *testing.B, n int) []profile.Capture {
	b.Helper()
	p, sites := makeLargeService(b)
	r := rand.New(rand.NewPCG(1, 2))
	var out []profile.Capture
	for i := range n {
		for _, x := range sites {
			x.passTwoSeconds(r)
		}
		at := secondsAfterStart(float64(2 * i))
		p.TimeNanos = at.UnixNano()
		var data bytes.Buffer
		if err := p.WriteUncompressed(&data); err != nil {
			b.Fatal(err)
		}
		out = append(out, profile.Capture{Kind: profile.Heap, Time: at, Data: data.Bytes()})
	}
	return out
}

// pollOfLarge is a watch of the large service.
type pollOfLarge struct {
	history *profile.HistoryBuilder
	now     time.Time
	moments Moments
	track   Track
	report  Report
}

func newPollOfLarge(before *pollOfLarge) *pollOfLarge {
	if before == nil {
		return &pollOfLarge{history: profile.NewHistoryBuilder()}
	}
	return &pollOfLarge{history: before.history.NewSharing()}
}

func (p *pollOfLarge) add(b *testing.B, c profile.Capture) {
	b.Helper()
	if _, err := p.history.Add(c); err != nil {
		b.Fatal(err)
	}
	p.now = c.Time
}

// judge does what package leak does at a poll.
func (p *pollOfLarge) judge() {
	h := p.history.History()
	live := h.Total(profile.Heap, "inuse_space")[0]
	in := Input{
		Now: p.now, Start: began, Moments: &p.moments, Heap: h.Groups(profile.Heap), Live: live, HeapLive: int64(live[len(live)-1].V),
		Allocated: h.Total(profile.Heap, "alloc_space")[0],
	}
	in.Holding, _ = h.Latest(profile.Heap)
	in.HeapCoverage.Distinct, in.HeapCoverage.First, in.HeapCoverage.Last, in.HeapCoverage.Polled = h.Coverage(profile.Heap)
	p.report = Judge(in)
	p.track, _ = p.track.Follow(began, p.now, &p.report)
}

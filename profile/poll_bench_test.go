package profile

import (
	"bytes"
	"cmp"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	pprof "github.com/google/pprof/profile"
)

// pollCount is how many polls a benchmark has. Each of them has new data.
const pollCount = 24

// makePolls returns successive heap profiles of one process. In each, a fifth of the sites have allocated more than before.
// Of these, half of those that held something hold a different amount, and a few others start to hold something.
func makePolls(b *testing.B, file string) [][]byte {
	b.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	p, err := pprof.ParseData(data)
	if err != nil {
		b.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2)) //nolint:gosec // reproducible
	var out [][]byte
	for range pollCount {
		p.TimeNanos += int64(2 * time.Second)
		for _, s := range p.Sample {
			growSite(r, s)
		}
		var buf bytes.Buffer
		if err := p.Write(&buf); err != nil {
			b.Fatal(err)
		}
		out = append(out, buf.Bytes())
	}
	return out
}

// growSite makes a site allocate and, sometimes, hold more or less than before.
func growSite(r *rand.Rand, s *pprof.Sample) {
	if len(s.NumLabel["bytes"]) == 0 || r.IntN(5) > 0 {
		return
	}
	size := max(s.NumLabel["bytes"][0], 1)
	n := 1 + r.Int64N(100)
	s.Value[0] += n
	s.Value[1] += n * size
	if s.Value[2] == 0 && r.IntN(50) > 0 || r.IntN(2) > 0 {
		return
	}
	s.Value[2] = max(0, s.Value[2]+r.Int64N(2*n)-n)
	s.Value[3] = s.Value[2] * size
}

// BenchmarkPoll measures a poll with new data. leaktop unpacks and decodes it, adds it to the history and makes the
// rows by function. google/pprof does the same without a history, and computes the difference to the previous poll.
func BenchmarkPoll(b *testing.B) {
	for _, by := range []struct {
		name string
		poll func(b *testing.B, polls [][]byte)
	}{{"leaktop", pollLeaktop}, {"pprof", pollPprof}} {
		for _, of := range []struct{ name, file string }{
			{"typ", "testdata/typ_heap_300.pb.gz"}, {"large", "testdata/large_heap_060.pb.gz"},
		} {
			b.Run(by.name+"/"+of.name, func(b *testing.B) {
				all := makePolls(b, of.file)
				b.ReportAllocs()
				by.poll(b, all)
			})
		}
	}
}

func pollLeaktop(b *testing.B, polls [][]byte) {
	h, at := NewHistoryBuilder(), time.Unix(1_700_000_000, 0)
	poll := func(data []byte) {
		at = at.Add(2 * time.Second)
		a, err := h.Add(Capture{Kind: Heap, Time: at, Data: data})
		if err != nil || a.Repeat || a.Restart || a.Late {
			b.Fatalf("add: got %+v, %v", a, err)
		}
		if t, ok := h.History().Rows(Selection{Kind: Heap}); !ok || len(t.Rows) == 0 {
			b.Fatal("no rows")
		}
	}
	const warm = Anchors // after this many polls growth is computed and nothing is new
	begin := func() {
		h = h.NewSharing()
		for _, data := range polls[:warm] {
			poll(data)
		}
	}
	begin()
	i := warm
	for b.Loop() {
		if i == len(polls) {
			b.StopTimer()
			begin()
			i = warm
			b.StartTimer()
		}
		poll(polls[i])
		i++
	}
}

func pollPprof(b *testing.B, polls [][]byte) {
	var last map[string]*flatCum
	i := 0
	for b.Loop() {
		p, err := pprof.ParseData(polls[i%len(polls)])
		if err != nil {
			b.Fatal(err)
		}
		now := sumUp(p, 3)
		if rows := difference(now, last); len(rows) == 0 {
			b.Fatal("no rows")
		}
		last = now
		i++
	}
}

// flatCum is flat and cum of a function.
type flatCum struct {
	name      string
	flat, cum int64
	growth    int64
}

// sumUp returns flat and cum of one value, by function.
func sumUp(p *pprof.Profile, value int) map[string]*flatCum {
	out := map[string]*flatCum{}
	counted := map[*flatCum]int{}
	for i, s := range p.Sample {
		leaf := true
		for _, l := range s.Location {
			for _, line := range l.Line {
				f := out[line.Function.Name]
				if f == nil {
					f = &flatCum{name: line.Function.Name}
					out[line.Function.Name] = f
				}
				if leaf {
					f.flat += s.Value[value]
					leaf = false
				}
				if counted[f] != i+1 {
					counted[f] = i + 1
					f.cum += s.Value[value]
				}
			}
		}
	}
	return out
}

// difference sorts functions by what they hold, and computes what changed.
func difference(now, before map[string]*flatCum) []*flatCum {
	var rows []*flatCum
	for name, f := range now {
		if o := before[name]; o != nil {
			f.growth = f.cum - o.cum
		}
		rows = append(rows, f)
	}
	slices.SortFunc(rows, func(a, b *flatCum) int { return cmp.Or(cmp.Compare(b.cum, a.cum), cmp.Compare(a.name, b.name)) })
	return rows
}

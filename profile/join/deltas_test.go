package join

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
)

// Of differences counters are made that never fall, that exceed what lives, and whose sum is
// that of all differences, also of those that were not read.
func TestBuilderAddsUpDifferences(t *testing.T) {
	s := &simulated.Service{Start: builderStart, Stacks: 30, Leak: 40 << 20, LeakFrom: builderStart, Seed: 3}
	b := NewBuilder()
	var before map[string][]byte
	sum, first := 0.0, 0.0
	deltas := func(hour int) (map[string][]byte, time.Time) {
		t.Helper()
		at := builderStart.Add(time.Duration(hour) * time.Hour)
		parts, _, err := simulated.Split(s.Heap(at))
		if err != nil {
			t.Fatal(err)
		}
		out := map[string][]byte{}
		for _, p := range parts {
			whole := p.Data
			if old, ok := before[p.Sample]; ok && p.Sample[:5] == "alloc" {
				if p, err = p.Since(old); err != nil {
					t.Fatal(err)
				}
				if p.Sample == heapTypes[allocObjects] {
					sum += float64(p.Total)
				}
			}
			out[p.Sample] = p.Data
			if before == nil {
				before = map[string][]byte{}
			}
			before[p.Sample] = whole
		}
		return out, at
	}
	for hour := range 30 {
		parts, at := deltas(hour + 1)
		if hour == 0 {
			first = sum
			continue // the first has no differences
		}
		m := Moment{Time: at, Progress: sum, IsDelta: true}
		var err error
		switch {
		case hour%10 == 1:
			err = b.AddWhole(m, parts)
		case hour%2 == 0:
			err = b.AddLive(m, parts["inuse_space"])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var last map[string][]int64
	check := func(data []byte) {
		t.Helper()
		got := valuesOf(t, data)
		for key, v := range got {
			if old := last[key]; old != nil && (v[allocObjects] < old[allocObjects] || v[allocBytes] < old[allocBytes]) {
				t.Errorf("%q: counters fell from %v to %v", key, old, v)
			}
			if v[allocObjects] < v[liveObjects] || v[allocBytes] < v[liveBytes] {
				t.Errorf("%q: more lives than was allocated: %v", key, v)
			}
		}
		last = got
	}
	for x := range b.Profiles() {
		if x.Err != nil {
			t.Fatal(x.Err)
		}
		check(x.Data)
	}
	made := 0.0
	for _, v := range last {
		made += float64(v[allocObjects])
	}
	if want := sum - first; made < 0.7*want || made > 1.5*want {
		t.Errorf("got %.0f objects in all, want about %.0f", made, want)
	}
	parts, at := deltas(31)
	j, err := b.Next(Moment{Time: at, IsDelta: true}, parts)
	if err != nil {
		t.Fatal(err)
	}
	check(j.Data)
}

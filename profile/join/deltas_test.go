package join

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile/simulated"
)

// deltaStore returns the parts of profiles like a store that keeps differences.
type deltaStore struct {
	service *simulated.Service
	before  map[string][]byte
	sum     float64 // all objects in the differences so far
}

func (d *deltaStore) parts(t *testing.T, at time.Time) map[string][]byte {
	t.Helper()
	parts, _, err := simulated.Split(d.service.Heap(at))
	if err != nil {
		t.Fatal(err)
	}
	out, whole := map[string][]byte{}, map[string][]byte{}
	for i, p := range parts {
		whole[p.Sample] = p.Data
		if old, ok := d.before[p.Sample]; ok && i <= allocBytes {
			if p, err = p.Since(old); err != nil {
				t.Fatal(err)
			}
			if i == allocObjects {
				d.sum += float64(p.Total)
			}
		}
		out[p.Sample] = p.Data
	}
	d.before = whole
	return out
}

// counterChecker checks that counters never fall, and are never lower than the
// live values.
type counterChecker struct{ last map[string][]int64 }

func (c *counterChecker) check(t *testing.T, data []byte) (made float64) {
	t.Helper()
	got := valuesOf(t, data)
	for key, v := range got {
		if old := c.last[key]; old != nil && (v[allocObjects] < old[allocObjects] || v[allocBytes] < old[allocBytes]) {
			t.Errorf("%q: counters fell from %v to %v", key, old, v)
		}
		if v[allocObjects] < v[liveObjects] || v[allocBytes] < v[liveBytes] {
			t.Errorf("%q: more lives than was allocated: %v", key, v)
		}
		made += float64(v[allocObjects])
	}
	c.last = got
	return made
}

// Differences are added up, including those that were not read.
func TestBuilderAddsUpDifferences(t *testing.T) {
	d := deltaStore{service: &simulated.Service{Start: builderStart, Stacks: 30, Leak: 40 << 20, LeakFrom: builderStart, Seed: 3}}
	at := builderStart.Add(time.Hour)
	d.parts(t, at) // the first has no differences
	b := NewBuilder()
	for i := range 30 {
		at = at.Add(time.Hour)
		parts := d.parts(t, at)
		m := Moment{Time: at, Progress: d.sum, IsDelta: true}
		var err error
		switch {
		case i%10 == 0:
			err = b.AddWhole(m, parts)
		case i%2 == 1:
			err = b.AddLive(m, parts["inuse_space"])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	var c counterChecker
	made := 0.0
	for x := range b.Profiles() {
		if x.Err != nil {
			t.Fatal(x.Err)
		}
		made = c.check(t, x.Data)
	}
	if made < 0.8*d.sum || made > 1.3*d.sum {
		t.Errorf("got %.0f objects in all, want about %.0f", made, d.sum)
	}
	at = at.Add(time.Hour)
	j, err := b.Next(Moment{Time: at, IsDelta: true}, d.parts(t, at))
	if err != nil {
		t.Fatal(err)
	}
	c.check(t, j.Data)
}

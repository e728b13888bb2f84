package profile

import (
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// betweenFiles are three profiles of a service, one minute apart.
var betweenFiles = []string{"typ_heap_001.pb.gz", "typ_heap_020.pb.gz", "typ_heap_060.pb.gz"}

func readTestdata(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// addAt adds the first n of betweenFiles and returns the time of each.
func addAt(t *testing.T, h *HistoryBuilder, n int) (times []time.Time) {
	t.Helper()
	for i, name := range betweenFiles[:n] {
		at := time.Date(2026, 3, 1, 12, i, 0, 0, time.UTC)
		if _, err := h.Add(Capture{Kind: Heap, Time: at, Data: readTestdata(t, name)}); err != nil {
			t.Fatal(err)
		}
		times = append(times, at)
	}
	return times
}

// heldBy returns what each function holds, by name.
func heldBy(t *testing.T, h *History) map[string]int64 {
	t.Helper()
	rows, ok := h.Rows(Selection{Kind: Heap, Type: "inuse_space", By: ByFunction, Baseline: true})
	if !ok {
		t.Fatal("there are no rows")
	}
	out := map[string]int64{}
	for _, r := range rows.Rows {
		if r.Cum != 0 {
			out[r.Func.Name] = r.Cum
		}
	}
	return out
}

// The difference between two moments is that of a baseline set at the first and viewed at the second, whatever
// followed.
func TestBetweenIsABaselineInThePast(t *testing.T) {
	all := NewHistoryBuilder()
	times := addAt(t, all, 3)
	for _, c := range []struct{ from, to int }{{0, 1}, {1, 2}, {0, 2}} {
		diff, ok := all.History().Between(times[c.to], times[c.from]) // in either order
		if !ok {
			t.Fatalf("%v: no process was observed at both", c)
		}
		then := NewHistoryBuilder()
		addAt(t, then, c.from+1)
		then.SetBaseline(times[c.from])
		for i, name := range betweenFiles[c.from+1 : c.to+1] {
			if _, err := then.Add(Capture{Kind: Heap, Time: times[c.from+1+i], Data: readTestdata(t, name)}); err != nil {
				t.Fatal(err)
			}
		}
		if d := cmp.Diff(heldBy(t, then.History()), heldBy(t, diff)); d != "" {
			t.Errorf("difference from %d to %d (-baseline +between):\n%s", c.from, c.to, d)
		}
		if !diff.Baseline().Equal(times[c.from]) {
			t.Errorf("got baseline %v, want %v", diff.Baseline(), times[c.from])
		}
		x, ok := diff.Extract(Selection{Kind: Heap, Type: "inuse_space", Baseline: true})
		if !ok || !x.Time.Equal(times[c.to]) || !x.Baseline.Equal(times[c.from]) {
			t.Errorf("got an extract of %v since %v", x.Time, x.Baseline)
		}
	}
}

func TestBetweenNeedsOneProcess(t *testing.T) {
	h := NewHistoryBuilder()
	times := addAt(t, h, 2)
	for name, c := range map[string][2]time.Time{
		"before the watch": {times[0].Add(-time.Hour), times[0].Add(-time.Minute)},
		"one moment":       {times[1], times[1]},
	} {
		if _, ok := h.History().Between(c[0], c[1]); ok {
			t.Errorf("%s: got a difference, want none", name)
		}
	}
}

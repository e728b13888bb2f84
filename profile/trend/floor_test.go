package trend

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestFloor(t *testing.T) {
	for name, tt := range map[string]struct {
		in, want []Point
		down     float64
	}{
		"empty":   {nil, []Point{}, 0},
		"one":     {series(7), series(7), 0},
		"rising":  {series(1, 2, 3), series(1, 2, 3), 0},
		"falling": {series(3, 2, 1), series(1, 1, 1), 1},
		"saw":     {series(0, 4, 1, 5, 2, 6), series(0, 1, 1, 2, 2, 6), 0.5},
		"flat":    {series(5, 5, 5), series(5, 5, 5), 0},
	} {
		if d := cmp.Diff(tt.want, Floor(tt.in)); d != "" {
			t.Errorf("%s: %s", name, d)
		}
		if got := Drawdown(tt.in); got != tt.down {
			t.Errorf("%s: draw-down %v, want %v", name, got, tt.down)
		}
	}
}

// TestFloorIsDefinition compares with the definition, min{V(s): s ≥ t}.
func TestFloorIsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := Clean(wild().Draw(t, "p"))
		f := Floor(p)
		for i := range p {
			want := p[i].V
			for _, q := range p[i:] {
				want = min(want, q.V)
			}
			if f[i].V != want {
				t.Fatalf("floor at %v is %v, want %v", p[i].T, f[i].V, want)
			}
		}
	})
}

// TestMedianIsDefinition compares with the definition: the median of the sorted
// values around each.
func TestMedianIsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p, k := Clean(wild().Draw(t, "p")), rapid.IntRange(1, 9).Draw(t, "k")
		for i, got := range Median(p, k) {
			var around []float64
			for _, q := range pointsAround(p, i, min(k, len(p))) {
				around = append(around, q.V)
			}
			slices.Sort(around)
			if want := medianOfSorted(around); got.V != want {
				t.Fatalf("the median of %d around %d is %v, want %v", k, i, got.V, want)
			}
		}
	})
}

func TestFilters(t *testing.T) {
	spike := series(1, 2, 3, 99, 5, 6, 7)
	for name, tt := range map[string]struct{ got, want []Point }{
		"median takes out a spike": {Median(spike, 3), series(2, 2, 3, 5, 6, 6, 6)},
		"median keeps a step":      {Median(series(0, 0, 0, 9, 9, 9), 3), series(0, 0, 0, 9, 9, 9)},
		"median of one":            {Median(spike, 1), spike},
		"median of too many":       {Median(series(1, 9, 2), 99), series(2, 2, 2)},
		"hampel takes out a spike": {Hampel(spike), series(1, 2, 3, 5, 5, 6, 7)},
		"hampel keeps a line":      {Hampel(series(1, 2, 3, 4, 5, 6)), series(1, 2, 3, 4, 5, 6)},
		"hampel keeps a step":      {Hampel(series(0, 0, 0, 9, 9, 9)), series(0, 0, 0, 9, 9, 9)},
		"hampel at the end":        {Hampel(series(1, 1, 1, 1, 1, 50)), series(1, 1, 1, 1, 1, 1)},
		"hampel of few":            {Hampel(series(1, 50, 1)), series(1, 50, 1)},
	} {
		if d := cmp.Diff(tt.want, tt.got); d != "" {
			t.Errorf("%s: %s", name, d)
		}
	}
	if d := cmp.Diff(series(1, 2, 3)[1:], Since(series(1, 2, 3), 0.5)); d != "" {
		t.Error("since:", d)
	}
}

package memlimit

import (
	"math"
	"slices"
	"testing"
)

func TestBudgetFor(t *testing.T) {
	const mib, gib = 1 << 20, 1 << 30
	for _, test := range []struct {
		name      string
		available uint64
		set       int64
		isSet     bool
		want      Budget
	}{
		{"large machine", 24 * gib, math.MaxInt64, false, Budget{Soft: gib, Hard: 2 * gib}},
		{"small machine", 1 * gib, math.MaxInt64, false, Budget{Soft: 512 * mib, Hard: gib}},
		{"small container", 256 * mib, math.MaxInt64, false, Budget{Soft: 128 * mib, Hard: 256 * mib}},
		{"next to nothing", 10 * mib, math.MaxInt64, false, Budget{Soft: minSoft, Hard: 2 * minSoft}},
		{"unknown", 0, math.MaxInt64, false, Budget{Soft: gib, Hard: 2 * gib}},
		{"set by the user", 24 * gib, 4 * gib, true, Budget{Soft: 4 * gib, Hard: 8 * gib, From: "GOMEMLIMIT"}},
		{"set lower than fits", 24 * gib, 10 * mib, true, Budget{Soft: 10 * mib, Hard: 2 * minSoft, From: "GOMEMLIMIT"}},
		{"off", 24 * gib, math.MaxInt64, true, Budget{Soft: math.MaxInt64, From: "GOMEMLIMIT"}},
	} {
		if got := budgetFor(test.available, test.set, test.isSet); got != test.want {
			t.Errorf("%s: got %+v, want %+v", test.name, got, test.want)
		}
	}
}

func TestGauge(t *testing.T) {
	var live, collections uint64
	limit := uint64(1000)
	g := &Gauge{Read: func() (uint64, uint64, uint64) { return live, collections, limit }}
	for _, step := range []struct {
		live, collections uint64
		want              Pressure
	}{
		{100, 1, Calm},
		{599, 2, Calm},
		{600, 3, High},
		{900, 3, Calm}, // no collection since then, so its effect is unknown
		{700, 4, High},
		{800, 5, Critical},
		{300, 6, Calm},
	} {
		live, collections = step.live, step.collections
		if got := g.Pressure(); got != step.want {
			t.Errorf("%d live after %d collections: got %v, want %v", live, collections, got, step.want)
		}
	}
	limit, live, collections = math.MaxInt64, math.MaxInt64-1, 9
	if got := g.Pressure(); got != Calm {
		t.Errorf("without a limit: got %v", got)
	}
}

// The gauge of this process has a plausible reading.
func TestNewGauge(t *testing.T) {
	live, _, limit := NewGauge().Read()
	if live > 1<<40 || limit == 0 {
		t.Errorf("%d bytes live of %d", live, limit)
	}
}

// Garbage takes about the same memory however much is in use, and GOGC seldom
// changes.
func TestGaugeAdaptsGarbage(t *testing.T) {
	const mb = 1 << 20
	var live uint64
	var set []int
	g := &Gauge{
		Read:       func() (uint64, uint64, uint64) { return live, 1, math.MaxInt64 },
		SetPercent: func(percent int) int { set = append(set, percent); return 0 },
	}
	for _, live = range []uint64{0, 8 * mb, 17 * mb / 2, 20 * mb, 21 * mb, 75 * mb, 76 * mb, 500 * mb, 40 * mb} {
		g.Pressure()
	}
	if want := []int{50, 20, 10}; !slices.Equal(set, want) {
		t.Errorf("GOGC was set to %d, want %d", set, want)
	}
	g.SetPercent = nil // the user has set it
	live = 8 * mb
	g.Pressure()
	if len(set) != 3 {
		t.Error("GOGC of the user was changed")
	}
}

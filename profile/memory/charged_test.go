package memory

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestChargedSeries(t *testing.T) {
	t0 := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	at := func(s int) time.Time { return t0.Add(time.Duration(s) * time.Second) }
	set := func(s int, bytes uint64, measured int) Reading {
		return Reading{Time: at(s), RSS: 5, WorkingSet: bytes, WorkingSetAt: at(measured)}
	}
	for name, tc := range map[string]struct {
		readings []Reading
		want     []Point
	}{
		"nothing": {nil, nil},
		"each measurement once, when it was made": {
			[]Reading{set(10, 100, 1), set(12, 100, 1), set(40, 130, 31), set(42, 130, 31)},
			[]Point{{at(1), 100}, {at(31), 130}},
		},
		"the same figure measured again counts": {[]Reading{set(10, 100, 1), set(40, 100, 31)}, []Point{{at(1), 100}, {at(31), 100}}},
		"recordings without the time":           {[]Reading{{Time: at(1), WorkingSet: 7}, {Time: at(2), WorkingSet: 7}, {Time: at(3), WorkingSet: 9}}, []Point{{at(1), 7}, {at(3), 9}}},
		"RSS where there is no working set":     {[]Reading{{Time: at(1), RSS: 7}, {Time: at(2), Sys: 1}, {Time: at(3), RSS: 7}}, []Point{{at(1), 7}, {at(3), 7}}},
		"what is swapped out counts":            {[]Reading{{Time: at(1), RSS: 7, Swap: 2}, {Time: at(2), RSS: 6, Swap: 4}}, []Point{{at(1), 9}, {at(2), 10}}},
		"nothing of the process before":         {[]Reading{set(10, 100, 1), {Time: at(11), Unknown: true}}, nil},
		"only of this process":                  {[]Reading{set(10, 100, 1), {Time: at(11), Unknown: true}, {Time: at(12), RSS: 3}}, []Point{{at(12), 3}}},
	} {
		if diff := cmp.Diff(tc.want, ChargedSeries(tc.readings)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		last, ok := latestCharged(tc.readings)
		if ok != (len(tc.want) > 0) || ok && last != tc.want[len(tc.want)-1] {
			t.Errorf("%s: the newest is %v, %v", name, last, ok)
		}
	}
}

func TestFillFromTakesTheTimeOfTheWorkingSet(t *testing.T) {
	when := time.Unix(1, 0)
	got := Reading{RSS: 1}.FillFrom(Reading{WorkingSet: 2, WorkingSetAt: when})
	if !got.WorkingSetAt.Equal(when) || got.WorkingSet != 2 {
		t.Errorf("got %+v", got)
	}
	if got = (Reading{WorkingSet: 3}).FillFrom(Reading{WorkingSet: 2, WorkingSetAt: when}); !got.WorkingSetAt.IsZero() {
		t.Errorf("the time of another figure: %+v", got)
	}
}

// The figures of the current process are complete, whichever reading has them, and none
// is from the previous process.
func TestLatest(t *testing.T) {
	at := func(s int) time.Time { return time.Date(2026, 5, 4, 14, 0, s, 0, time.UTC) }
	for name, tc := range map[string]struct {
		readings []Reading
		want     Reading
	}{
		"nothing": {nil, Reading{}},
		"filled":  {[]Reading{{Time: at(1), Sys: 7}, {Time: at(2), RSS: 9, Source: "/metrics"}}, Reading{Time: at(2), Source: "/metrics", Sys: 7, RSS: 9}},
		"too old": {[]Reading{{Time: at(1), Sys: 7}, {Time: at(62), RSS: 9}}, Reading{Time: at(62), RSS: 9}},
		"a working set is measured rarely": {
			[]Reading{{Time: at(1), WorkingSet: 7, WorkingSetAt: at(0)}, {Time: at(62), RSS: 9}},
			Reading{Time: at(62), RSS: 9, WorkingSet: 7, WorkingSetAt: at(0)},
		},
		"of another process": {[]Reading{{Time: at(1), WorkingSet: 7, RSS: 5}, {Time: at(2), Unknown: true}, {Time: at(3), Sys: 9}}, Reading{Time: at(3), Sys: 9}},
		"unknown as yet":     {[]Reading{{Time: at(1), WorkingSet: 7, RSS: 5}, {Time: at(2), Unknown: true}}, Reading{}},
	} {
		if diff := cmp.Diff(tc.want, Latest(tc.readings)); diff != "" {
			t.Errorf("%s (- want, + got):\n%s", name, diff)
		}
	}
}

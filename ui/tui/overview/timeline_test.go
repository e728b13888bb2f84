package overview

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/chart"
)

func clock(s int) time.Time {
	return time.Date(2026, 5, 4, 14, 0, 0, 0, time.UTC).Add(time.Duration(s) * time.Second)
}

// No line is drawn across a time without values.
func TestOutagesAreGaps(t *testing.T) {
	target := profile.Event{Kind: profile.EventRecovered, Since: clock(6), Time: clock(13)}
	heap := profile.Event{Kind: profile.EventRecovered, Since: clock(6), Time: clock(13), Endpoint: profile.Heap}
	every2s := []int{0, 2, 4, 14, 16}
	for name, tc := range map[string]struct {
		at   []int
		evs  []profile.Event
		want []int // points of each segment
	}{
		"no outage":               {every2s, nil, []int{5}},
		"the target":              {every2s, []profile.Event{target}, []int{3, 2}},
		"its own":                 {every2s, []profile.Event{heap}, []int{3, 2}},
		"of another kind":         {every2s, []profile.Event{{Kind: profile.EventRecovered, Since: clock(6), Time: clock(13), Endpoint: source.Memory}}, []int{5}},
		"before the first":        {[]int{20, 22, 24}, []profile.Event{target}, []int{3}},
		"after the last":          {[]int{0, 2, 4}, []profile.Event{target}, []int{3}},
		"two of them":             {[]int{0, 2, 20, 22, 40}, []profile.Event{target, {Kind: profile.EventRecovered, Since: clock(23), Time: clock(39)}}, []int{2, 2, 1}},
		"one that began long ago": {every2s, []profile.Event{{Kind: profile.EventRecovered, Since: clock(-60), Time: clock(3)}}, []int{1, 1, 3}},
		"the machine slept":       {[]int{0, 2, 4, 100, 102}, nil, []int{3, 2}},
		"polls are rare":          {[]int{0, 90, 180, 270}, nil, []int{4}},
	} {
		var values []profile.Value
		for _, s := range tc.at {
			values = append(values, profile.Value{Time: clock(s), V: 1})
		}
		var got []int
		for _, seg := range toSegments(profile.Line{values}, outagesOf(tc.evs, profile.Heap)) {
			got = append(got, len(seg))
		}
		if diff := cmp.Diff(tc.want, got); diff != "" {
			t.Errorf("%s (- want, + got):\n%s", name, diff)
		}
	}
}

// A mark says why a process ended, and how long an outage lasted.
func TestMarksSayWhy(t *testing.T) {
	got := chartMarks([]profile.Event{
		{Kind: profile.EventRecovered, Since: clock(10), Time: clock(22)},
		{Kind: profile.EventRecovered, Since: clock(10), Time: clock(22), Endpoint: profile.Heap},
		{Kind: profile.EventRestart, Time: clock(30), Exit: profile.Exit{Reason: "OOMKilled", Code: 137}},
		{Kind: profile.EventRecovered, Since: clock(29), Time: clock(32)},
		{Kind: profile.EventRestart, Time: clock(40), Exit: profile.Exit{Reason: "Error", Code: 2}},
		{Kind: profile.EventRestart, Time: clock(50)},
		{Kind: profile.EventRestart, Time: clock(60), NewPod: true, NewVersion: true, Exit: profile.Exit{Reason: "Completed"}},
		{Kind: profile.EventRestart, Time: clock(70), NewPod: true},
		{Kind: profile.EventRestart, Time: clock(80), NewPod: true, Switched: true},
		{Kind: profile.EventRestart, Time: clock(90), Exit: profile.Exit{Reason: "Completed"}},
		{Kind: profile.EventMark, Time: clock(95), Text: "baseline"},
		{Kind: profile.EventGC, Time: clock(96)},
	})
	boundary := func(s int, label string) chart.Mark {
		return chart.Mark{T: clock(s), Kind: chart.MarkBoundary, Label: label}
	}
	want := []chart.Mark{
		boundary(30, "OOM"), boundary(40, "exit 2"), boundary(50, "restart"), boundary(60, "rollout"), boundary(70, "new pod"),
		boundary(80, "other pod"), boundary(90, "exit 0"),
		{T: clock(95), Kind: chart.MarkFlag, Label: "baseline"},
		{T: clock(10), Kind: chart.MarkTick, Label: "silent 12s"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(- want, + got):\n%s", diff)
	}
}

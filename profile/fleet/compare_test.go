package fleet

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
)

const mib = 1 << 20

// pod returns a member with a suspect for each rate, in MiB per hour.
func pod(id string, rates ...float64) Member {
	m := Member{ID: id, Polls: 60, Version: "v1.8", Node: "n1", Created: day(1), Report: leak.Report{Verdict: leak.Steady, Watched: 2 * time.Minute}}
	for _, r := range rates {
		m.Report.Verdict = leak.Leaks
		m.Report.Suspects = append(m.Report.Suspects, leak.Suspect{
			Kind: leak.Heap, Function: "main.(*Cache).Put", Unit: "bytes", GrowthPerHour: r * mib, Confidence: leak.High,
		})
	}
	return m
}

func day(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, time.UTC) }

func with(m Member, do func(*Member)) Member {
	do(&m)
	return m
}

func TestSummary(t *testing.T) {
	undecided := func(m *Member) { m.Report.Verdict = leak.Undecided }
	limit := func(h float64) func(*Member) { return func(m *Member) { m.Report.Memory.HoursToLimit = h } }
	for name, tt := range map[string]struct {
		members []Member
		want    Summary
	}{
		"all leak": {
			[]Member{with(pod("a", 36), limit(5)), with(pod("b", 40), limit(3))},
			Summary{Verdict: leak.Leaks, Members: 2, Leaking: 2, First: "b", HoursToLimit: 3},
		},
		"one leaks": {
			[]Member{pod("a"), pod("b", 40), pod("c")},
			Summary{Verdict: leak.Leaks, Members: 3, Leaking: 1, Steady: 2, Alone: "b"},
		},
		"all steady": {[]Member{pod("a"), pod("b")}, Summary{Verdict: leak.Steady, Members: 2, Steady: 2}},
		"one is too young": {
			[]Member{pod("a"), with(pod("b"), undecided)},
			Summary{Verdict: leak.Undecided, Members: 2, Steady: 1, Undecided: 1},
		},
		"one does not answer": {
			[]Member{pod("a"), {ID: "b", HasFailed: true}},
			Summary{Verdict: leak.Undecided, Members: 2, Steady: 1, Silent: 1},
		},
		"the leaking one is gone": {
			[]Member{pod("a"), with(pod("b", 40), func(m *Member) { m.IsGone = true })},
			Summary{Verdict: leak.Steady, Members: 1, Steady: 1, Gone: 1},
		},
		"none": {nil, Summary{Verdict: leak.Undecided}},
	} {
		got := Compare(tt.members).Summary
		if got.Watched = 0; got != tt.want {
			t.Errorf("%s: got %+v, want %+v", name, got, tt.want)
		}
	}
}

func TestMergedSuspects(t *testing.T) {
	low := func(m *Member) { m.Report.Suspects[0].Confidence = leak.Low; m.Report.Verdict = leak.Undecided }
	gone := func(m *Member) { m.IsGone = true }
	c := Compare([]Member{pod("a", 10), pod("b", 40), pod("c"), with(pod("d", 20), low), with(pod("e", 90), gone)})
	if len(c.Suspects) != 1 {
		t.Fatalf("%d suspects, want 1: they have the same function", len(c.Suspects))
	}
	s := c.Suspects[0]
	if s.Sum != 70*mib || s.Median != 20*mib || s.Min != 10*mib || s.Max != 40*mib || s.Of != 4 || s.Leaking() != 2 || s.Confidence != leak.High {
		t.Errorf("merged %+v", s)
	}
	if ids := fmt.Sprint(s.Shares[0].ID, s.Shares[1].ID, s.Shares[2].ID); ids != "b d a" && ids != "bda" {
		t.Errorf("shares %s, want the fastest first", ids)
	}
}

func TestSplit(t *testing.T) {
	at := func(version, node string, created int) func(*Member) {
		return func(m *Member) { m.Version, m.Node, m.Created = version, node, day(created) }
	}
	zone := func(z string) func(*Member) { return func(m *Member) { m.Zone = z } }
	for name, tt := range map[string]struct {
		members []Member
		want    string
	}{
		"since the new version": {
			[]Member{pod("a"), pod("b"), with(pod("c", 9), at("v1.9", "n1", 2)), with(pod("d", 9), at("v1.9", "n1", 2))},
			"version v1.9 not [v1.8] 2/2 newer true",
		},
		"in the old version": {
			[]Member{pod("a", 9), pod("b", 9), with(pod("c"), at("v1.9", "n1", 2))},
			"version v1.8 not [v1.9] 2/1 newer false",
		},
		"one of the new version does not": {
			[]Member{pod("a"), with(pod("b"), at("v1.9", "n1", 2)), with(pod("c", 9), at("v1.9", "n1", 2))},
			"none",
		},
		"the others of the new version are too young": {
			[]Member{pod("a"), with(with(pod("b"), at("v1.9", "n1", 2)), func(m *Member) { m.Report.Verdict = leak.Undecided }), with(pod("c", 9), at("v1.9", "n1", 2))},
			"version v1.9 not [v1.8] 1/1 newer true",
		},
		"on one node": {
			[]Member{pod("a"), pod("b"), with(pod("c", 9), at("v1.8", "n2", 1)), with(pod("d", 9), at("v1.8", "n2", 1))},
			"node n2 not [n1] 2/2 newer false",
		},
		"one alone on its node": {[]Member{pod("a"), pod("b"), with(pod("c", 9), at("v1.8", "n2", 1))}, "none"},
		"in one zone": {
			[]Member{
				with(pod("a"), zone("east")), with(with(pod("b", 9), at("v1.8", "n2", 1)), zone("west")),
				with(with(pod("c", 9), at("v1.8", "n3", 1)), zone("west")),
			},
			"zone west not [east] 2/1 newer false",
		},
		"the old version, which is gone, did too": {
			[]Member{pod("a"), with(pod("b", 9), func(m *Member) { m.IsGone = true }), with(pod("c", 9), at("v1.9", "n1", 2)), with(pod("d", 9), at("v1.9", "n1", 2))},
			"none",
		},
		"the old version, which is gone, did not": {
			[]Member{with(pod("b"), func(m *Member) { m.IsGone = true }), with(pod("c", 9), at("v1.9", "n1", 2)), with(pod("d", 9), at("v1.9", "n1", 2))},
			"version v1.9 not [v1.8] 2/1 newer true",
		},
		"all": {[]Member{pod("a", 9), pod("b", 9)}, "none"},
	} {
		got := "none"
		if s := Compare(tt.members).Suspects[0].Split; s != nil {
			got = fmt.Sprintf("%s %s not %v %d/%d newer %t", s.By, s.Value, s.Others, s.In, s.Out, s.IsNewer)
		}
		if got != tt.want {
			t.Errorf("%s: %s, want %s", name, got, tt.want)
		}
	}
}

// holding returns a member that holds goroutines and heap in main.handle.
func holding(id string, goroutines, heap float64) Member {
	m := pod(id)
	m.Holdings = []Holding{{Key: Key{profile.Goroutine, "net/http.(*conn).serve"}, Value: goroutines}, {Key: Key{profile.Heap, "main.handle"}, Value: heap}}
	return m
}

func TestOutliers(t *testing.T) {
	for name, tt := range map[string]struct {
		goroutines, heap []float64
		want             string
	}{
		"alike":                        {[]float64{10, 12, 9, 11, 10}, []float64{20 * mib, 21 * mib, 19 * mib, 22 * mib, 20 * mib}, ""},
		"one has 40 times as many":     {[]float64{10, 12, 400, 11, 10}, []float64{20 * mib, 20 * mib, 20 * mib, 20 * mib, 20 * mib}, "c goroutine 36.4;"},
		"one has none":                 {[]float64{400, 410, 0, 390, 400}, []float64{0, 0, 0, 0, 0}, "c goroutine 0.0;"},
		"few more of few":              {[]float64{1, 1, 8, 1, 1}, []float64{0, 0, 0, 0, 0}, ""},
		"heap within sampling":         {[]float64{0, 0, 0, 0, 0}, []float64{4 * mib, 4 * mib, 8 * mib, 4 * mib, 4 * mib}, ""},
		"heap beyond sampling":         {[]float64{0, 0, 0, 0, 0}, []float64{40 * mib, 41 * mib, 400 * mib, 40 * mib, 39 * mib}, "c heap 10.0;"},
		"as spread as all the others":  {[]float64{100, 300, 500, 700, 900}, []float64{0, 0, 0, 0, 0}, ""},
		"two of three cannot be told":  {[]float64{10, 400, 400}, []float64{0, 0, 0}, "a goroutine 0.0;"},
		"with two there is no middle":  {[]float64{10, 400}, []float64{0, 0}, ""},
		"with three there is a middle": {[]float64{10, 11, 400}, []float64{0, 0, 0}, "c goroutine 36.4;"},
	} {
		var members []Member
		for i := range tt.goroutines {
			members = append(members, holding(string(rune('a'+i)), tt.goroutines[i], tt.heap[i]))
		}
		got := ""
		c := Compare(members)
		for _, o := range c.Outliers {
			got += fmt.Sprintf("%s %s %.1f;", o.ID, o.Kind, o.Ratio())
		}
		if got != tt.want {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
		if c.Summary.IsFew() != (len(members) < FewCompared) {
			t.Errorf("%s: few is %t", name, c.Summary.IsFew())
		}
	}
}

// The only leaking member is distinguished by what else it does, not by the leak.
func TestOddOne(t *testing.T) {
	members := []Member{holding("a", 10, 0), holding("b", 11, 0), holding("c", 400, 0), holding("d", 10, 0)}
	members[2].Report = pod("c", 40).Report
	members[2].Holdings = append(members[2].Holdings, Holding{Key: Key{profile.Heap, "main.(*Cache).Put"}, Value: 900 * mib}, Holding{Key: Key{profile.Goroutine, "net/http.(*persistConn).writeLoop"}, Value: 4000, Leaks: true})
	s := Compare(members).Summary
	if s.Alone != "c" || s.Odd == nil || s.Odd.Function != "net/http.(*conn).serve" {
		t.Errorf("alone %q, odd %+v", s.Alone, s.Odd)
	}
}

func TestOrder(t *testing.T) {
	members := []Member{
		with(pod("gone", 99), func(m *Member) { m.IsGone = true }),
		pod("steady"),
		with(pod("full"), func(m *Member) { m.Report.Memory = leak.Memory{Limit: 100, Charged: 90} }),
		with(pod("restarted"), func(m *Member) { m.Restarts = 3 }),
		with(pod("silent"), func(m *Member) { m.HasFailed = true }),
		with(pod("maybe", 50), func(m *Member) { m.Report.Verdict = leak.Undecided }),
		with(pod("young"), func(m *Member) {
			m.Report.Verdict, m.Report.Leader = leak.Undecided, &leak.Leader{Rate: leak.Rate{PerHour: mib}}
		}),
		with(pod("late"), func(m *Member) { m.Report.Verdict = leak.Undecided }),
		pod("slow", 1), pod("fast", 40),
	}
	slices.SortFunc(members, CompareSuspicion)
	got := ""
	for _, m := range members {
		got += m.ID + " "
	}
	if want := "fast slow maybe young late silent restarted full steady gone "; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// A member is the only holder of something only if no other holds any of it.
func TestOnlyHolder(t *testing.T) {
	for name, tt := range map[string]struct {
		goroutines []float64
		only       int // members that are odd because no other member holds any
	}{
		"one":      {[]float64{0, 0, 0, 0, 90}, 1},
		"two":      {[]float64{0, 0, 0, 90, 90}, 0},
		"one less": {[]float64{90, 90, 90, 90, 0}, 0},
	} {
		var members []Member
		for i, n := range tt.goroutines {
			members = append(members, holding(string(rune('a'+i)), n, 0))
		}
		all, only := Compare(members).Outliers, 0
		for _, o := range all {
			if o.IsOnlyHolder() {
				only++
			}
		}
		if len(all) == 0 || only != tt.only {
			t.Errorf("%s: %d of %d are the only holders, want %d", name, only, len(all), tt.only)
		}
	}
}

// The blind spots of a fleet are the largest among its steady members.
func TestBlindSpots(t *testing.T) {
	spots := func(heap, outside float64) func(*Member) {
		return func(m *Member) {
			m.Report.BlindSpots = []blindspot.Spot{{What: blindspot.Function, PerHour: heap, Unit: "bytes"}, {What: blindspot.OffHeap, PerHour: outside, Unit: "bytes"}}
		}
	}
	members := []Member{with(pod("a"), spots(10*mib, 20*mib)), with(pod("b"), spots(30*mib, 0)), with(pod("c", 9), spots(90*mib, 90*mib)), with(pod("d"), spots(20*mib, 40*mib))}
	if got, want := blindspot.Describe(Compare(members).BlindSpots), "leaks slower than 30 MiB/h, and any of memory outside of Go would not show yet"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := blindspot.Describe(Compare(nil).BlindSpots); got != "" {
		t.Errorf("of none: %q", got)
	}
}

// TestIntervalOfASum checks that errors of several processes partly cancel each other
// out.
func TestIntervalOfASum(t *testing.T) {
	var members []Member
	for _, id := range []string{"a", "b", "c", "d"} {
		members = append(members, with(pod(id, 10), func(m *Member) {
			s := &m.Report.Suspects[0]
			s.Low, s.High = s.GrowthPerHour-2*mib, s.GrowthPerHour+3*mib
		}))
	}
	if s := mergeSuspects(members)[0]; s.Sum != 40*mib || s.Low != 36*mib || s.High != 46*mib {
		t.Errorf("got %v MiB (%v to %v), want 40 (36 to 46)", s.Sum/mib, s.Low/mib, s.High/mib)
	}
}

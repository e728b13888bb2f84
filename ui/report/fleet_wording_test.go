package report

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/leak/blindspot"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/problem"
)

// fleetOf returns the state of a fleet of members.
func fleetOf(members ...compare.Member) (st fleet.State) {
	for _, m := range members {
		st.Members = append(st.Members, fleet.Member{ID: m.ID, Name: m.ID, Compared: m})
	}
	st.Comparison = compare.Compare(members)
	return st
}

func leaking(id, function string, rate float64) compare.Member {
	m := steady(id)
	m.Report.Verdict = leak.Leaks
	m.Report.Suspects = []leak.Suspect{{Kind: leak.Heap, Function: function, Unit: "bytes", GrowthPerHour: rate * (1 << 20), Confidence: leak.High}}
	return m
}

func steady(id string) compare.Member {
	return compare.Member{ID: id, Polls: 60, Report: leak.Report{
		Verdict: leak.Steady, Watched: 2 * time.Minute, BlindSpots: []blindspot.Spot{{What: blindspot.Function, PerHour: 120 << 20, Unit: "bytes"}},
	}}
}

func young(id string, watched time.Duration) compare.Member {
	return compare.Member{ID: id, Polls: 3, Report: leak.Report{Verdict: leak.Undecided, Watched: watched}}
}

// The first sentence on a fleet claims no more than is known.
func TestFleetVerdicts(t *testing.T) {
	for name, tt := range map[string]struct {
		members []compare.Member
		want    string
	}{
		"steady says what would not show": {
			[]compare.Member{steady("a"), steady("b")},
			"all 2 targets, watched for at least 2m; leaks slower than 120 MiB/h would not show yet",
		},
		"the beginning says how long a verdict takes": {
			[]compare.Member{young("a", 10*time.Second), young("b", 12*time.Second)},
			"2 targets, watched for at least 10s of the 1m30s that a verdict needs",
		},
		"the function is that of some": {
			[]compare.Member{leaking("a", "main.(*Cache).Put", 40), leaking("b", "main.(*Cache).Put", 40), leaking("c", "main.load", 2), steady("d")},
			"in 3 of 4; in 2 of these: main.(*Cache).Put, +40.0 MiB/h each, in a and b",
		},
		"the function is that of all": {
			[]compare.Member{leaking("a", "main.(*Cache).Put", 40), leaking("b", "main.(*Cache).Put", 46), steady("c")},
			"in 2 of 3: main.(*Cache).Put, about +43.0 MiB/h each, in b and a",
		},
	} {
		if got := FleetSentences(fleetOf(tt.members...))[0].Text; got != tt.want {
			t.Errorf("%s: got\n%s\nwant\n%s", name, got, tt.want)
		}
	}
}

// The sentence says how many of the members that are gone leaked.
func TestFleetGone(t *testing.T) {
	for want, members := range map[string][]compare.Member{
		"; 1 gone":                    {steady("a"), steady("b")},
		"; 1 gone that leaked":        {steady("a"), leaking("b", "main.load", 9)},
		"; 2 gone, of which 1 leaked": {steady("a"), leaking("b", "main.load", 9), steady("c")},
	} {
		for i := range members[1:] {
			members[i+1].IsGone = true
		}
		st := fleetOf(members...)
		for i := range st.Members {
			if members[i].IsGone {
				st.Members[i].Gone = time.Now()
			}
		}
		if got := FleetSentences(st)[0].Text; !strings.HasSuffix(got, want) {
			t.Errorf("%q does not end with %q", got, want)
		}
	}
}

// What several members have and most do not is reported once, not for each of
// them.
func TestFleetOddOnes(t *testing.T) {
	var members []compare.Member
	for i, n := range []float64{0, 0, 0, 0, 80, 90} {
		m := steady(string(rune('a' + i)))
		m.Holdings = []compare.Holding{{Key: compare.Key{Kind: profile.Goroutine, Function: "main.wait"}, Value: n}}
		members = append(members, m)
	}
	var odd []string
	for _, s := range FleetSentences(fleetOf(members...)) {
		if s.Word == "odd" {
			odd = append(odd, s.Text)
		}
	}
	if got, want := strings.Join(odd, "; "), "f, like one other, has goroutines of main.wait, most others none: 90"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// The table of a report has no rates for steady members, like the screen.
func TestSteadyHasNoRate(t *testing.T) {
	var line []profile.Value
	for i := range 60 {
		line = append(line, profile.Value{Time: noon.Add(time.Duration(i) * 2 * time.Second), V: float64(i) * (1 << 20)})
	}
	for v, want := range map[leak.Verdict]bool{leak.Steady: false, leak.Undecided: true} {
		var x TargetResult
		x.Report.Verdict = v
		x.Member.State.Start, x.Member.State.Heap = line[0].Time, profile.Line{line}
		if got := growthText(x, profile.Heap, "bytes"); (got != "") != want {
			t.Errorf("%s: a growth of %q", v, got)
		}
	}
}

// The names of nodes leave out their common domain, which takes too much room.
func TestShortNodes(t *testing.T) {
	var r FleetResult
	for _, node := range []string{"ip-10-0-0-17.eu.compute.internal", "ip-10-0-1-17.eu.compute.internal"} {
		r.Targets = append(r.Targets, TargetResult{Member: fleet.Member{Name: "a", Facts: profile.Facts{Node: node}}})
	}
	_, rows := r.table()
	if got := strings.Join(rows[1], " "); !strings.Contains(got, "ip-10-0-1-17") || strings.Contains(got, "internal") {
		t.Errorf("the row is %q", got)
	}
}

// The sentence says of each member without profiles why it has none, also if it answers with
// an index page only.
func TestFleetSaysWhatIsSilent(t *testing.T) {
	st := fleetOf(young("a", time.Minute), compare.Member{ID: "b"}, compare.Member{ID: "c"})
	st.Members[0].State.Polls = 3
	st.Members[1].Err = &problem.Problem{Cause: problem.CauseForbidden}
	st.Members[2].State.Diagnostics = []profile.Diagnostic{{Code: profile.CodeNotServed, Kind: profile.Heap, Severity: profile.SeverityBlocking}}
	if got, want := FleetSentences(st)[0].Text, "no profile from 2 (1 forbidden, 1 index only)"; !strings.HasSuffix(got, want) {
		t.Errorf("got %q, want it to end in %q", got, want)
	}
}

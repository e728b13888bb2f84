package leak

import (
	"slices"
	"strings"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

func TestCohort(t *testing.T) {
	for name, c := range map[string]struct {
		cohort Cohort
		rise   float64
		turns  bool
		says   string
	}{
		"nothing asked":                      {Cohort{}, 50, false, ""},
		"a leak":                             {Cohort{Before: 60, Stayed: 60}, 50, false, "all 60"},
		"a leak and a few requests":          {Cohort{Before: 60, Stayed: 57}, 50, false, "57 of the 60"},
		"long polls, few of which end":       {Cohort{Before: 60, Stayed: 38}, 50, true, "38 of the 60"},
		"long polls":                         {Cohort{Before: 1060, Stayed: 276}, 500, true, "276 of the 1,060"},
		"a leak among many that come and go": {Cohort{Before: 1000, Stayed: 60}, 50, false, "came and went"},
	} {
		if got := c.cohort.turnsOver(c.rise); got != c.turns {
			t.Errorf("%s: got turnover %v, want %v", name, got, c.turns)
		}
		if got := c.cohort.Text(); !strings.Contains(got, c.says) || c.says == "" && got != "" {
			t.Errorf("%s: got %q, want it to contain %q", name, got, c.says)
		}
	}
}

// Goroutines that turn out to come and go are treated as growing load at most, unless the runtime has proven a leak.
// The evidence says what was found.
func TestCohortInTheVerdict(t *testing.T) {
	st := stackOf(ask, chansend, chansend1, ask)
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(st, 2, 120)}}
	in.Notes = map[*profile.Stack][]string{st: {"no creator is known"}}
	for _, c := range []struct {
		stayed int
		proven bool
		want   Confidence
	}{{100, false, High}, {40, false, Low}, {40, true, Proven}} {
		in.Cohorts = map[*profile.Stack]Cohort{st: {Before: 100, Stayed: c.stayed}}
		in.Proven = map[*profile.Stack]bool{st: c.proven}
		s := Judge(in).Suspects[0]
		if s.Confidence != c.want || !slices.Contains(s.Evidence, "no creator is known") || !slices.Contains(s.Evidence, in.Cohorts[st].Text()) {
			t.Errorf("%d of 100 stayed, proven %v: got %s with %q, want %s", c.stayed, c.proven, s.Confidence, s.Evidence, c.want)
		}
	}
}

package leak

import (
	"testing"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trace"
)

func TestCohort(t *testing.T) {
	for name, c := range map[string]struct {
		cohort Cohort
		rise   float64
		turns  bool
		stays  bool
	}{
		"nothing asked":                      {Cohort{}, 50, false, true},
		"a leak":                             {Cohort{Before: 60, Stayed: 60}, 50, false, true},
		"a leak and a few requests":          {Cohort{Before: 60, Stayed: 57}, 50, false, true},
		"long polls, few of which end":       {Cohort{Before: 60, Stayed: 38}, 50, true, false},
		"long polls":                         {Cohort{Before: 1060, Stayed: 276}, 500, true, false},
		"a leak among many that come and go": {Cohort{Before: 1000, Stayed: 60}, 50, false, false},
	} {
		if got := c.cohort.turnsOver(c.rise); got != c.turns {
			t.Errorf("%s: got turnover %v, want %v", name, got, c.turns)
		}
		if got := c.cohort.Stays(); got != c.stays {
			t.Errorf("%s: stays %v, want %v", name, got, c.stays)
		}
	}
}

// Goroutines that turn out to come and go count as growing load at most, unless the runtime has proven a leak. The
// suspect has the facts about its goroutines.
func TestCohortInTheVerdict(t *testing.T) {
	st := stackOf(ask, chansend, chansend1, ask)
	in := Input{Now: at(120), Start: began, Goroutines: []profile.Group{goroutines(st, 2, 120)}}
	for _, c := range []struct {
		stayed int
		proven bool
		want   Confidence
	}{{100, false, High}, {40, false, Low}, {40, true, Proven}} {
		in.Known = map[*profile.Stack]StackFacts{st: {Cohort: Cohort{Before: 100, Stayed: c.stayed}, Leaked: c.proven}}
		s := Judge(in).Suspects[0]
		if s.Confidence != c.want || s.Known.Cohort.Stayed != c.stayed {
			t.Errorf("%d of 100 stayed, proven %v: got %s with %+v, want %s", c.stayed, c.proven, s.Confidence, s.Known.Cohort, c.want)
		}
	}
}

// startedBy returns the facts from a trace about goroutines that a function starts.
func startedBy(f *profile.Function, line int) StackFacts {
	return StackFacts{Creators: []trace.Creator{{Func: f, Line: line, N: 1}}}
}

package report

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
)

func TestListStackFacts(t *testing.T) {
	serve, send := &profile.Function{Name: "shop/cart.serve"}, &profile.Function{Name: "shop/cart.send"}
	dumped := time.Date(2026, 7, 1, 5, 6, 7, 0, time.UTC)
	for name, c := range map[string]struct {
		known leak.StackFacts
		want  []string
	}{
		"nothing": {},
		"a trace": {
			leak.StackFacts{Creators: []trace.Creator{{Func: serve, Line: 7, N: 1200}, {Func: send, Line: 9, N: 3}}},
			[]string{"a trace saw cart.serve (line 7) start 1,200, cart.send (line 9) start 3 of 1,203"},
		},
		"a dump": {
			leak.StackFacts{Dumped: dumped, Count: 2, State: "chan send", Creator: profile.Frame{Func: send, Line: 9}, Created: 2},
			[]string{`full dump at 05:06:07: 2 in state "chan send", all for less than a minute`, "2 of them created by cart.send (line 9)"},
		},
		"two dumps": {
			leak.StackFacts{Cohort: leak.Cohort{Before: 60, Stayed: 60}, CohortGap: 4*time.Minute + 12*time.Second},
			[]string{"the dumps compared are 4m12s apart", "all 60 of the first dump are still there: they do not come and go"},
		},
	} {
		if diff := cmp.Diff(c.want, ListStackFacts(c.known)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestDescribeCohort(t *testing.T) {
	for cohort, want := range map[leak.Cohort]string{
		{Before: 60, Stayed: 57}:     "57 of the 60 of the first dump are still there: hardly any",
		{Before: 60, Stayed: 38}:     "38 of the 60 of the first dump are still there: the others came",
		{Before: 1060, Stayed: 276}:  "276 of the 1,060 ",
		{Before: 1000, Stayed: 1000}: "all 1,000 ",
	} {
		if got := describeCohort(cohort); !strings.HasPrefix(got, want) {
			t.Errorf("%+v: got %q, want %q", cohort, got, want)
		}
	}
}

func TestDescribeWait(t *testing.T) {
	for _, c := range []struct {
		median, longest time.Duration
		want            string
	}{
		{0, 0, "all for less than a minute"},
		{0, 3 * time.Minute, "half for less than a minute, at most for 3m"},
		{2 * time.Minute, 3 * time.Minute, "half for 2m or more, at most for 3m"},
		{3 * time.Hour, 3 * time.Hour, "most for 3h"},
	} {
		if got := DescribeWait(leak.StackFacts{MedianWait: c.median, LongestWait: c.longest}); got != c.want {
			t.Errorf("median %v of at most %v: got %q, want %q", c.median, c.longest, got, c.want)
		}
	}
}

// ListEvidence does not append to the evidence of the suspect.
func TestListEvidence(t *testing.T) {
	s := leak.Suspect{Evidence: append(make([]string, 0, 4), "the floor rises"), Known: leak.StackFacts{Cohort: leak.Cohort{Before: 3, Stayed: 3}}}
	got := ListEvidence(s)
	if len(got) != 3 || got[0] != "the floor rises" || s.Evidence[:2][1] != "" {
		t.Errorf("got %q, and %q of the judge", got, s.Evidence[:2])
	}
}

package leak

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// TestSeveralProcessesAreNoRestarts checks that nothing is called a restart behind a load balancer, and that the
// growth of one process for a while does not decide about the service.
func TestSeveralProcessesAreNoRestarts(t *testing.T) {
	several := []profile.Diagnostic{{Code: profile.CodeSeveral, Severity: profile.SeverityBlocking, What: "several processes answer in turn"}}
	w := Watch{
		Restarts: 7, IsSeveral: true, LastRestart: "another process answers",
		Report:  Report{Verdict: Undecided, Watched: 4 * time.Second, Diagnostics: several},
		Longest: Report{Verdict: Steady, Watched: 100 * time.Second, Diagnostics: several},
	}
	r := Conclude(w)
	text := fmt.Sprint(r.Diagnostics)
	if r.Verdict != Undecided || strings.Contains(text, "restarted") || strings.Count(text, "several processes") != 1 || !strings.Contains(text, "7 times") {
		t.Errorf("got %s: %s", r.Verdict, text)
	}
	w.IsSeveral = false
	if r := Conclude(w); r.Verdict != Steady || !strings.Contains(fmt.Sprint(r.Diagnostics), "restarted 7 times") {
		t.Errorf("restarts: got %s: %s", r.Verdict, r.Diagnostics)
	}
	if len(w.Longest.Diagnostics) != 1 {
		t.Error("a published report was changed")
	}
}

// TestConclude checks what the end of a watch adds to the last report.
func TestConclude(t *testing.T) {
	suspect := []Suspect{{Kind: Heap, Confidence: High, Sentence: "a leak"}, {Kind: OffHeap, Confidence: Low}}
	steady := Report{Verdict: Steady, Watched: 2 * time.Minute}
	leaks := Report{Verdict: Leaks, Watched: time.Minute, Suspects: suspect}
	for name, tt := range map[string]struct {
		give Watch
		want Verdict
		says string
	}{
		"as it is":               {Watch{Report: steady}, Steady, ""},
		"broken off":             {Watch{Report: steady, Failure: "the target did not answer"}, Undecided, "did not answer"},
		"broken off with a leak": {Watch{Report: leaks, Failure: "the target did not answer"}, Leaks, "did not answer"},
		"ended early":            {Watch{Report: steady, EndedEarly: true, Took: time.Minute}, Steady, "ended early, after 1m"},
		"another process leaked": {Watch{Report: steady, Longest: leaks, Restarts: 1}, Undecided, "of another process, watched for 1m: a leak"},
		"loads did not end":      {Watch{Report: steady, Load: &LoadTest{}}, Undecided, ""},
		"loads left nothing":     {Watch{Report: leaks, Load: &LoadTest{Rounds: &LoadResult{Verdict: Steady}}}, Steady, ""},
		"loads left something":   {Watch{Report: steady, Load: &LoadTest{Rounds: &LoadResult{Verdict: Leaks, Suspects: suspect}}}, Leaks, ""},
		"a note":                 {Watch{Report: steady, Diagnostics: []profile.Diagnostic{{What: "a trace saw nothing"}}}, Steady, "a trace saw nothing"},
	} {
		r := Conclude(tt.give)
		if text := fmt.Sprint(r.Diagnostics); r.Verdict != tt.want || !strings.Contains(text, tt.says) {
			t.Errorf("%s: got %s, %s; want %s, %q", name, r.Verdict, text, tt.want, tt.says)
		}
	}
}

// TestWantsLonger checks that a longer watch of a live service is suggested if that would help.
func TestWantsLonger(t *testing.T) {
	suspect := []Suspect{{Confidence: Low}}
	open := Report{Verdict: Undecided, Watched: 2 * time.Minute, Suspects: suspect}
	with := func(change func(*Report)) Report {
		r := open
		change(&r)
		return r
	}
	for name, tt := range map[string]struct {
		give Watch
		want bool
	}{
		"grows":       {Watch{Report: open}, true},
		"is young":    {Watch{Report: with(func(r *Report) { r.Suspects, r.Caveat.Code = nil, profile.CodeGrowing })}, true},
		"nothing":     {Watch{Report: with(func(r *Report) { r.Suspects = nil })}, false},
		"too short":   {Watch{Report: with(func(r *Report) { r.Watched = time.Minute })}, false},
		"ended early": {Watch{Report: open, EndedEarly: true}, false},
		"recording":   {Watch{Report: open, IsRecorded: true}, false},
		"leaks":       {Watch{Report: with(func(r *Report) { r.Verdict = Leaks })}, false},
	} {
		if got := Conclude(tt.give).WantsLonger; got != tt.want {
			t.Errorf("%s: got %v", name, got)
		}
	}
}

// TestEndpoints checks that an endpoint which is not served, or fails, leaves the verdict undecided.
func TestEndpoints(t *testing.T) {
	flat := func(k profile.Kind, name string) profile.Group {
		g := heldAtMarks(k, name, 1)
		g.Points = nil
		for i := range 66 {
			g.Points = append(g.Points, profile.GroupPoint{Time: profile.InstantOf(roundsStart.Add(time.Duration(2*i) * time.Second)), Value: 100})
		}
		return g
	}
	now := roundsStart.Add(130 * time.Second)
	seen := Coverage{Distinct: 66, First: roundsStart, Last: now, Polled: now, Endpoint: EndpointServing}
	for name, tt := range map[string]struct {
		change func(in *Input)
		want   Verdict
		code   profile.Code
	}{
		"all is served": {func(*Input) {}, Steady, ""},
		"goroutines answer 404": {func(in *Input) {
			in.Goroutines, in.GoroutineCoverage = nil, Coverage{Endpoint: EndpointNotServed, Failure: "the server does not have it (404)"}
		}, Undecided, profile.CodeNotServed},
		"goroutines never came": {func(in *Input) {
			in.Goroutines, in.GoroutineCoverage = nil, Coverage{Endpoint: EndpointServing}
		}, Undecided, profile.CodeNothingReadable},
		"the last poll failed": {func(in *Input) {
			in.GoroutineCoverage.Endpoint, in.GoroutineCoverage.Failure = EndpointFailing, "timeout"
		}, Steady, profile.CodeEndpointFailed},
		"a recording without goroutines": {func(in *Input) {
			in.Goroutines, in.GoroutineCoverage, in.Recorded = nil, Coverage{}, true
		}, Steady, profile.CodeRecording},
		"a recording whose goroutines are damaged": {func(in *Input) {
			in.Goroutines, in.GoroutineCoverage, in.Recorded = nil, Coverage{}, true
			in.Diagnostics = []profile.Diagnostic{{Code: profile.CodeNothingReadable, Severity: profile.SeverityBlocking, Kind: profile.Goroutine}}
		}, Undecided, profile.CodeNothingReadable},
		"polls are rare": {func(in *Input) { in.HeapCoverage.Every = 110 * time.Second }, Steady, profile.CodeRarePolls},
		"as the user wants it": {func(in *Input) {
			in.HeapCoverage.Every, in.Interval = 110*time.Second, 110*time.Second
		}, Steady, ""},
	} {
		in := Input{
			Now: now, Start: roundsStart, HeapCoverage: seen, GoroutineCoverage: seen,
			Heap: []profile.Group{flat(profile.Heap, "main.keep")}, Goroutines: []profile.Group{flat(profile.Goroutine, "main.wait")},
		}
		tt.change(&in)
		r := Judge(in)
		i := slices.IndexFunc(r.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == tt.code })
		if r.Verdict != tt.want || (i >= 0) != (tt.code != "") || len(r.Diagnostics) > 1 {
			t.Errorf("%s: got %s, %v; want %s and only the code %q", name, r.Verdict, r.Diagnostics, tt.want, tt.code)
		}
	}
}

// TestRollout checks that the processes before and after a rollout are listed separately, and that the new version
// decides as soon as there is a verdict on it.
func TestRollout(t *testing.T) {
	leaks := Report{Verdict: Leaks, Watched: 2 * time.Minute, Suspects: []Suspect{{Kind: Heap, Confidence: High, Sentence: "a leak", Group: &profile.Group{}}}}
	steady := Report{Verdict: Steady, Watched: 95 * time.Second}
	young := Report{Verdict: Undecided, Watched: 20 * time.Second}
	for name, tt := range map[string]struct {
		old, current Report
		versions     [2]string
		want         Verdict
		judged       int
	}{
		"fixed":            {leaks, steady, [2]string{"1.4.0", "1.4.1"}, Steady, 1},
		"too young":        {leaks, young, [2]string{"1.4.0", "1.4.1"}, Leaks, 0},
		"the same version": {leaks, steady, [2]string{"1.4.0", "1.4.0"}, Leaks, 0},
		"unknown versions": {leaks, steady, [2]string{}, Leaks, 0},
		"now it leaks":     {steady, leaks, [2]string{"1.4.0", "1.4.1"}, Leaks, 1},
	} {
		w := Watch{Report: tt.current, Longest: tt.old, Restarts: 1}
		for i, r := range []Report{tt.old, tt.current} {
			p := Process{Name: fmt.Sprintf("pod-%d", i), Version: tt.versions[i]}
			p.SetReport(r)
			w.Processes = append(w.Processes, p)
		}
		r := Conclude(w)
		if r.Verdict != tt.want || len(r.Processes) != 2 || !r.Processes[tt.judged].IsJudged || r.Processes[1-tt.judged].IsJudged {
			t.Errorf("%s: got %s of %+v; want %s on process %d", name, r.Verdict, r.Processes, tt.want, tt.judged)
		}
		if w.Processes[tt.judged].IsJudged {
			t.Errorf("%s: the input was changed", name)
		}
		for _, s := range r.Processes[0].Suspects {
			if s.Group != nil {
				t.Errorf("%s: a process that has ended keeps its history", name)
			}
		}
	}
}

package leak

import (
	"fmt"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
)

// Watch is a whole watch that has ended, the input of one verdict on all of it.
type Watch struct {
	Report Report // the last on the current process
	// Longest is the last report on the earlier process that was watched for longest;
	// its verdict is empty if there was no restart.
	Longest     Report
	Restarts    int
	LastRestart string // why; empty if unknown
	IsSeveral   bool   // different processes answered in turn, so these were not restarts

	Took       time.Duration
	IsRecorded bool
	EndedEarly bool   // by the user
	Failure    string // why the end of the watch was not observed; empty if it was

	Load   *LoadTest         // nil without
	Proven *profile.Snapshot // a goroutineleak profile; nil without
	// Diagnostics are further problems of the watch.
	Diagnostics []profile.Diagnostic
}

// LoadTest is a load that was put on the target repeatedly.
type LoadTest struct {
	Rounds *LoadResult // what was retained; nil if the loads were not completed
}

// Conclude returns the report on a whole watch.
func Conclude(w Watch) Report {
	r := w.Report
	r.Diagnostics = slices.Clone(r.Diagnostics)
	if w.Restarts > 0 {
		r = chooseProcess(w)
	}
	if w.Failure != "" {
		r.addDiagnostic(profile.Diagnostic{Code: profile.CodeEndedEarly, Severity: profile.SeverityWarning, What: w.Failure})
		r.withdrawSteady()
	}
	if w.Load != nil {
		r.putUnderLoad(*w.Load)
	}
	for _, d := range w.Diagnostics {
		r.addDiagnostic(d)
	}
	if w.Proven != nil {
		r.AddProven(w.Proven)
	}
	if w.EndedEarly {
		r.addDiagnostic(profile.Diagnostic{Code: profile.CodeInterrupted, Severity: profile.SeverityWarning, What: "ended early, after " + formatSpan(w.Took.Seconds())})
	}
	r.WantsLonger = w.canGoOn() && r.isUnsettled()
	return r
}

// canGoOn reports whether a longer watch of the same kind is possible.
func (w Watch) canGoOn() bool { return w.Load == nil && !w.IsRecorded && !w.EndedEarly }

// isUnsettled reports whether the verdict is undecided because growth is too young.
func (r Report) isUnsettled() bool {
	return r.Verdict == Undecided && !hasBlocking(r.Diagnostics) && r.Watched >= params.window.min &&
		(len(r.Suspects) > 0 || r.Caveat.Code == profile.CodeGrowing)
}

// addDiagnostic appends to the list, which no other report shares.
func (r *Report) addDiagnostic(d profile.Diagnostic) { r.Diagnostics = append(r.Diagnostics, d) }

// withdrawSteady turns a steady verdict into an undecided one.
func (r *Report) withdrawSteady() {
	if r.Verdict == Steady {
		r.Verdict, r.isOpen = Undecided, true
	}
}

// chooseProcess returns the report on the process that was watched for longest.
func chooseProcess(w Watch) Report {
	times := "once"
	if w.Restarts > 1 {
		times = formatCount(float64(w.Restarts)) + " times"
	}
	what := "the target restarted " + times + " during the watch"
	if w.LastRestart != "" {
		what += " (last: " + w.LastRestart + ")"
	}
	d := profile.Diagnostic{Code: profile.CodeRestart, Severity: profile.SeverityWarning}
	if w.IsSeveral {
		d.Code, what = profile.CodeSeveral, "several processes answer in turn, so none can be judged, and another one answered "+times
	}
	r, other := w.Report, w.Longest
	if other.Watched > r.Watched {
		r, other = other, r
	}
	d.What = fmt.Sprintf("%s: the verdict is on the process that was watched for longest, %s", what, formatSpan(r.Watched.Seconds()))
	if other.Verdict == Leaks || w.IsSeveral {
		r.withdrawSteady() // the program is the same
	}
	r.Diagnostics = slices.DeleteFunc(slices.Clone(r.Diagnostics), func(d profile.Diagnostic) bool { return d.Code == profile.CodeSeveral })
	r.addDiagnostic(d)
	for _, s := range other.Suspects {
		r.addDiagnostic(profile.Diagnostic{
			Code: profile.CodeRestart, Severity: profile.SeverityWarning,
			What: "of another process, watched for " + formatSpan(other.Watched.Seconds()) + ": " + s.Sentence,
		})
	}
	return r
}

// putUnderLoad bases the verdict on what loads left behind. They cannot show memory
// outside of Go, and the watch cannot predict memory use in production.
func (r *Report) putUnderLoad(t LoadTest) {
	if t.Rounds == nil {
		if r.Verdict != Leaks {
			r.withdrawSteady()
			r.Caveat = profile.Diagnostic{Code: profile.CodeEndedEarly, What: "the loads did not come to their end, so what stays after them is not known"}
		}
		return
	}
	own := r.Suspects
	r.Retained, r.Verdict, r.Caveat = t.Rounds.Retained, t.Rounds.Verdict, t.Rounds.Caveat
	r.Suspects, r.LookAlikes, r.suspectOf = slices.Clone(t.Rounds.Suspects), nil, nil
	r.Memory.dropTimeToLimit()
	r.Grew = nil
	for _, s := range own {
		if s.Kind != OffHeap {
			continue
		}
		r.Suspects = append(r.Suspects, s)
		if s.Confidence != Low {
			r.Verdict = Leaks
		}
	}
}

// AddProven adds the goroutines of a goroutineleak profile that are not suspects
// yet: the runtime has proven that they are blocked forever, which is a leak even
// while their number is constant. Suspects that the profile confirms become proven.
func (r *Report) AddProven(s *profile.Snapshot) {
	groups := map[*profile.Function]*profile.Group{}
	var order []*profile.Group
	for i := range s.Samples {
		sm := &s.Samples[i]
		if len(sm.Values) == 0 || sm.Values[0] <= 0 || sm.Stack.Blame == nil {
			continue
		}
		g := groups[sm.Stack.Blame]
		if g == nil {
			g = &profile.Group{Kind: profile.Goroutine, Blame: sm.Stack.Blame, Points: []profile.GroupPoint{{Time: s.Time}}}
			groups[sm.Stack.Blame] = g
			order = append(order, g)
		}
		g.Stacks, g.Now = append(g.Stacks, sm.Stack), append(g.Now, sm.Values[0])
		g.Points[0].Value += sm.Values[0]
	}
	c := newJudgment(Input{Now: s.Time, Start: s.Time})
	for _, g := range order {
		known := slices.IndexFunc(r.Suspects, func(s Suspect) bool { return s.Kind == Goroutine && s.Function == g.Blame.Name })
		if known >= 0 {
			r.Suspects[known].Confidence = Proven
			continue
		}
		f := &finding{kind: Goroutine, series: newSeries(g, c.origin), confidence: Proven}
		c.assignSignature(f)
		f.confidence = Proven
		x := c.newSuspect(f)
		n := formatCount(float64(g.Points[0].Value))
		x.Sentence = fmt.Sprintf("%s: %s goroutines, blocked for ever", f.newClaim().String(), n)
		x.Evidence = []string{fmt.Sprintf("the runtime has proven that %s goroutines are blocked for ever", n)}
		x.Disproof = nil
		r.Suspects = append(r.Suspects, x)
	}
	if len(order) > 0 {
		r.Verdict = Leaks
	}
}

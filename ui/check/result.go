package check

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
)

// result is what is to be said, whatever the format.
type result struct {
	target   string
	from, to time.Time // by the times of the profiles
	polls    int
	cost     float64 // share of one core of the target; 0 if it is not known
	facts    profile.Facts
	report   leak.Report
	stays    []leak.Stay // what loads left; nil without
	grew     []growth    // what grew and is not judged, the most first
	next     string      // what would decide it; empty if the caveat says so
}

// result is the outcome of the watch.
func (v *vigil) result(st session.State) result {
	r := result{
		target: v.watch.Source.Name(), from: st.First, to: st.Now, polls: st.Polls,
		cost: st.Status.Cost, facts: st.Facts, report: st.Report,
	}
	if st.Facts.Name != "" {
		r.target = st.Facts.Name
	}
	var warnings []string
	if st.Restarts > 0 {
		r.report, warnings = longest(st)
	} else {
		warnings = v.settle(&r.report, st)
	}
	if why := brokenOff(st); why != "" {
		warnings = append(warnings, why)
		r.report.Verdict = open(r.report.Verdict)
	}
	switch {
	case v.rounds != nil:
		r.underLoad(*v.rounds)
	case v.o.Load != "" && r.report.Verdict != leak.Leaks:
		r.report.Verdict = open(r.report.Verdict)
		r.report.Caveat = "the loads did not come to their end, so that what stays after them is not known"
	}
	warnings = append(append(warnings, v.rarely(st)...), v.notes...)
	if s, _ := st.History.Latest(profile.GoroutineLeak); s != nil {
		r.report.AddProven(s)
	}
	if v.rounds == nil {
		v.unjudged(&r, st)
	}
	if v.early {
		warnings = append(warnings, fmt.Sprintf("ended early, after %s", format.Duration(st.Now.Sub(st.First).Round(time.Second))))
	}
	r.report.Warnings = append(slices.Clone(r.report.Warnings), warnings...)
	return r
}

// underLoad makes the verdict that of the rounds. They tell nothing of memory
// outside of Go, and the watch nothing of what production will need.
func (r *result) underLoad(rounds leak.Rounds) {
	own := r.report
	r.stays, r.report.Verdict, r.report.Caveat = rounds.Stays, rounds.Verdict, rounds.Caveat
	r.report.Suspects, r.report.Alikes, r.report.Memory.HoursToLimit = rounds.Suspects, nil, 0
	for _, s := range own.Suspects {
		if s.Kind != leak.OffHeap {
			continue
		}
		r.report.Suspects = append(r.report.Suspects, s)
		if s.Confidence != leak.Low {
			r.report.Verdict = leak.Leaks
		}
	}
}

func (r result) exit() int {
	switch r.report.Verdict {
	case leak.Leaks:
		return ExitLeak
	case leak.Steady:
		return ExitSteady
	}
	return ExitUndecided
}

// open takes "steady" back: not enough is known for it.
func open(v leak.Verdict) leak.Verdict {
	if v == leak.Steady {
		return leak.Undecided
	}
	return v
}

// brokenOff is why nothing is known of the end; empty if it is.
func brokenOff(st session.State) string {
	if st.Err != nil {
		return "the watch ended before its time: " + st.Err.Error()
	}
	for _, e := range st.Status.Endpoints {
		if e.Kind == source.Index && e.Err != nil {
			return "at the end the target did not answer: " + e.Err.Error()
		}
	}
	return ""
}

// longest chooses the report on the process that was watched for longest.
func longest(st session.State) (leak.Report, []string) {
	times := "once"
	if st.Restarts > 1 {
		times = format.Count(st.Restarts) + " times"
	}
	text := "the target restarted " + times + " meanwhile"
	for _, e := range slices.Backward(st.Events) {
		if e.Kind == profile.EventRestart {
			text += " (last: " + e.Text + ")"
			break
		}
	}
	if st.Several {
		text = session.Several + "; another one answered " + times
	}
	chosen, other := st.Report, st.Longest
	if other.Watched > chosen.Watched {
		chosen, other = other, chosen
	}
	warnings := []string{fmt.Sprintf("%s: the verdict is on the process that was watched for longest, %s",
		text, format.Duration(chosen.Watched.Round(time.Second)))}
	if other.Verdict == leak.Leaks || st.Several {
		chosen.Verdict = open(chosen.Verdict) // the same program, after all
	}
	chosen.Warnings = slices.DeleteFunc(slices.Clone(chosen.Warnings), func(w string) bool { return w == session.Several })
	for _, s := range other.Suspects {
		warnings = append(warnings, "of another process, watched for "+format.Duration(other.Watched.Round(time.Second))+": "+s.Sentence)
	}
	return chosen, warnings
}

// leastSeen is how many distinct heap profiles a steady heap is told by, and
// fewSeen how many a growing one, which must be told from one that fills.
const (
	leastSeen = 3
	fewSeen   = 8
	// leastHeap is what the judge calls growth of the heap, in bytes.
	leastHeap = 2 << 20
)

// settle takes "steady" back where a kind of profile is missing that the judge
// does not know to be, and says so.
func (v *vigil) settle(r *leak.Report, st session.State) (warnings []string) {
	missing := func(text string) {
		warnings = append(warnings, text)
		r.Verdict = open(r.Verdict)
	}
	if r.Verdict == leak.Steady && v.o.Load == "" { // a load has ended, and growth with it
		for _, s := range v.watch.Wavering() {
			missing(wavered(*r, s))
		}
		v.wavers = r.Verdict != leak.Steady
	}
	for _, e := range st.Status.Endpoints {
		if e.Kind == source.Memory || e.Kind == source.Index {
			continue
		}
		switch n, _, _ := st.History.Observed(e.Kind); {
		case e.Err == nil && n == 0 && r.Verdict == leak.Steady:
			missing(fmt.Sprintf("no %s profile came to its end, so a leak of that kind is not excluded", e.Kind))
		case e.Err == nil:
		case n > 0:
			warnings = append(warnings, "at the end: "+e.Err.Error())
		default:
			missing(fmt.Sprintf("no %s profile came, so a leak of that kind is not excluded: %v", e.Kind, e.Err))
		}
	}
	n, repeats, stale := st.History.Observed(profile.Heap)
	switch {
	case n == 0 && v.o.Recording:
		warnings = append(warnings, "no heap profiles are among the files: only goroutines are judged")
	case r.Verdict == leak.Steady && n > 0 && repeats > 0 && (n < leastSeen || stale > r.Watched/2) && heapMoved(st):
		missing("hardly a collection ended meanwhile, and a heap profile is only as new as the last collection: watch it under load, or with --gc")
	}
	if r.Verdict == leak.Steady && n > 0 && n < fewSeen && slices.ContainsFunc(grewMost(st.Groups), func(g growth) bool { return g.heap }) {
		missing(fmt.Sprintf("the heap grew, and %d profiles of it, one a collection at the most, are too few to tell a leak from a warm-up: it takes %d", n, fewSeen))
	}
	if n, _, _ := st.History.Observed(profile.Goroutine); n == 0 && v.o.Recording {
		warnings = append(warnings, "no goroutine profiles are among the files: only the heap is judged")
	}
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine} {
		if n, repeats, _ := st.History.Observed(k); n+repeats == 1 && v.o.Recording {
			warnings = append(warnings, fmt.Sprintf("there is only one %s profile, and growth shows between two or more", k))
		}
	}
	return warnings
}

// wavered says that the last polls do not agree on a suspect.
func wavered(r leak.Report, s leak.Suspect) string {
	now := "grows no more"
	if g := s.Group; g != nil {
		look := r.Function(g.Blame)
		if s.Kind == leak.Goroutine && len(g.Stacks) > 0 {
			look = r.Stack(g.Stacks[0])
		}
		now = cmp.Or(look.Text, now)
	}
	return fmt.Sprintf("%s was a leak by the polls just before the end, but not by the last (%s): so soon, a pause cannot be told from an end", s.Who(), now)
}

// heapMoved tells whether the heap, live and garbage, may have grown by what
// matters: by the memory readings, or because there are none.
func heapMoved(st session.State) bool {
	low, high := uint64(0), uint64(0)
	for _, m := range st.Memory {
		if m.HeapAlloc == 0 {
			return true
		}
		if low == 0 {
			low = m.HeapAlloc
		}
		low, high = min(low, m.HeapAlloc), max(high, m.HeapAlloc)
	}
	return len(st.Memory) < leastSeen || high-low >= leastHeap
}

// unobserved is why no profile came, a sentence each.
func unobserved(st session.State) []string {
	var out []string
	add := func(text string) {
		if !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if st.Err != nil {
		add(st.Err.Error())
	}
	for _, d := range st.Diagnostics {
		add(d.String())
	}
	waiting := false
	for _, e := range st.Status.Endpoints {
		switch {
		case e.Err != nil && e.Kind != source.Memory:
			add(e.Err.Error())
		case e.Kind.Info().Polled:
			waiting = true
		}
	}
	if waiting && len(out) == 0 {
		add("a profile was asked for, and the answer did not come to its end: the service, or the way to it, is very slow, or sends without end")
	}
	if n, ok := last(st.Goroutines); ok {
		add(fmt.Sprintf("the index page counts %s goroutines, which is all there is", format.Count(n)))
	}
	return out
}

// hopeless tells whether nothing will come, because the target serves none of
// the profiles that are followed.
func hopeless(st session.State) bool {
	off := 0
	for _, e := range st.Status.Endpoints {
		if e.Kind == profile.Heap || e.Kind == profile.Goroutine {
			if !e.Off {
				return false
			}
			off++
		}
	}
	return st.Polls == 0 && off > 0
}

// last is the newest value of a line.
func last(l profile.Line) (float64, bool) {
	if len(l) == 0 || len(l[len(l)-1]) == 0 {
		return 0, false
	}
	seg := l[len(l)-1]
	return seg[len(seg)-1].V, true
}

// head is the word that a suspect begins with.
func head(s leak.Suspect) string {
	switch s.Confidence {
	case leak.Proven:
		return "LEAK proven"
	case leak.High:
		return "LEAK"
	}
	return "SUSPECT"
}

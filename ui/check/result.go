package check

import (
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
	next     string // what would decide it; empty if the caveat says so
}

// result is the outcome of the watch.
func (v *vigil) result(st session.State) result {
	r := result{
		target: v.watch.Source.Name(), from: st.First, to: st.Now, polls: st.Polls,
		cost: st.Status.Cost, facts: st.Facts,
	}
	if st.Facts.Name != "" {
		r.target = st.Facts.Name
	}
	r.report = leak.Conclude(v.whole(st))
	if r.report.WantsLonger {
		r.next = fmt.Sprintf("watch for longer (--for %s): some growth is too young to tell a leak from load or a warm-up", format.Duration(2*v.o.For))
	}
	return r
}

// whole is the watch as the judge wants it.
func (v *vigil) whole(st session.State) leak.Watch {
	w := leak.Watch{
		Report: st.Report, Longest: st.Longest, Restarts: st.Restarts, IsSeveral: st.Several,
		Took: st.Now.Sub(st.First), IsRecorded: v.o.Recording, EndedEarly: v.early, Failure: brokenOff(st),
		Diagnostics: v.notes,
	}
	for _, e := range slices.Backward(st.Events) {
		if e.Kind == profile.EventRestart {
			w.LastRestart = e.Text
			break
		}
	}
	if v.o.Load != "" {
		w.Load = &leak.LoadTest{Rounds: v.rounds}
	}
	w.Proven, _ = st.History.Latest(profile.GoroutineLeak)
	return w
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

package session

import (
	"fmt"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
)

// addTo adds the answers to the judge's input.
func (a *userAnswers) addTo(in *leak.Input) {
	in.Creators = map[*profile.Stack]profile.Frame{}
	in.Proven = map[*profile.Stack]bool{}
	in.States = map[*profile.Stack]string{}
	in.Cohorts = map[*profile.Stack]leak.Cohort{}
	in.Notes = map[*profile.Stack][]string{}
	for s, k := range a.known {
		if who := k.Starter(); who.Func != nil {
			in.Creators[s] = who
		}
		if k.Leaked {
			in.Proven[s] = true
		}
		if k.State != "" {
			in.States[s] = k.State
		}
		if k.Cohort.Before > 0 {
			in.Cohorts[s] = k.Cohort
		}
		in.Notes[s] = k.Notes()
	}
}

// Starter returns where the goroutines are started: from a trace, else the go
// statement in the dump, unless that is in the standard library. Func is nil if
// neither is known.
func (k StackFacts) Starter() profile.Frame {
	switch {
	case len(k.Creators) > 0:
		return profile.Frame{Func: k.Creators[0].Func, Line: k.Creators[0].Line}
	case k.Creator.Func != nil && k.Creator.Func.Class >= profile.ClassDep:
		return k.Creator
	}
	return profile.Frame{}
}

// Notes describes what is known, one sentence each. The judge describes the cohort.
func (k StackFacts) Notes() []string {
	var out []string
	if len(k.Creators) > 0 {
		all := 0
		for _, c := range k.Creators {
			all += c.N
		}
		var who []string
		for _, c := range k.Creators[:min(len(k.Creators), 3)] {
			who = append(who, fmt.Sprintf("%s (line %d) start %s", profile.ShortName(c.Func.Name), c.Line, writeCount(c.N)))
		}
		out = append(out, fmt.Sprintf("a trace saw %s of %s", strings.Join(who, ", "), writeCount(all)))
	}
	if !k.Dumped.IsZero() {
		out = append(out, fmt.Sprintf("full dump at %s: %s in state %q, %s", k.Dumped.Format("15:04:05"), writeCount(k.Count), k.State, k.WaitText()))
		if k.Creator.Func != nil {
			out = append(out, fmt.Sprintf("%s of them created by %s (line %d)", writeCount(k.Created), profile.ShortName(k.Creator.Func.Name), k.Creator.Line))
		}
	}
	if k.Cohort.Before > 0 {
		out = append(out, "the dumps compared are "+writeMinutes(k.CohortGap)+" apart")
	}
	return out
}

// WaitText says how long they have been waiting.
func (k StackFacts) WaitText() string {
	switch {
	case k.LongestWait == 0:
		return "all for less than a minute"
	case k.MedianWait == k.LongestWait:
		return "most for " + writeMinutes(k.LongestWait)
	case k.MedianWait == 0:
		return "half for less than a minute, at most for " + writeMinutes(k.LongestWait)
	}
	return "half for " + writeMinutes(k.MedianWait) + " or more, at most for " + writeMinutes(k.LongestWait)
}

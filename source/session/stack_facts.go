package session

import (
	"fmt"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/dump"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
)

// StackFacts is what requests of the user found out about the goroutines of one
// stack.
type StackFacts struct {
	// Creators started them, according to an execution trace, the most active first.
	Creators []trace.Creator
	// Leaked means that the runtime has proven them to be blocked forever.
	Leaked bool

	// The remaining fields are from the newest full dump; Dumped is its time, zero if
	// there is no dump or it does not contain the stack.
	Dumped      time.Time
	Count       int           // number of goroutines in the dump
	State       string        // what they wait for: "chan receive (nil chan)"
	MedianWait  time.Duration // median of how long they have waited; whole minutes
	LongestWait time.Duration
	Creator     profile.Frame // the function with the go statement; Func is nil if unknown
	Created     int           // number of goroutines it created
	Cohort      leak.Cohort   // of the two newest dumps that are far enough apart
	CohortGap   time.Duration // time between these
}

// addCreators sums up the creators from several traces.
func (k *StackFacts) addCreators(cs []trace.Creator) {
next:
	for _, c := range cs {
		for i := range k.Creators {
			if k.Creators[i].Func == c.Func && k.Creators[i].Line == c.Line {
				k.Creators[i].N += c.N
				continue next
			}
		}
		k.Creators = append(k.Creators, c)
	}
	trace.SortCreators(k.Creators)
}

// addDump adds the facts from a dump.
func (k *StackFacts) addDump(g dump.Group, at time.Time, b *profile.HistoryBuilder) {
	k.Dumped, k.Count = at, len(g.Goroutines)
	k.State, _ = g.CommonState()
	k.MedianWait, k.LongestWait = g.WaitTimes()
	k.Leaked = k.Leaked || g.CountLeaked() > 0
	if by, n := g.CommonCreator(); n > 0 {
		k.Creator, k.Created = b.Frames([]profile.Place{by})[0], n
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

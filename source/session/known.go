package session

import (
	"maps"
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

// userAnswers are the answers to requests of the user, unmatched: a stack may
// appear in the profiles only later.
type userAnswers struct {
	traces  []trace.CreatorIndex          // newest last
	leaked  map[string]bool               // keys of proven stacks
	dumps   []fullDump                    // newest last
	known   map[*profile.Stack]StackFacts // facts about the stacks so far; never changed once published
	matched map[*profile.Stack]bool       // stacks looked up since the newest answer
}

// maxTraces is how many traces are kept: one of a few seconds sees only part of the
// activity.
const maxTraces = 8

// fullDump is a dump indexed by stack.
type fullDump struct {
	at          time.Time
	byLines     map[string]dump.Group // by functions and lines
	byFunctions map[string]dump.Group // by functions
}

func newFullDump(at time.Time, d dump.Dump) fullDump {
	f := fullDump{at, map[string]dump.Group{}, map[string]dump.Group{}}
	for _, g := range d.Groups {
		f.byLines[profile.StackKey(g.Stack, true)] = g
		if k := profile.StackKey(g.Stack, false); len(f.byFunctions[k].Goroutines) == 0 {
			f.byFunctions[k] = g // the largest if there are several
		}
	}
	return f
}

// lookup returns the group of a stack. If the lines differ, because inlined calls
// may be divided among frames differently, it matches by functions alone.
func (f fullDump) lookup(at []profile.Place) (dump.Group, bool) {
	g, ok := f.byLines[profile.StackKey(at, true)]
	if !ok {
		g, ok = f.byFunctions[profile.StackKey(at, false)]
	}
	return g, ok
}

// resetMatches makes all stacks be looked up again, after a new answer.
func (a *userAnswers) resetMatches() { a.known, a.matched = nil, nil }

// matchStacks looks up the stacks of a goroutine profile that have not been.
func (a *userAnswers) matchStacks(h *profile.History, b *profile.HistoryBuilder) {
	if len(a.traces) == 0 && len(a.leaked) == 0 && len(a.dumps) == 0 {
		return
	}
	snap, _ := h.Latest(profile.Goroutine)
	if snap == nil {
		return
	}
	var found map[*profile.Stack]StackFacts
	for i := range snap.Samples {
		s := snap.Samples[i].Stack
		if a.matched[s] {
			continue
		}
		if a.matched == nil {
			a.matched = map[*profile.Stack]bool{}
		}
		a.matched[s] = true
		if k, ok := a.lookup(s, b); ok {
			if found == nil {
				found = make(map[*profile.Stack]StackFacts, len(a.known)+1)
				maps.Copy(found, a.known)
			}
			found[s] = k
		}
	}
	if found != nil {
		a.known = found
	}
}

// lookup returns what the answers contain about one stack; false if nothing.
func (a *userAnswers) lookup(s *profile.Stack, b *profile.HistoryBuilder) (StackFacts, bool) {
	k := StackFacts{}
	at := s.Places()
	for _, x := range a.traces {
		k.addCreators(x.CreatorsOf(s))
	}
	k.Leaked = a.leaked[profile.StackKey(at, true)]
	if n := len(a.dumps); n > 0 {
		last := a.dumps[n-1]
		if g, ok := last.lookup(at); ok {
			k.addDump(g, last.at, b)
		}
		if first, ok := a.dumpToCompare(); ok {
			if before, ok := first.lookup(at); ok {
				after, _ := last.lookup(at)
				k.Cohort = leak.Cohort{Before: len(before.Goroutines), Stayed: dump.CountRetained(before, after)}
				k.CohortGap = last.at.Sub(first.at)
			}
		}
	}
	return k, len(k.Creators) > 0 || k.Leaked || !k.Dumped.IsZero() || k.Cohort.Before > 0
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

// dumpToCompare returns the dump to compare the newest with: the last that is at
// least CohortGap older.
func (a *userAnswers) dumpToCompare() (fullDump, bool) {
	n := len(a.dumps)
	for i := n - 2; i >= 0; i-- {
		if a.dumps[n-1].at.Sub(a.dumps[i].at) >= CohortGap {
			return a.dumps[i], true
		}
	}
	return fullDump{}, false
}

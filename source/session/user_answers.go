package session

import (
	"maps"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/dump"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
)

// userAnswers are the answers to requests of the user, unmatched: a stack may
// appear in the profiles only later.
type userAnswers struct {
	traces   []creatorTrace                     // newest last
	leaked   map[string]bool                    // keys of proven stacks
	leakedAt time.Time                          // when they were proven
	dumps    []fullDump                         // newest last
	known    map[*profile.Stack]leak.StackFacts // facts about the stacks so far; never changed once published
	matched  map[*profile.Stack]bool            // stacks looked up since the newest answer
}

// creatorTrace is a trace indexed by what it saw being started.
type creatorTrace struct {
	at       time.Time
	creators trace.CreatorIndex
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

// isEmpty reports whether there is no answer.
func (a *userAnswers) isEmpty() bool { return len(a.traces)+len(a.leaked)+len(a.dumps) == 0 }

// answersUntil returns the answers up to a moment, unmatched.
func (a *userAnswers) answersUntil(t time.Time) (out userAnswers) {
	for _, x := range a.traces {
		if !x.at.After(t) {
			out.traces = append(out.traces, x)
		}
	}
	for _, d := range a.dumps {
		if !d.at.After(t) {
			out.dumps = append(out.dumps, d)
		}
	}
	if !a.leakedAt.After(t) {
		out.leaked, out.leakedAt = a.leaked, a.leakedAt
	}
	return out
}

// resetMatches makes all stacks be looked up again, after a new answer.
func (a *userAnswers) resetMatches() { a.known, a.matched = nil, nil }

// matchStacks looks up the stacks of a goroutine profile that have not been.
func (a *userAnswers) matchStacks(h *profile.History, b *profile.HistoryBuilder) {
	if a.isEmpty() {
		return
	}
	snap, _ := h.Latest(profile.Goroutine)
	if snap == nil {
		return
	}
	var found map[*profile.Stack]leak.StackFacts
	for i := range snap.Samples() {
		s := snap.Samples()[i].Stack
		if a.matched[s] {
			continue
		}
		if a.matched == nil {
			a.matched = map[*profile.Stack]bool{}
		}
		a.matched[s] = true
		if k, ok := a.lookup(s, b); ok {
			if found == nil {
				found = make(map[*profile.Stack]leak.StackFacts, len(a.known)+1)
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
func (a *userAnswers) lookup(s *profile.Stack, b *profile.HistoryBuilder) (leak.StackFacts, bool) {
	k := leak.StackFacts{}
	at := s.Places()
	for _, x := range a.traces {
		addCreators(&k, x.creators.CreatorsOf(s))
	}
	k.Leaked = a.leaked[profile.StackKey(at, true)]
	if n := len(a.dumps); n > 0 {
		last := a.dumps[n-1]
		if g, ok := last.lookup(at); ok {
			addDump(&k, g, last.at, b)
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

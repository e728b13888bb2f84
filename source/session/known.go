package session

import (
	"maps"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/dump"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
)

// Known is what was found out on a key about the goroutines of one stack.
type Known struct {
	// Creators started them, as an execution trace saw it, the most active first.
	Creators []trace.Creator
	// Leaked says that the runtime has proven them to be blocked for ever.
	Leaked bool

	// The rest is of the newest full dump; Dumped is when that was taken, zero
	// if it had none of them or there was none.
	Dumped   time.Time
	N        int           // goroutines there
	State    string        // what they wait for: "chan receive (nil chan)"
	Typical  time.Duration // for how long, the median; whole minutes
	Longest  time.Duration
	Creator  profile.Frame // the function that says "go"; Func is nil if that is not told
	Created  int           // by it
	Cohort   leak.Cohort   // of the two newest dumps that are far enough apart
	CohortIn time.Duration // how far apart these were
}

// answers are what the target said on keys, as it came: a stack may show up in
// the profiles only later.
type answers struct {
	traces []trace.Index            // the newest last
	leaked map[string]bool          // keys of stacks that are proven
	dumps  []fullDump               // the newest last
	known  map[*profile.Stack]Known // what the stacks seen so far have of it; never changed once published
	seen   map[*profile.Stack]bool  // stacks that were looked up since the newest answer
}

// keepTraces is how many traces are remembered: one of seconds sees a part of
// what goes on.
const keepTraces = 8

// fullDump is a dump, to be looked up by stack.
type fullDump struct {
	at    time.Time
	exact map[string]dump.Group // by functions and lines
	loose map[string]dump.Group // by functions
}

func newFullDump(at time.Time, d dump.Dump) fullDump {
	f := fullDump{at, map[string]dump.Group{}, map[string]dump.Group{}}
	for _, g := range d.Groups {
		f.exact[profile.Key(g.At, true)] = g
		if k := profile.Key(g.At, false); len(f.loose[k].Goroutines) == 0 {
			f.loose[k] = g // the largest of several
		}
	}
	return f
}

// of is the group of a stack. Lines may differ by how inlined calls were
// divided among frames, so functions alone will do.
func (f fullDump) of(at []profile.Place) (dump.Group, bool) {
	g, ok := f.exact[profile.Key(at, true)]
	if !ok {
		g, ok = f.loose[profile.Key(at, false)]
	}
	return g, ok
}

// changed says that there is a new answer: all stacks are looked up again.
func (a *answers) changed() { a.known, a.seen = nil, nil }

// match looks up the stacks of a goroutine profile that were not yet.
func (a *answers) match(h *profile.History, b *profile.HistoryBuilder) {
	if len(a.traces) == 0 && len(a.leaked) == 0 && len(a.dumps) == 0 {
		return
	}
	snap, _ := h.Latest(profile.Goroutine)
	if snap == nil {
		return
	}
	var found map[*profile.Stack]Known
	for i := range snap.Samples {
		s := snap.Samples[i].Stack
		if a.seen[s] {
			continue
		}
		if a.seen == nil {
			a.seen = map[*profile.Stack]bool{}
		}
		a.seen[s] = true
		if k, ok := a.of(s, b); ok {
			if found == nil {
				found = make(map[*profile.Stack]Known, len(a.known)+1)
				maps.Copy(found, a.known)
			}
			found[s] = k
		}
	}
	if found != nil {
		a.known = found
	}
}

// of is what the answers have about one stack; false if nothing.
func (a *answers) of(s *profile.Stack, b *profile.HistoryBuilder) (Known, bool) {
	k := Known{}
	at := s.Places()
	for _, x := range a.traces {
		k.addCreators(x.Of(s))
	}
	k.Leaked = a.leaked[profile.Key(at, true)]
	if n := len(a.dumps); n > 0 {
		last := a.dumps[n-1]
		if g, ok := last.of(at); ok {
			k.describe(g, last.at, b)
		}
		if first, ok := a.pair(); ok {
			if before, ok := first.of(at); ok {
				after, _ := last.of(at)
				k.Cohort = leak.Cohort{Before: len(before.Goroutines), Stayed: dump.Stayed(before, after)}
				k.CohortIn = last.at.Sub(first.at)
			}
		}
	}
	return k, len(k.Creators) > 0 || k.Leaked || !k.Dumped.IsZero() || k.Cohort.Before > 0
}

// addCreators sums up what several traces saw.
func (k *Known) addCreators(cs []trace.Creator) {
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
	trace.Sort(k.Creators)
}

// describe takes what a dump says.
func (k *Known) describe(g dump.Group, at time.Time, b *profile.HistoryBuilder) {
	k.Dumped, k.N = at, len(g.Goroutines)
	k.State, _ = g.State()
	k.Typical, k.Longest = g.Waits()
	k.Leaked = k.Leaked || g.Leaked() > 0
	if by, n := g.Creator(); n > 0 {
		k.Creator, k.Created = b.Frames([]profile.Place{by})[0], n
	}
}

// pair is the dump to compare the newest with: the last that is apart enough.
func (a *answers) pair() (fullDump, bool) {
	n := len(a.dumps)
	for i := n - 2; i >= 0; i-- {
		if a.dumps[n-1].at.Sub(a.dumps[i].at) >= CohortGap {
			return a.dumps[i], true
		}
	}
	return fullDump{}, false
}

package leak

import (
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak/ignore"
	"github.com/leaktop/leaktop/profile/leak/longterm"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/profile/onset"
	"github.com/leaktop/leaktop/profile/trace"
)

// Input is what is known at one poll of the target's current process. It must not
// contain anything from before a restart.
type Input struct {
	Now   time.Time // of the newest poll, by the clock of the points
	Start time.Time // when the watch of this process began

	Heap       []profile.Group  // one per blamed function
	Goroutines []profile.Group  // one per stack
	Memory     []memory.Reading // oldest first

	// HeapLive is the total of the newest heap profile in bytes, as tables and charts
	// show it. 0 means the sum of the groups, which omit functions too small to
	// judge.
	HeapLive int64
	// Allocated is the bytes allocated since the process started, from the heap
	// profiles; nil if unknown.
	Allocated []profile.Value

	// Live is the total live heap, from the heap profiles; nil if unknown.
	Live []profile.Value

	// Waiting is the newest goroutine profile, including the stacks of single
	// goroutines; nil if unknown.
	Waiting *profile.Snapshot

	// Holding is the newest heap profile, including the stacks that hold too little to
	// be judged; nil if unknown.
	Holding *profile.Snapshot

	// HeapCoverage and GoroutineCoverage describe the polls; if zero, they are
	// derived from the groups.
	HeapCoverage, GoroutineCoverage Coverage

	Recorded bool          // the source is a recording: nothing more will arrive
	Interval time.Duration // minimum time between two polls, as the user set it; 0 for the default

	// Moments are the results of earlier judgments of the same process; if nil, all
	// earlier moments are judged again.
	Moments *Moments

	// Ignored are the functions whose growth the user accepts: they are listed as ignored
	// and do not affect the verdict.
	Ignored ignore.List

	GoVersion string // that the service was built with: "go1.26.1"; empty if unknown

	Limit    int64 // memory limit of the process in bytes; 0 if unknown
	GoMemory int64 // GOMEMLIMIT in bytes; 0 if unset or unknown
	// Diagnostics are problems of the data. While one of them is blocking, the
	// verdict is not steady.
	Diagnostics []profile.Diagnostic

	// Ended are the earlier processes of the target, oldest first; none if the current
	// one is of another version.
	Ended []Process

	// Past is how memory developed over the days before; zero if unknown.
	Past longterm.Outlook
	// Earlier returns the counterpart of a group in the earlier processes, see
	// [profile.History.Earlier]; nil if there were none. EarlierLive is their live heap.
	// Only the onset of growth is taken from them.
	Earlier     func(*profile.Group) profile.Line
	EarlierLive profile.Line
	// Starts are those of the processes, the current one last.
	Starts []onset.Start

	// What was requested in addition to the polls.

	// Known returns what was found out about the goroutines of a stack; nil if nothing was
	// requested.
	Known map[*profile.Stack]StackFacts
}

// watchedTime returns how long the process was watched.
func (in *Input) watchedTime() time.Duration {
	if in.Start.IsZero() {
		return 0
	}
	return max(0, in.Now.Sub(in.Start))
}

// ignoresGroup reports whether the user accepts the growth of a group.
func (in *Input) ignoresGroup(g *profile.Group) bool {
	return g != nil && g.Blame != nil && in.Ignored.Matches(g.Blame.Name)
}

// notIgnored returns the live heap without what ignored functions hold.
func (in *Input) notIgnored(live []profile.Value) []profile.Value {
	var ignored []*profile.Group
	for i := range in.Heap {
		if g := &in.Heap[i]; len(g.Points) > 0 && in.ignoresGroup(g) {
			ignored = append(ignored, g)
		}
	}
	if len(ignored) == 0 {
		return live
	}
	out := slices.Clone(live)
	for i := range out {
		for _, g := range ignored {
			out[i].V -= float64(groupAt(g, out[i].Time))
		}
	}
	return out
}

// StackFacts are the results of the user's requests about the goroutines of one stack.
type StackFacts struct {
	// Creators started them, according to an execution trace, the most active first.
	Creators []trace.Creator
	// Leaked means that the runtime has proven them to be blocked forever (the
	// goroutineleak profile).
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
	Cohort      Cohort        // of the two newest dumps that are far enough apart
	CohortGap   time.Duration // time between these
}

// Starter returns where the goroutines are started: from a trace, else the go
// statement in the dump, unless that is in the standard library. Func is nil if
// neither is known.
func (k StackFacts) Starter() profile.Frame { return k.starter().Frame }

func (k StackFacts) starter() creator {
	switch {
	case len(k.Creators) > 0:
		c := k.Creators[0]
		return creator{Frame: profile.Frame{Func: c.Func, Line: c.Line}, called: c.Called}
	case k.Creator.Func != nil && k.Creator.Func.Class >= profile.ClassDep:
		return creator{Frame: k.Creator}
	}
	return creator{}
}

// Cohort is the goroutines in one full dump, and how many of them are also in
// another one at least half a minute later: all of them if they leak, 26% to 80% of
// long polls.
type Cohort struct {
	Before, Stayed int
}

// The measures of a cohort.
const (
	staysAbove = 0.9 // minimum share of goroutines for a cohort to count as staying
	riseStays  = 0.8 // minimum share of the growth that remains if a leak is mixed with other goroutines
)

// turnsOver reports whether the goroutines come and go: fewer stayed than were
// added, so it is the number of concurrent ones that grows.
func (c Cohort) turnsOver(rise float64) bool {
	return c.Before > 0 && !c.Stays() && float64(c.Stayed) < riseStays*rise
}

// Stays reports whether hardly any of the goroutines come and go.
func (c Cohort) Stays() bool { return float64(c.Stayed) >= staysAbove*float64(c.Before) }

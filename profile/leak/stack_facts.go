package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/trace"
)

// StackFacts is what requests of the user found out about the goroutines of one
// stack.
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
	staysAbove = 0.9 // share of goroutines from which on a cohort stays
	riseStays  = 0.8 // share of the growth that remains of a leak mixed with other goroutines
)

// turnsOver reports whether the goroutines come and go: fewer stayed than were
// added, so it is the number of concurrent ones that grows.
func (c Cohort) turnsOver(rise float64) bool {
	return c.Before > 0 && !c.Stays() && float64(c.Stayed) < riseStays*rise
}

// Stays reports whether hardly any of the goroutines come and go.
func (c Cohort) Stays() bool { return float64(c.Stayed) >= staysAbove*float64(c.Before) }

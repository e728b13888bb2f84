package leak

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// Input is what is known at one poll of the target's present process. Nothing
// from before a restart may be in it.
type Input struct {
	Now   time.Time // of the newest poll, by the clock of the points
	Start time.Time // when the watch of this process began

	Heap       []profile.Group  // one a blamed function
	Goroutines []profile.Group  // one a stack
	Memory     []memory.Reading // the oldest first

	// HeapLive is the sum of the newest heap profile in bytes, as tables and charts
	// show it. 0: the sum of the groups, which leave out what is too little to judge.
	HeapLive int64
	// Allocated are the bytes allocated since the process began, by the heap
	// profiles; nil if that is not known.
	Allocated []profile.Value

	// Live is the live heap in all, by the heap profiles; nil if that is not known.
	Live []profile.Value

	// HeapCoverage and GoroutineCoverage are how the polls went; where they are
	// zero, the groups say.
	HeapCoverage, GoroutineCoverage Coverage

	Recorded bool          // the source is a recording: nothing more will come
	Interval time.Duration // the least time between two polls, as the user has it; 0 for the usual

	GoVersion string // that the service was built with: "go1.26.1"; empty if not known

	Limit    int64 // memory limit of the process in bytes; 0 if there is none known
	GoMemory int64 // GOMEMLIMIT in bytes; 0 if not set or not known
	// Diagnostics are what is wrong with the data. While one of them is blocking,
	// nothing is called steady.
	Diagnostics []profile.Diagnostic

	// What was requested on top of the polls, by stack; all may be nil.

	// Creators are where the goroutines of a stack are started, as an execution
	// trace or the full goroutine dump shows it.
	Creators map[*profile.Stack]profile.Frame
	// Proven are the stacks whose goroutines the runtime has proven to be
	// blocked for ever (the goroutineleak profile).
	Proven map[*profile.Stack]bool
	// States are the wait reasons of the full goroutine dump: "chan receive
	// (nil chan)".
	States map[*profile.Stack]string
	// Cohorts are how many of the goroutines of a stack two full dumps both have.
	Cohorts map[*profile.Stack]Cohort
	// Notes are sentences for the evidence on what such requests found about the
	// goroutines of a stack.
	Notes map[*profile.Stack][]string
}

// watchedTime is how long the process was watched.
func (in *Input) watchedTime() time.Duration {
	if in.Start.IsZero() {
		return 0
	}
	return max(0, in.Now.Sub(in.Start))
}

package session

import (
	"math"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
)

// State is everything known at one moment. It is immutable.
type State struct {
	// Revision counts changes of the data: while it is the same, tables are too.
	Revision int
	// Moment counts the moments that a replay moved to: knowledge of one does not
	// apply to another.
	Moment int
	// History is what the remaining fields are derived from.
	History *profile.History
	Status  source.Status
	Facts   profile.Facts
	Report  leak.Report
	// Before is the last report on the process before the last restart; its verdict
	// is empty if there was none.
	Before     leak.Report
	BeforeName string // of the target then
	// Longest is the last report on the restarted process that was watched for
	// longest.
	Longest leak.Report
	// Processes are the judged processes of the target that have ended, oldest first.
	// LongestProcess is the index of the one that Longest is about.
	Processes      []leak.Process
	LongestProcess int
	Polls          int // readable profiles, of all processes
	Events         []profile.Event

	// The lines of the charts, over all processes.
	Heap       profile.Line // live heap, bytes
	Goroutines profile.Line
	RSS        profile.Line // bytes: what counts against the limit, or the best known approximation
	Sys        profile.Line // bytes that the Go runtime obtained from the system

	// Groups are what is judged: blamed functions and goroutine stacks.
	Groups []profile.Group
	Memory []memory.Reading // of the current process
	// Known is what requests of the user revealed about goroutines, by stack.
	Known map[*profile.Stack]leak.StackFacts

	Start    time.Time // when the watch of the current process began
	First    time.Time // when the watch began
	Now      time.Time // of the newest message
	Restarts int
	Several  bool          // different processes answer in turn, so these were not restarts
	Stale    time.Duration // age of the newest distinct heap profile
	Repeats  int           // heap polls since that repeated it

	// Replay is the position of a replay, nil for a live target.
	Replay *Replay
	// Recording is the state of the recording, nil if there is none.
	Recording *Recording

	// Past is the data of the days before the watch, nil if no metrics store was
	// queried, or it has not answered yet.
	Past *Past

	// Push is the state of sending to a store, nil if nothing is sent.
	Push *source.Push

	// Diagnostics are all problems of the watch, including those of the report, those
	// that stop data from arriving first.
	Diagnostics []profile.Diagnostic

	// Gone is when the process left the fleet that it was watched in; zero if it did not.
	// GoneReason is why; empty if unknown.
	Gone       time.Time
	GoneReason string

	Ended bool  // nothing more will arrive
	Err   error // why it ended, nil if normally
}

// Newest returns the newest value of one of the lines; ok is false if there is none
// of the current process. Values of the previous process do not count.
func (s State) Newest(l profile.Line) (v float64, ok bool) {
	seg := lastSegment(l)
	if len(seg) == 0 || s.Restarts > 0 && (s.Start.IsZero() || seg[0].Time.Before(s.Start)) {
		return 0, false
	}
	return seg[len(seg)-1].V, true
}

// TotalOf returns the line of the total of heap or goroutine profiles.
func (s State) TotalOf(k profile.Kind) profile.Line {
	if k == profile.Goroutine {
		return s.Goroutines
	}
	return s.Heap
}

// GrowthPerHour returns the hourly rate of the total of heap or goroutine profiles of the
// current process over a window. ok is false if its confidence interval includes 0, as for
// a sawtooth.
func (s State) GrowthPerHour(of profile.Kind, window time.Duration) (perHour float64, ok bool) {
	seg := lastSegment(s.TotalOf(of))
	if len(seg) == 0 || s.Start.IsZero() {
		return 0, false
	}
	r := leak.RateOfLine(seg, seg[len(seg)-1].Time.Add(-window))
	if math.Abs(r.PerHour)*r.Over.Hours() < 1 {
		return 0, false // less than one goroutine
	}
	return s.Report.RaiseToParts(r, of), r.IsCertain()
}

// advanceTo advances Now to t, never back.
func (s *State) advanceTo(t time.Time) {
	if t.After(s.Now) {
		s.Now = t
	}
}

package session

import (
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source"
)

// State is what is known at a moment. It is immutable: neither the session nor who
// gets it changes what it holds.
type State struct {
	// Revision counts what came from the target: while it is the same, tables stay
	// as they are.
	Revision int
	// Moment counts the moments that a replay went to: what was learnt at one is not
	// of another.
	Moment int
	// History is what the rest is made from.
	History *profile.History
	Status  source.Status
	Facts   profile.Facts
	Report  leak.Report
	// Before is the last report on the process before the last restart; its
	// verdict is empty if there was none.
	Before     leak.Report
	BeforeName string // of the target then
	// Longest is that of the restarted processes that was watched for longest,
	// its last report.
	Longest leak.Report
	Polls   int // profiles that came and could be read, of all processes
	Events  []profile.Event

	// The lines of the charts, over all processes that were seen.
	Heap       profile.Line // live heap, bytes
	Goroutines profile.Line
	RSS        profile.Line // bytes: what counts against the limit, as well as known
	Sys        profile.Line // bytes that the Go runtime has of the system

	// Groups are what is judged: guilty functions and goroutine stacks.
	Groups []profile.Group
	Memory []memory.Reading // of the present process
	// Known is what was found out on a key about goroutines, by their stacks.
	Known map[*profile.Stack]StackFacts

	Start    time.Time // when the watch of the present process began
	First    time.Time // when the watch began
	Now      time.Time // of the newest message
	Restarts int
	Several  bool          // different processes answer in turn: these were no restarts
	Stale    time.Duration // how long ago the newest heap profile was new
	Repeats  int           // heap polls since, that said the same

	// Replay is where a replay stands, nil for a live target.
	Replay *Replay
	// Recording is how the recording goes, nil while there is none.
	Recording *Recording

	// Diagnostics are everything that is wrong with the watch, those of the report
	// among them, first what keeps data from coming.
	Diagnostics []profile.Diagnostic

	Ended bool  // nothing more will come
	Err   error // why it ended, nil for a good end
}

// Newest returns the newest value of one of the lines; ok is false if none is known of the
// present process. What the process before had is no figure of this one.
func (s State) Newest(l profile.Line) (v float64, ok bool) {
	seg := lastSegment(l)
	if len(seg) == 0 || s.Restarts > 0 && (s.Start.IsZero() || seg[0].Time.Before(s.Start)) {
		return 0, false
	}
	return seg[len(seg)-1].V, true
}

// advanceTo moves the newest moment on to t, never back.
func (s *State) advanceTo(t time.Time) {
	if t.After(s.Now) {
		s.Now = t
	}
}

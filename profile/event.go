package profile

import (
	"strings"
	"time"
)

// EventKind classifies an event, see the constants.
type EventKind string

// What can happen during a watch.
const (
	EventRestart   EventKind = "restart"   // the target is another process from here on
	EventGC        EventKind = "gc"        // one or more collections ended
	EventFailed    EventKind = "failed"    // polls fail from here on
	EventRecovered EventKind = "recovered" // polls succeed again
	EventMark      EventKind = "mark"      // the user set a baseline or a mark
	EventVerdict   EventKind = "verdict"   // a suspect appeared or was withdrawn
	EventNote      EventKind = "note"      // anything else worth a line: a pod was replaced, a port was chosen
)

// Event is one thing that happened, with its place on the charts' time axis.
type Event struct {
	Time time.Time `json:"time"`
	Kind EventKind `json:"kind"`
	// Text is one line for people: "restarted, OOMKilled, exit 137, limit 512 MiB". It
	// is empty if Outcome says what happened.
	Text string `json:"text,omitempty"`

	// Outcome applies to notes: what a request of the user found out.
	Outcome *Outcome `json:"outcome,omitempty"`
	// Suspect applies to verdicts: what appeared as a suspect, or was withdrawn.
	Suspect EventSuspect `json:"suspect,omitzero"`

	// Switched applies to restarts: the user chose another process, so the target did
	// not restart.
	Switched bool `json:"switched,omitempty"`
	// Rescaled applies to restarts: the same process continues, but samples its heap at
	// another rate.
	Rescaled bool `json:"rescaled,omitempty"`
	// NewPod applies to restarts: another pod replaced the previous one. NewVersion
	// means that the new one runs another version.
	NewPod     bool `json:"newPod,omitempty"`
	NewVersion bool `json:"newVersion,omitempty"`
	// Exit applies to restarts: how the previous process ended, as far as known.
	Exit Exit `json:"exit,omitzero"`
	// Endpoint applies to failures and recoveries: the profile concerned; empty for
	// the target as a whole.
	Endpoint Kind `json:"endpoint,omitempty"`
	// Since applies to recoveries: when the failure began. Nothing is known between
	// it and Time.
	Since time.Time `json:"since,omitzero"`
}

// EventSuspect identifies a suspect.
type EventSuspect struct {
	Kind  string `json:"kind,omitempty"`  // a leak.Kind: "heap", "goroutine", "offheap"
	Label string `json:"label,omitempty"` // the short name of its function
	// Claim, and PerHour in Unit, are of a suspect that appeared: what it does, and how
	// fast it grew then.
	Claim   string  `json:"claim,omitempty"`
	PerHour float64 `json:"perHour,omitempty"`
	Unit    string  `json:"unit,omitempty"`
}

// Exit is how a process ended.
type Exit struct {
	Reason   string    `json:"reason,omitempty"` // "OOMKilled"
	Code     int       `json:"code,omitempty"`
	Time     time.Time `json:"time,omitzero"`
	Restarts int       `json:"restarts,omitempty"` // of the container, this one included
}

// IsOutOfMemory reports whether the process was killed for its memory.
func (x Exit) IsOutOfMemory() bool { return strings.HasPrefix(x.Reason, "OOM") }

// Request is a request that the user can send to the target, see the constants.
type Request string

// The requests. Each costs the target something.
const (
	RequestTrace   Request = "trace"   // an execution trace: what starts goroutines
	RequestDump    Request = "dump"    // a full goroutine dump: states, waiting times, creators
	RequestProof   Request = "proof"   // goroutines that the runtime knows to be blocked forever
	RequestCollect Request = "collect" // a garbage collection
)

// Outcome is the result of a request by the user.
type Outcome struct {
	Request Request `json:"request"`
	// Goroutines are how many there were: started during the trace, in the dump, or
	// proven to leak.
	Goroutines int `json:"goroutines,omitempty"`
	// Places is the number of stacks of these goroutines; of a trace, the number of
	// stacks whose creators are known by now.
	Places int `json:"places,omitempty"`

	// Seconds is the duration of a trace, and Stayed how many of the goroutines that
	// started within it had not ended when it did.
	Seconds int `json:"seconds,omitempty"`
	Stayed  int `json:"stayed,omitempty"`
	// Wanted means that a suspect lacked a creator before the trace, and Creators are
	// those found for such suspects.
	Wanted   bool             `json:"wanted,omitempty"`
	Creators []OutcomeCreator `json:"creators,omitempty"`

	// Compared means that a dump was compared with an earlier one.
	Compared bool `json:"compared,omitempty"`
	// Truncated means that a dump is incomplete, because it was too large.
	Truncated bool `json:"truncated,omitempty"`

	// Took is how long a collection took, including the response.
	Took time.Duration `json:"took,omitempty"`
}

// OutcomeCreator is a function that a trace saw start a suspect's goroutines.
type OutcomeCreator struct {
	Function string `json:"function"` // short name of what starts them
	Starts   string `json:"starts"`   // short name of the suspect
	Seen     int    `json:"seen"`     // goroutines started within the trace
}

// LacksCreator reports whether a trace that should have named a creator did not.
func (o Outcome) LacksCreator() bool {
	return o.Request == RequestTrace && o.Wanted && len(o.Creators) == 0
}

package profile

import "time"

// EventKind classifies an event, see the constants.
type EventKind string

// What can happen during a watch.
const (
	EventRestart   EventKind = "restart"   // the target is another process from here on
	EventGC        EventKind = "gc"        // one or more collections ended
	EventFailed    EventKind = "failed"    // polls fail from here on
	EventRecovered EventKind = "recovered" // polls succeed again
	EventMark      EventKind = "mark"      // the user set a baseline or a mark
	EventVerdict   EventKind = "verdict"   // a suspect appeared or was taken back
	EventNote      EventKind = "note"      // anything else worth a line: a pod was replaced, a port was chosen
)

// Event is one thing that happened, with its place on the charts' time axis.
type Event struct {
	Time time.Time `json:"time"`
	Kind EventKind `json:"kind"`
	// Text is one line for people: "restarted, OOMKilled, exit 137, limit 512 MiB". It
	// is empty where Outcome says what happened.
	Text string `json:"text,omitempty"`

	// Outcome applies to notes: what a request of the user found out.
	Outcome *Outcome `json:"outcome,omitempty"`
	// Suspect applies to verdicts: what appeared as a suspect, or was withdrawn.
	Suspect EventSuspect `json:"suspect,omitzero"`

	// Switched applies to restarts: the user chose another process, so the target did
	// not restart.
	Switched bool `json:"switched,omitempty"`
	// Rescaled applies to restarts: the same process goes on, and samples its heap at
	// another rate.
	Rescaled bool `json:"rescaled,omitempty"`
	// NewPod applies to restarts: another pod took the place of the one before, and
	// NewVersion that it runs another version.
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
	Kind  string `json:"kind,omitempty"`  // "heap", "goroutine", "offheap"
	Label string `json:"label,omitempty"` // the short name of its function
}

// Exit is how a process ended.
type Exit struct {
	Reason   string    `json:"reason,omitempty"` // "OOMKilled"
	Code     int       `json:"code,omitempty"`
	Time     time.Time `json:"time,omitzero"`
	Restarts int       `json:"restarts,omitempty"` // of the container, this one included
}

package source

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/source/problem"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
	"github.com/leaktop/leaktop/source/kube"
)

// Message is what a source sends. The set of types is closed: every receiver has a case
// for each, which a test checks.
type Message interface{ isMessage() }

// Capture is a profile.
type Capture struct{ profile.Capture }

// Reading has memory figures of the process.
type Reading struct{ memory.Reading }

// Event is something that happened to the process or its polling.
type Event struct{ profile.Event }

// Facts has new information about the target.
type Facts struct{ profile.Facts }

// Diagnostic reports damaged or missing data.
type Diagnostic struct{ profile.Diagnostic }

// Resolved withdraws the diagnostics of a code: the problem is over.
type Resolved struct{ Code profile.Code }

func (Capture) isMessage()    {}
func (Reading) isMessage()    {}
func (Event) isMessage()      {}
func (Facts) isMessage()      {}
func (Status) isMessage()     {}
func (Diagnostic) isMessage() {}
func (Resolved) isMessage()   {}

// Source is a target that can be watched: a service, a pod or a recording.
type Source interface {
	// Name returns the target for display, without secrets.
	Name() string
	// Watch sends messages until ctx ends, or until the end of a recording, where it
	// returns nil. It fails only if nothing can ever arrive; it reports a failed poll in
	// a Status. send may block; after it has returned, the data of a Capture may be
	// overwritten.
	Watch(ctx context.Context, send func(Message)) error
	// Fetch gets one profile for a user who asked for it.
	Fetch(ctx context.Context, q Query) (profile.Capture, error)
	// Offers returns the kinds that Fetch can get, as far as known.
	Offers() []profile.Kind
	// Close releases connections and files.
	Close() error
}

// Tracer is a Source that leaktop may trace without a request of the user.
type Tracer interface {
	// TraceBudget returns the share of one core of the target that watching may use.
	// ok is false if the user wants no traces except on request.
	TraceBudget() (cost float64, ok bool)
}

// Stopper is a source that can stop polling one of its kinds.
type Stopper interface {
	// StopKind stops polling a kind for good. It shows why to the user.
	StopKind(k profile.Kind, why *problem.Problem)
}

// Query is one request of a user.
type Query struct {
	Kind    profile.Kind
	Seconds int  // duration, for a timed profile
	GC      bool // heap: collect first
	Debug   int  // goroutine: 2 for full stacks with states (stops the world)
}

// Status is the state of a source's polling.
type Status struct {
	Time      time.Time
	Endpoints []Endpoint
	// Cost is the recent load of the polling on the target, as a share of one core:
	// 0.003 for 0.3%.
	Cost float64
	// Goroutines is the number on the index page; 0 if unknown.
	Goroutines int
	// WaitingSince is the start of a request whose response is late; zero if there is none.
	WaitingSince time.Time
	// LocalPort is the address of a port that the watch opened on this machine; empty if
	// there is none.
	LocalPort string
	// Diagnostics lists what currently limits what leaktop can say about the target.
	Diagnostics []profile.Diagnostic
	// Speed and Paused are for replays; Speed 0 is a live target.
	Speed  float64
	Paused bool
}

// Failure returns why the target does not deliver anything, nil if it does.
func (s Status) Failure() error {
	var first error
	for _, e := range s.Endpoints {
		if e.Disabled || e.Kind == Memory {
			continue
		}
		if e.Kind == Index {
			if e.Err != nil {
				return e.Err
			}
			continue
		}
		if e.Err == nil {
			return nil
		}
		if first == nil {
			first = e.Err
		}
	}
	return first
}

// IsSilent reports whether nothing is arriving at the moment: polls fail, or wait for an
// answer.
func (s Status) IsSilent() bool { return s.Failure() != nil || !s.WaitingSince.IsZero() }

// Endpoints of a Status that are not profiles.
const (
	Index  profile.Kind = "index"  // the list of profiles; if it fails, the target is away
	Memory profile.Kind = "memory" // a place that has memory figures
)

// Endpoint is the state of one polled endpoint.
type Endpoint struct {
	Kind profile.Kind  // or [Index] or [Memory]
	Path string        // path of the requests: "/debug/pprof/heap"
	Last time.Time     // time of the last success; zero if there was none
	Next time.Time     // time of the next poll
	Wait time.Duration // interval of the polls
	Work time.Duration // CPU time that the last response cost the target
	// Err is the error of the last poll, nil if it succeeded. It says what happened, why
	// and what to do next.
	Err error
	// Disabled means that the endpoint is no longer polled, because the target does not serve
	// it.
	Disabled bool
}

// PodChooser is a Source whose target names several processes, such as the pods of a
// deployment, one of which is watched.
type PodChooser interface {
	// Choices lists the current candidates, the best first.
	Choices(ctx context.Context) ([]kube.Candidate, error)
	// Choose switches to another one. It sends an EventRestart, because nothing is
	// compared across the switch. If the candidate does not serve pprof, Choose
	// fails and the watch continues as before.
	Choose(ctx context.Context, c kube.Candidate) error
	// Current returns the name of the one that is being watched.
	Current() string
}

// OpenReporter is a Source that made choices while it was opened that the user should
// know about: which of several pods, which port.
type OpenReporter interface {
	// OpenRemarks returns sentences, the most important first. A watch also sends them
	// as events.
	OpenRemarks() []string
}

// HistoryLimiter is a source whose options bound what a watch keeps of it.
type HistoryLimiter interface {
	// HistoryLimit returns the maximum size of the history in bytes; 0 means the
	// default.
	HistoryLimit() int64
}

package source

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/memory"
)

// Message is one thing that a source sends. The set of types is closed, so that
// whoever takes messages can have a case for each; a test holds them to it.
type Message interface{ isMessage() }

// Capture is a profile as it came.
type Capture struct{ profile.Capture }

// Reading is a look at the process's memory.
type Reading struct{ memory.Reading }

// Event is something that happened.
type Event struct{ profile.Event }

// Facts is something that became known of the target.
type Facts struct{ profile.Facts }

// Diagnostic is something that is wrong with the data as a whole: what is damaged or
// left out.
type Diagnostic struct{ profile.Diagnostic }

func (Capture) isMessage()    {}
func (Reading) isMessage()    {}
func (Event) isMessage()      {}
func (Facts) isMessage()      {}
func (Status) isMessage()     {}
func (Diagnostic) isMessage() {}

// Source is a target that can be watched.
type Source interface {
	// Name is the target as the header shows it; no secrets.
	Name() string
	// Watch sends what it learns until ctx ends or there is no more (a
	// recording), in which case it returns nil. It fails only where nothing
	// can ever come; a failed poll is a Status. send may block.
	Watch(ctx context.Context, send func(Message)) error
	// Fetch asks for one profile now, because a user pressed a key.
	Fetch(ctx context.Context, q Query) (profile.Capture, error)
	// Offers lists what Fetch can get, as far as it is known yet.
	Offers() []profile.Kind
	// Close ends what the source holds open.
	Close() error
}

// Tracer is a Source that may be traced without being asked to.
type Tracer interface {
	// TraceBudget returns the share of one core of the target that watching may use.
	// ok is false if the user does not want traces, other than on a key.
	TraceBudget() (cost float64, ok bool)
}

// Stopper is a source that can do without one of the kinds that it polls.
type Stopper interface {
	// StopKind ends the polls of a kind for good. Why is a sentence for people.
	StopKind(k profile.Kind, why *Problem)
}

// Query is one request made by a user.
type Query struct {
	Kind    profile.Kind
	Seconds int  // for a timed profile
	GC      bool // heap: collect first
	Debug   int  // goroutine: 2 for full stacks with states (stops the world)
}

// Status is how the polling of a source goes: one row an endpoint.
type Status struct {
	Time      time.Time
	Endpoints []Endpoint
	// Cost is the measured share of one core of the target that the polling
	// took of late, 0.003 for 0.3%.
	Cost float64
	// Goroutines is the total from the index page; 0 if it is not known.
	Goroutines int
	// Asked is since when an answer is waited for that is late; zero if none is.
	Asked time.Time
	// Local names a port that is open on this machine because of the watch,
	// and is empty if there is none.
	Local string
	// Diagnostics are what limits what can be said of the target, as the source
	// knows it now.
	Diagnostics []profile.Diagnostic
	// Speed and Paused are for replays; Speed 0 is a live target.
	Speed  float64
	Paused bool
}

// Failure is why nothing comes from the target, nil if something does.
func (s Status) Failure() error {
	var first error
	for _, e := range s.Endpoints {
		if e.Off || e.Kind == Memory {
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

// The endpoints of a Status that are no profiles.
const (
	Index  profile.Kind = "index"  // the list of profiles; its failure means that the target is away
	Memory profile.Kind = "memory" // where the MemStats come from
)

// Endpoint is the state of one polled endpoint.
type Endpoint struct {
	Kind profile.Kind // or [Index] or [Memory]
	// From is the path that is asked: "/debug/pprof/heap".
	From string
	Last time.Time // the last success; zero if none yet
	Next time.Time // when it is asked again
	Wait time.Duration
	Work time.Duration // what the last answer cost the target
	// Err is why the last poll failed, nil if it did not. Its text is for
	// people: what happened, why, what to do next.
	Err error
	// Off says that it is not polled any more, because the target does not
	// serve it.
	Off bool
}

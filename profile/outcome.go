package profile

import "time"

// Request is what the user can ask of the target, see the constants.
type Request string

// What the user can ask of the target. Each costs it something.
const (
	RequestTrace   Request = "trace"   // an execution trace: who starts goroutines
	RequestDump    Request = "dump"    // a full goroutine dump: states, waiting times, creators
	RequestProof   Request = "proof"   // goroutines that the runtime knows to be blocked forever
	RequestCollect Request = "collect" // a garbage collection
)

// Outcome is what a request of the user found out.
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

	// Compared means that a dump was compared with one before.
	Compared bool `json:"compared,omitempty"`
	// Truncated means that a dump is not whole, because it is too large.
	Truncated bool `json:"truncated,omitempty"`

	// Took is how long a collection took, with the answer.
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

package shop

import "context"

// Kind distinguishes leaks from look-alikes.
type Kind string

// The kinds of scenario.
const (
	Leak      Kind = "leak"
	LookAlike Kind = "look-alike"
)

// Scenario is a leak or look-alike of the sample service.
type Scenario struct {
	Name  string // as on the command line
	Kind  Kind
	About string // what happens, and how fast, in one line
	Want  Want
	// Endless means that nothing can wake the scenario's goroutines: they last as
	// long as the process.
	Endless bool
	// Start registers handlers, starts traffic, and returns.
	Start func(ctx context.Context, e *Environment)
}

// The values of [Want].Kind.
const (
	GrowsHeap       = "heap"
	GrowsGoroutines = "goroutine"
	GrowsOffHeap    = "offheap"
)

// Want is the expected finding of a scenario.
type Want struct {
	// Kind is what grows, in a look-alike for a while: "heap" for live memory of
	// the Go heap, "goroutine", or "offheap" for memory that the Go runtime does
	// not manage.
	Kind string
	// Function is the function to blame, with its package path; for a look-alike,
	// the function that must not be blamed. It is empty if no profile can name
	// one.
	Function string
	// Signature names the cause of a leak ("unclosed-response-body"), or the
	// look-alike ("sawtooth").
	Signature string
	// StackFunction is the function that stacks alone can blame. It differs from
	// Function if that is on no stack and takes an execution trace to find. Then
	// it is empty, unless the stacks correctly blame another function.
	StackFunction string
	// StackSignature is the cause that stacks alone can show, if that is less
	// specific than Signature.
	StackSignature string
	// PerSecond is the rate of the leak, in bytes or goroutines per second, if the
	// machine keeps up, which the service reports at /pace. 0 means unknown.
	PerSecond float64
}

// WithRate returns w with a rate.
func (w Want) WithRate(perSecond float64) Want {
	w.PerSecond = perSecond
	return w
}

// NewWant returns the Want of growth of a kind that stacks alone can explain.
// function has its package path.
func NewWant(kind, function, signature string) Want {
	return Want{Kind: kind, Function: function, StackFunction: function, Signature: signature, StackSignature: signature}
}

package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

// Kind tells leaks from what only looks like one.
type Kind string

// The kinds of scenario.
const (
	Leak      Kind = "leak"
	LookAlike Kind = "look-alike"
)

// Scenario is one thing that the sample service can do wrong, or seem to.
type Scenario struct {
	Name  string // as given on the command line
	Kind  Kind
	About string // one line: what happens, and how fast
	Want  Want
	// endless marks goroutines that nothing can wake: only the end of the
	// process undoes them.
	endless bool
	// start registers handlers and starts traffic, and returns.
	start func(ctx context.Context, e *env)
}

// What a leak is of: the values of [Want].Kind.
const (
	ofHeap       = "heap"
	ofGoroutines = "goroutine"
	ofOffHeap    = "offheap"
)

// here is the import path of this package with its dot, as a profile's
// function names begin.
const here = "github.com/leaktop/leaktop/source/demo."

// Want is what must be found.
type Want struct {
	// Kind is what grows: "heap" for live memory of the Go heap, "goroutine",
	// or "offheap" for memory that the Go runtime does not know. A look-alike
	// may do so for a while.
	Kind string
	// Function is the guilty function, with its package path; for a
	// look-alike, the function that must not be accused. Empty if no profile
	// can name one.
	Function string
	// Signature names the cause of a leak ("unclosed-response-body"), or the
	// look-alike ("sawtooth").
	Signature string
	// StackFunction is the function that the stacks alone can blame. It
	// differs from Function where the guilty one is on no stack and takes an
	// execution trace to find; then it is empty, unless the stacks blame some
	// other function rightly.
	StackFunction string
	// StackSignature is the cause that the stacks alone can tell, where that
	// is less than Signature.
	StackSignature string
	// PerSecond is how many bytes or goroutines a second leak, where the machine
	// keeps up: the service says at /pace how far it does. 0 if not known.
	PerSecond float64
}

// at returns w with the rate of the leak.
func (w Want) at(perSecond float64) Want {
	w.PerSecond = perSecond
	return w
}

// onHeap is the Want of growth in live heap allocated by a function of this package.
func onHeap(function, signature string) Want {
	return wantOf(ofHeap, function, signature)
}

// onGoroutines is the Want of goroutines that hang in a function of this package.
func onGoroutines(function, signature string) Want {
	return wantOf(ofGoroutines, function, signature)
}

func wantOf(kind, function, signature string) Want {
	f := here + function
	return Want{Kind: kind, Function: f, StackFunction: f, Signature: signature, StackSignature: signature}
}

// Scenarios returns the table of all scenarios: the leaks, the default ones
// first, then the look-alikes.
func Scenarios() []Scenario {
	return slices.Concat(leaks, lookAlikes)
}

// Defaults returns the scenarios that run when none is named.
func Defaults() []Scenario {
	return slices.Clone(leaks[:seeds])
}

// Lookup returns the scenarios with the given names, each once, in the order
// given; without names, [Defaults]. The error for an unknown name says which
// there are, and which is nearest.
func Lookup(names []string) ([]Scenario, error) {
	if len(names) == 0 {
		return Defaults(), nil
	}
	all := Scenarios()
	var found []Scenario
	for _, name := range names {
		i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
		switch {
		case i < 0:
			return nil, unknown(name, all)
		case !slices.ContainsFunc(found, func(s Scenario) bool { return s.Name == name }):
			found = append(found, all[i])
		}
	}
	return found, nil
}

func unknown(name string, all []Scenario) error {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	hint := ""
	if n := nearest(name, names); n != "" {
		hint = fmt.Sprintf("; did you mean %s?", n)
	}
	return fmt.Errorf("find leak %q: the sample service has none of that name%s\nit has: %s",
		name, hint, strings.Join(names, " "))
}

// List writes the table of scenarios for people, one a line.
func List(w io.Writer, scenarios []Scenario) error {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, s := range scenarios {
		if _, err := fmt.Fprintf(t, "%s\t%s\t%s\n", s.Name, s.Kind, s.About); err != nil {
			return fmt.Errorf("list scenarios: %w", err)
		}
	}
	if err := t.Flush(); err != nil {
		return fmt.Errorf("list scenarios: %w", err)
	}
	return nil
}

package demo

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"text/tabwriter"
)

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
	// endless means that nothing can wake the scenario's goroutines: they last as
	// long as the process.
	endless bool
	// start registers handlers, starts traffic, and returns.
	start func(ctx context.Context, e *environment)
}

// The values of [Want].Kind.
const (
	growsHeap       = "heap"
	growsGoroutines = "goroutine"
	growsOffHeap    = "offheap"
)

// packagePrefix is the prefix of this package's function names in profiles.
const packagePrefix = "github.com/leaktop/leaktop/source/demo."

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

// withRate returns w with a rate.
func (w Want) withRate(perSecond float64) Want {
	w.PerSecond = perSecond
	return w
}

// wantHeap returns the Want of live heap allocated by a function of this package.
func wantHeap(function, signature string) Want {
	return newWant(growsHeap, function, signature)
}

// wantGoroutines returns the Want of goroutines blocked in a function of this
// package.
func wantGoroutines(function, signature string) Want {
	return newWant(growsGoroutines, function, signature)
}

func newWant(kind, function, signature string) Want {
	f := packagePrefix + function
	return Want{Kind: kind, Function: f, StackFunction: f, Signature: signature, StackSignature: signature}
}

// Scenarios returns the table of all scenarios: the leaks, the default ones
// first, then the look-alikes.
func Scenarios() []Scenario {
	return slices.Concat(leaks, lookAlikes)
}

// Defaults returns the scenarios that run when none is named.
func Defaults() []Scenario {
	return slices.Clone(leaks[:defaultCount])
}

// Lookup returns the scenarios with the given names, without duplicates, in the
// order given; without names, [Defaults]. The error for an unknown name lists all
// names and suggests the nearest one.
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
			return nil, errUnknownLeak(name, all)
		case !slices.ContainsFunc(found, func(s Scenario) bool { return s.Name == name }):
			found = append(found, all[i])
		}
	}
	return found, nil
}

func errUnknownLeak(name string, all []Scenario) error {
	names := make([]string, len(all))
	for i, s := range all {
		names[i] = s.Name
	}
	hint := ""
	if n := nearestName(name, names); n != "" {
		hint = fmt.Sprintf("; did you mean %s?", n)
	}
	return fmt.Errorf("find leak %q: no such leak%s\navailable: %s",
		name, hint, strings.Join(names, " "))
}

// List writes the scenarios as a table, one per line.
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

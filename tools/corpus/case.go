package main

import (
	"context"
	"hash/fnv"
	"strings"

	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/source/demo/shop"
	"github.com/leaktop/leaktop/tools/corpus/service"
)

// testCase is a service with its real leaks.
type testCase struct {
	name  string
	leaks []truth // none for a look-alike
	// library means that it leaks through a library.
	library bool
	// silent means that profiles cannot show the leak: the verdict must be undecided.
	silent bool
	// ramp means that a temporary alarm is unavoidable.
	ramp  bool
	start func(ctx context.Context) (*child, error)
}

// isHeldBack reports whether the case belongs to the half on which the judge is not
// tuned. The name decides, so that the choice is not biased.
func (c testCase) isHeldBack() bool {
	h := fnv.New32a()
	_, _ = h.Write([]byte(c.name))
	return h.Sum32()%2 == 0
}

// truth is one leak.
type truth struct {
	function   string   // end of the function's name; empty if no function can be named
	hidden     bool     // no stack shows it: a function of the standard library is acceptable
	signatures []string // acceptable ones; empty to accept any
	perSecond  float64  // 0 if unknown
}

func (t truth) is(function string) bool {
	return strings.HasSuffix(function, t.function) || t.hidden && !strings.Contains(function, "leaktop")
}

func demoCases() []testCase {
	var out []testCase
	for _, s := range demo.Scenarios() {
		c := testCase{name: s.Name, start: func(ctx context.Context) (*child, error) { return startDemo(ctx, s.Name) }}
		if s.Kind == shop.Leak {
			c.leaks = []truth{{s.Want.Function, s.Want.StackFunction == "", []string{s.Want.StackSignature, s.Want.Signature}, s.Want.PerSecond}}
		}
		out = append(out, c)
	}
	return out
}

func serviceCases() []testCase {
	var out []testCase
	for _, s := range service.All() {
		c := testCase{name: s.Name, library: s.Library, silent: s.Silent, ramp: s.Ramp, start: func(ctx context.Context) (*child, error) { return startService(ctx, s.Name) }}
		for _, l := range s.Leaks {
			c.leaks = append(c.leaks, truth{l.Function, false, l.Signatures, l.PerSecond})
		}
		out = append(out, c)
	}
	return out
}

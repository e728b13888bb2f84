package main

import (
	"context"
	"strings"

	"github.com/leaktop/leaktop/source/demo"
	"github.com/leaktop/leaktop/tools/corpus/service"
)

// testCase is a service and its truth.
type testCase struct {
	name  string
	leaks []truth // none for a look-alike
	// silent leaks cannot be seen: the verdict must stay open.
	silent bool
	// ramp says that a passing alarm cannot be avoided.
	ramp  bool
	start func(ctx context.Context) (*child, error)
}

// truth is one leak.
type truth struct {
	function   string   // the end of its name; empty if there is none to name
	hidden     bool     // no stack shows it: that of the standard library will do
	signatures []string // any will do; none is not looked at
	perSecond  float64  // 0 if not known
}

func (t truth) is(function string) bool {
	return strings.HasSuffix(function, t.function) || t.hidden && !strings.Contains(function, "leaktop")
}

func demoCases() []testCase {
	var out []testCase
	for _, s := range demo.Scenarios() {
		c := testCase{name: s.Name, start: func(ctx context.Context) (*child, error) { return startDemo(ctx, s.Name) }}
		if s.Kind == demo.Leak {
			c.leaks = []truth{{s.Want.Function, s.Want.StackFunction == "", []string{s.Want.StackSignature, s.Want.Signature}, s.Want.PerSecond}}
		}
		out = append(out, c)
	}
	return out
}

func serviceCases() []testCase {
	var out []testCase
	for _, s := range service.All() {
		c := testCase{name: s.Name, silent: s.Silent, ramp: s.Ramp, start: func(ctx context.Context) (*child, error) { return startService(ctx, s.Name) }}
		for _, l := range s.Leaks {
			c.leaks = append(c.leaks, truth{l.Function, false, l.Signatures, l.PerSecond})
		}
		out = append(out, c)
	}
	return out
}

package tui

import (
	"testing"

	"github.com/leaktop/leaktop/source/problem"
)

// A reason that says by itself what was done, as package kube's do, has nothing
// put before it.
func TestExplainWithoutWhat(t *testing.T) {
	if got := Explain(&problem.Problem{Why: "reach port 1 of pod x: connection refused", Next: "name the port"}); got != "reach port 1 of pod x: connection refused; name the port" {
		t.Errorf("got %q", got)
	}
}

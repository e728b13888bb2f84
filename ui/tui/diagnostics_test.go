package tui

import (
	"testing"

	"github.com/leaktop/leaktop/source/problem"
)

// A reason that says what was attempted, as those of package kube do, gets no
// prefix.
func TestExplainWithoutWhat(t *testing.T) {
	if got := Explain(&problem.Problem{Why: "reach port 1 of pod x: connection refused", Next: "name the port"}); got != "reach port 1 of pod x: connection refused; name the port" {
		t.Errorf("got %q", got)
	}
}

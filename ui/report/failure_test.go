package report

import (
	"errors"
	"fmt"
	"testing"

	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/source/kube"
	"github.com/leaktop/leaktop/source/problem"
)

// Members that do not answer are counted with their causes, the most frequent first, and
// with "yet" while no cause is known.
func TestWhyMembersAreSilent(t *testing.T) {
	refused := &problem.Problem{Cause: problem.CauseRefused}
	for want, errs := range map[string][]error{
		" yet":                     {nil, nil},
		" (2 refused, 1 no pprof)": {&problem.Problem{Cause: problem.CauseMissing}, refused, refused, nil},
		" (refused)":               {fmt.Errorf("reach the pod: %w", kube.ErrRefused)},
		" (no answer)":             {errors.New("reset")},
	} {
		var w fleetWording
		for _, err := range errs {
			w.st.Members = append(w.st.Members, fleet.Member{Err: err})
			w.sum.Silent++
		}
		if got := w.describeFailures(); got != want {
			t.Errorf("%v is described as %q, want %q", errs, got, want)
		}
	}
}

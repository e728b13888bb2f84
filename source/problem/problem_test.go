package problem

import (
	"errors"
	"fmt"
	"testing"

	"github.com/leaktop/leaktop/profile"
)

// TestDescribe checks that the description of a failure is a statement, not an instruction,
// and that it says what to do next.
func TestDescribe(t *testing.T) {
	p := &Problem{Subject: "get heap from localhost:6060", Why: "no response within 10s", Next: "the service hangs"}
	for _, tt := range []struct {
		err           error
		whole, reason string
	}{
		{p, "cannot get heap from localhost:6060: no response within 10s; the service hangs", "no response within 10s; the service hangs"},
		{fmt.Errorf("watch it: %w", p), "cannot get heap from localhost:6060: no response within 10s; the service hangs", "no response within 10s; the service hangs"},
		{&Problem{Why: "it has ended"}, "it has ended", "it has ended"},
		{errors.New("the disk is full"), "the disk is full", "the disk is full"},
	} {
		if got := Describe(tt.err); got != tt.whole {
			t.Errorf("got %q, want %q", got, tt.whole)
		}
		if got := Reason(tt.err); got != tt.reason {
			t.Errorf("got the reason %q, want %q", got, tt.reason)
		}
		if got := Diagnose(tt.err, profile.CodeNoAnswer, profile.SeverityWarning, "").String(); got != tt.whole {
			t.Errorf("got the diagnostic %q, want %q", got, tt.whole)
		}
	}
}

package check

import (
	"strings"
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
)

// TestSeveralProcessesAreNoRestarts: behind a load balancer nothing restarted,
// and what one process did in a quiet stretch is no verdict on the service.
func TestSeveralProcessesAreNoRestarts(t *testing.T) {
	st := session.State{
		Restarts: 7, Several: true, Events: []profile.Event{{Kind: profile.EventRestart, Text: "another process answers"}},
		Report:  leak.Report{Verdict: leak.Undecided, Watched: 4 * time.Second, Warnings: []string{session.Several}},
		Longest: leak.Report{Verdict: leak.Steady, Watched: 100 * time.Second, Warnings: []string{session.Several}},
	}
	r, warnings := longest(st)
	text := strings.Join(append(r.Warnings, warnings...), "\n")
	if r.Verdict != leak.Undecided || strings.Contains(text, "restart") || strings.Count(text, session.Several) != 1 || !strings.Contains(text, "7 times") {
		t.Errorf("%s: %s", r.Verdict, text)
	}
	st.Several = false
	if r, warnings = longest(st); r.Verdict != leak.Steady || !strings.Contains(warnings[0], "restarted 7 times") {
		t.Errorf("of restarts: %s: %s", r.Verdict, warnings)
	}
}

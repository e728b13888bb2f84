package format

import (
	"fmt"
	"strings"

	"github.com/leaktop/leaktop/profile"
)

// cohortSeconds is how far apart two dumps must be to be compared, as
// session.CohortGap has it.
const cohortSeconds = 30

// Event writes what happened on one line.
func Event(e profile.Event) string {
	if e.Outcome == nil {
		return e.Text
	}
	switch e.Outcome.Request {
	case profile.RequestTrace:
		return fmt.Sprintf("Traced for %ds. ", e.Outcome.Seconds) + Outcome(*e.Outcome)
	case profile.RequestDump:
		return "Full goroutine dump. " + Outcome(*e.Outcome)
	case profile.RequestProof:
		return "Asked for leaked goroutines. " + Outcome(*e.Outcome)
	}
	return Outcome(*e.Outcome)
}

// Outcome writes what a request of the user found out, and what more can be asked.
func Outcome(o profile.Outcome) string {
	switch o.Request {
	case profile.RequestTrace:
		return traceOutcome(o)
	case profile.RequestDump:
		return dumpOutcome(o)
	case profile.RequestProof:
		if o.Goroutines == 0 {
			return "None is proven to be blocked forever. The runtime cannot tell for those that a timer, the network or a package-level variable may still wake."
		}
		return "Proven: " + Things(o.Goroutines, "goroutine") + " at " + Things(o.Places, "place") + " blocked forever. p shows them under Leaked goroutines."
	}
	return "The target has collected, which took " + Duration(o.Took) + " with the answer; this is the heap right after."
}

func traceOutcome(o profile.Outcome) string {
	switch {
	case len(o.Creators) > 0:
		named := make([]string, len(o.Creators))
		for i, c := range o.Creators {
			named[i] = fmt.Sprintf("%s starts those in %s (%s seen)", c.Function, c.Starts, Count(c.Seen))
		}
		return strings.Join(named, "; ") + "."
	case o.Wanted && o.Stayed > 0:
		return fmt.Sprintf("No creator found: within these %ds none of the suspected goroutines started, or none by code of the service.", o.Seconds)
	case o.Wanted:
		return fmt.Sprintf("No goroutine started within these %ds that stayed.", o.Seconds)
	}
	return Things(o.Goroutines, "goroutine") + " started, " + Count(o.Stayed) + " of them stayed; the creators at " + Things(o.Places, "place") + " are known now."
}

func dumpOutcome(o profile.Outcome) string {
	text := Things(o.Goroutines, "goroutine") + " at " + Things(o.Places, "place") + ": what they wait for, and for how long, is in the Goroutines pane."
	if o.Compared {
		text += " Which of them stayed since the dump before is in the evidence (v)."
	} else {
		text += fmt.Sprintf(" D again in %ds or more tells which stay.", cohortSeconds)
	}
	if o.Truncated {
		text += " The dump is not whole: it is cut at 64 MiB."
	}
	return text
}

// Things formats a number of things: "1 place", "1,200 places".
func Things(n int, what string) string {
	if n != 1 {
		what += "s"
	}
	return Count(n) + " " + what
}

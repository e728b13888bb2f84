package report

import (
	"fmt"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
)

// DescribeEvent says what happened on one line.
func DescribeEvent(e profile.Event) string {
	if e.Outcome == nil {
		return e.Text
	}
	switch e.Outcome.Request {
	case profile.RequestTrace:
		return fmt.Sprintf("Traced for %ds. ", e.Outcome.Seconds) + DescribeOutcome(*e.Outcome)
	case profile.RequestDump:
		return "Full goroutine dump. " + DescribeOutcome(*e.Outcome)
	case profile.RequestProof:
		return "Asked for leaked goroutines. " + DescribeOutcome(*e.Outcome)
	}
	return DescribeOutcome(*e.Outcome)
}

// DescribeOutcome says what a request of the user found out, and what more can be asked.
func DescribeOutcome(o profile.Outcome) string {
	switch o.Request {
	case profile.RequestTrace:
		return describeTrace(o)
	case profile.RequestDump:
		return describeDump(o)
	case profile.RequestProof:
		if o.Goroutines == 0 {
			return "None is proven to be blocked forever. The runtime cannot tell for those that a timer, the network or a package-level variable may still wake."
		}
		return "Proven: " + format.Things(o.Goroutines, "goroutine") + " at " + format.Things(o.Places, "place") + " blocked forever. p shows them under Leaked goroutines."
	}
	return "The target has collected, which took " + format.Duration(o.Took) + " with the answer; this is the heap right after."
}

func describeTrace(o profile.Outcome) string {
	switch {
	case len(o.Creators) > 0:
		named := make([]string, len(o.Creators))
		for i, c := range o.Creators {
			named[i] = fmt.Sprintf("%s starts those in %s (%s seen)", c.Function, c.Starts, format.Count(c.Seen))
		}
		return strings.Join(named, "; ") + "."
	case o.Wanted && o.Stayed > 0:
		return fmt.Sprintf("No creator found: in these %ds none of the suspected goroutines started, or the service's own code started none of them.", o.Seconds)
	case o.Wanted:
		return fmt.Sprintf("No goroutine started within these %ds that stayed.", o.Seconds)
	}
	return format.Things(o.Goroutines, "goroutine") + " started, " + format.Count(o.Stayed) + " of them stayed; the creators at " + format.Things(o.Places, "place") + " are known now."
}

func describeDump(o profile.Outcome) string {
	text := format.Things(o.Goroutines, "goroutine") + " at " + format.Things(o.Places, "place") + ": what they wait for, and for how long, is in the Goroutines pane."
	if o.Compared {
		text += " Which of them stayed since the dump before is in the evidence (v)."
	} else {
		text += fmt.Sprintf(" D again in %ds or more shows which stay.", int(session.CohortGap.Seconds()))
	}
	if o.Truncated {
		text += " The dump is incomplete: it is cut off at 64 MiB."
	}
	return text
}

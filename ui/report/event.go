package report

import (
	"fmt"
	"strings"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/format"
)

// DescribeEvent describes an event on one line.
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

// DescribeOutcome says what a request of the user found, and which request may find more.
func DescribeOutcome(o profile.Outcome) string {
	switch o.Request {
	case profile.RequestTrace:
		return describeTrace(o)
	case profile.RequestDump:
		return describeDump(o)
	case profile.RequestProof:
		if o.Goroutines == 0 {
			return "No goroutine is proven to be blocked forever. The runtime cannot prove it for those that a timer, the network or a package-level variable may still wake."
		}
		return "Proven: " + format.Things(o.Goroutines, "goroutine") + " at " + format.Things(o.Places, "place") + " blocked forever. p shows them under Leaked goroutines."
	}
	return "The target has collected garbage, in " + format.Duration(o.Took) + " including the response; this is the heap right after."
}

func describeTrace(o profile.Outcome) string {
	switch {
	case len(o.Creators) > 0:
		named := make([]string, len(o.Creators))
		for i, c := range o.Creators {
			named[i] = fmt.Sprintf("%s starts the goroutines in %s (%s seen)", c.Function, c.Starts, format.Count(c.Seen))
		}
		return strings.Join(named, "; ") + "."
	case o.Wanted && o.Stayed > 0:
		return fmt.Sprintf("No creator found: in these %ds no suspected goroutine was started, or none by the service's own code.", o.Seconds)
	case o.Wanted:
		return fmt.Sprintf("No goroutine that was started in these %ds stayed.", o.Seconds)
	}
	return format.Things(o.Goroutines, "goroutine") + " started, " + format.Count(o.Stayed) + " of them stayed; the creators at " + format.Things(o.Places, "place") + " are now known."
}

func describeDump(o profile.Outcome) string {
	text := format.Things(o.Goroutines, "goroutine") + " at " + format.Things(o.Places, "place") + ": what they wait for, and for how long, is in the Goroutines pane."
	if o.Compared {
		text += " The evidence (v) shows which of them were already in the previous dump."
	}
	if o.Truncated {
		text += " The dump is incomplete: it is cut off at 64 MiB."
	}
	return text
}

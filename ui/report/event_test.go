package report

import (
	"testing"
	"time"

	"github.com/leaktop/leaktop/profile"
)

func TestEventSaysWhatWasFound(t *testing.T) {
	for _, c := range []struct {
		event profile.Event
		want  string
	}{
		{profile.Event{Text: "restarted, exit 2"}, "restarted, exit 2"},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestTrace, Seconds: 3, Wanted: true, Creators: []profile.OutcomeCreator{{Function: "main.serve", Starts: "time.Sleep", Seen: 1200}}}},
			"Traced for 3s. main.serve starts the goroutines in time.Sleep (1,200 seen).",
		},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestTrace, Seconds: 3, Wanted: true, Goroutines: 4, Stayed: 4}},
			"Traced for 3s. No creator found: in these 3s no suspected goroutine was started, or none by the service's own code.",
		},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestTrace, Seconds: 10, Wanted: true, Goroutines: 4}},
			"Traced for 10s. No goroutine that was started in these 10s stayed.",
		},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestTrace, Seconds: 3, Goroutines: 1, Places: 2}},
			"Traced for 3s. 1 goroutine started, 0 of them stayed; the creators at 2 places are now known.",
		},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestDump, Goroutines: 1200, Places: 1, Truncated: true}},
			"Full goroutine dump. 1,200 goroutines at 1 place: what they wait for, and for how long, is in the Goroutines pane. The dump is incomplete: it is cut off at 64 MiB.",
		},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestDump, Goroutines: 1, Places: 1, Compared: true}},
			"Full goroutine dump. 1 goroutine at 1 place: what they wait for, and for how long, is in the Goroutines pane. The evidence (v) shows which of them were already in the previous dump.",
		},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestProof, Goroutines: 14, Places: 7}},
			"Asked for leaked goroutines. Proven: 14 goroutines at 7 places blocked forever. p shows them under Leaked goroutines.",
		},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestProof}},
			"Asked for leaked goroutines. No goroutine is proven to be blocked forever. The runtime cannot prove it for those that a timer, the network or a package-level variable may still wake.",
		},
		{
			profile.Event{Outcome: &profile.Outcome{Request: profile.RequestCollect, Took: 31 * time.Millisecond}},
			"The target has collected garbage, in 31ms including the response; this is the heap right after.",
		},
	} {
		if got := DescribeEvent(c.event); got != c.want {
			t.Errorf("%+v:\n got %q\nwant %q", c.event, got, c.want)
		}
	}
}

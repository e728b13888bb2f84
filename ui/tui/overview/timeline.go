package overview

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
)

// outage is a time of which nothing is known.
type outage struct{ from, to time.Time }

// outagesOf lists the outages of a kind of profile that are over, oldest first: its own,
// and those of the target as a whole.
func outagesOf(evs []profile.Event, k profile.Kind) []outage {
	var all []outage
	for _, e := range evs {
		if e.Kind == profile.EventRecovered && !e.Since.IsZero() && (e.Endpoint == "" || e.Endpoint == k) {
			all = append(all, outage{e.Since, e.Time})
		}
	}
	slices.SortStableFunc(all, func(a, b outage) int { return cmp.Or(a.to.Compare(b.to), a.from.Compare(b.from)) })
	return all
}

// minGap is the time between two points from which on a line may end between them
// although no outage is known, as while this machine slept, and gapFactor is how many
// times the usual time it must be.
const (
	minGap    = time.Minute
	gapFactor = 5
)

// toSegments returns the segments of a line: one ends where the process does, or
// where nothing was known for a while, because a line across would be made up.
func toSegments(l profile.Line, outages []outage) [][]chart.Point {
	out := make([][]chart.Point, 0, len(l))
	for _, values := range l {
		longest := max(minGap, gapFactor*usualGap(values))
		var seg []chart.Point
		next := 0 // the first outage that is not over before the point
		for i, v := range values {
			if i > 0 {
				last := values[i-1].Time
				for next < len(outages) && !outages[next].to.After(last) {
					next++
				}
				if v.Time.Sub(last) > longest || next < len(outages) && outages[next].from.Before(v.Time) {
					out, seg = append(out, seg), nil
				}
			}
			seg = append(seg, chart.Point{T: v.Time, V: v.V})
		}
		out = append(out, seg)
	}
	return out
}

// usualGap is the median time between the latest points.
func usualGap(values []profile.Value) time.Duration {
	const latest = 60
	values = values[max(0, len(values)-latest):]
	gaps := make([]time.Duration, 0, latest)
	for i := 1; i < len(values); i++ {
		gaps = append(gaps, values[i].Time.Sub(values[i-1].Time))
	}
	if len(gaps) == 0 {
		return 0
	}
	slices.Sort(gaps)
	return gaps[len(gaps)/2]
}

// chartMarks puts events on the time axis: restarts with their reason, marks of the
// user, and outages without a restart with how long they took. Garbage collections are
// too many, so only the Events pane shows them.
func chartMarks(evs []profile.Event) []chart.Mark {
	var out, outages []chart.Mark
	for _, e := range evs {
		switch e.Kind {
		case profile.EventRestart:
			out = append(out, chart.Mark{T: e.Time, Kind: chart.MarkBoundary, Label: restartLabel(e)})
		case profile.EventMark:
			out = append(out, chart.Mark{T: e.Time, Kind: chart.MarkFlag, Label: e.Text})
		case profile.EventRecovered:
			if e.Endpoint == "" && !e.Since.IsZero() && !restartedWithin(evs, e.Since, e.Time) {
				outages = append(outages, chart.Mark{T: e.Since, Kind: chart.MarkTick, Label: "silent " + format.Duration(e.Time.Sub(e.Since).Round(time.Second))})
			}
		}
	}
	return append(out, outages...)
}

// restartedWithin reports whether the target restarted between two times, or right
// after: the cluster may tell of it later than the process answers.
func restartedWithin(evs []profile.Event, from, to time.Time) bool {
	const late = 3 * time.Second
	return slices.ContainsFunc(evs, func(e profile.Event) bool {
		return e.Kind == profile.EventRestart && !e.Time.Before(from.Add(-late)) && !e.Time.After(to.Add(late))
	})
}

// restartLabel says in a word or two why the process ended: "OOM", "exit 1".
func restartLabel(e profile.Event) string {
	switch x := e.Exit; {
	case e.Switched:
		return "other pod"
	case e.Rescaled:
		return "new rate"
	case strings.HasPrefix(x.Reason, "OOM"):
		return "OOM"
	case e.NewVersion:
		return "rollout"
	case e.NewPod:
		return "new pod"
	case x.Reason != "" || x.Code != 0:
		return fmt.Sprintf("exit %d", x.Code)
	}
	return "restart"
}

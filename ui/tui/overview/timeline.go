package overview

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/ui/chart"
	"github.com/leaktop/leaktop/ui/format"
)

// outage is a time span without data.
type outage struct{ from, to time.Time }

// outagesOf lists the past outages of a kind of profile, oldest first: its own, and those
// of the target as a whole.
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

// minGap is the minimum time between two points for a line to end between them without
// a known outage, as when this machine slept. It must also be gapFactor times the usual
// time.
const (
	minGap    = time.Minute
	gapFactor = 5
)

// toSegments splits a line into segments. A segment ends where the process ends, or
// where data is missing for a while, because a line across the gap would be made up.
func toSegments(l profile.Line, outages []outage) [][]chart.Point {
	out := make([][]chart.Point, 0, len(l))
	for _, values := range l {
		longest := max(minGap, gapFactor*usualGap(values))
		var seg []chart.Point
		next := 0 // the first outage that ends after the point
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

// chartMarks returns the events for the time axis: restarts with their reason, marks of
// the user, and outages without a restart, with their duration. Garbage collections are
// too frequent; only the Events pane shows them.
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
// after, since the cluster may report it only after the new process has answered.
func restartedWithin(evs []profile.Event, from, to time.Time) bool {
	const late = 3 * time.Second
	return slices.ContainsFunc(evs, func(e profile.Event) bool {
		return e.Kind == profile.EventRestart && !e.Time.Before(from.Add(-late)) && !e.Time.After(to.Add(late))
	})
}

// restartLabel says in one or two words why the process ended: "OOM", "exit 1".
func restartLabel(e profile.Event) string {
	switch x := e.Exit; {
	case e.Switched:
		return "other pod"
	case e.Rescaled:
		return "new rate"
	case x.IsOutOfMemory():
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

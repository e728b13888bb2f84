package leak

import (
	"fmt"

	"github.com/leaktop/leaktop/profile/trend"
)

// openFiles is the number of open file descriptors over a time.
type openFiles []trend.Point

// openFilesRise returns the number of open descriptors over the last seconds; ok is
// false where that is not known.
func (in *Input) openFilesRise(seconds float64) (all openFiles, ok bool) {
	from := in.Now.Add(-secondsOf(seconds / params.window.nearly))
	for _, r := range in.Memory {
		if r.Unknown {
			all = nil
		}
		if r.OpenFiles > 0 && !r.Time.Before(from) {
			all = append(all, trend.Point{T: r.Time.Sub(from).Seconds(), V: float64(r.OpenFiles)})
		}
	}
	return all, len(all) >= params.polls.min
}

// risen returns by how many the floor of the number rose: what was never closed.
func (o openFiles) risen() float64 { return trend.NetRise(trend.Floor(o)) }

// describe says how many descriptors were open at the beginning and at the end.
func (o openFiles) describe() string {
	first, last := o[0].V, o[len(o)-1].V
	if o.risen() < params.material.openFiles {
		return fmt.Sprintf("open files and connections do not grow with it: %s, and now %s", formatCount(first), formatCount(last))
	}
	return fmt.Sprintf("open files and connections grow with it: from %s to %s", formatCount(first), formatCount(last))
}

// holdFiles are the signatures of what holds files or connections open.
var holdFiles = map[string]bool{
	"file-not-closed": true, "buffers-kept": true, "unclosed-response-body": true, "transport-per-call": true, "idle-connections": true,
	"slow-request-headers": true, "read-without-deadline": true, "write-without-deadline": true, "grpc-conn-not-closed": true, "library-not-closed": true,
	"sql-db-per-call": true,
}

// describeFiles says whether the number of open descriptors grows with a finding;
// empty where it holds none, or the number is not known.
func (in *Input) describeFiles(f *finding) string {
	if f.signature == nil || !holdFiles[f.signature.ID] {
		return ""
	}
	all, ok := in.openFilesRise(f.growth.window)
	if !ok {
		return ""
	}
	return all.describe()
}

// filesRise says that the number of open descriptors rises evenly and until now; empty
// if it does not, or is not known.
func (in *Input) filesRise() string {
	all, ok := in.openFilesRise(params.window.min.Seconds())
	if !ok || trend.Span(all) < params.window.min.Seconds()/2 || all.risen() < params.material.openFiles || trend.Drawdown(all) > params.floor.maxDrawdown {
		return ""
	}
	e, d := trend.MeasureEvenness(all), trend.Drift(all, params.rate.confidence)
	if d.T < params.floor.driftT || e.LastQuarter < params.floor.minLast || e.Steps < params.floor.minSteps {
		return ""
	}
	return fmt.Sprintf("the number of open files and connections rises by %s/h: they are opened and not closed, or more clients connect", formatCount(d.PerSecond*3600))
}

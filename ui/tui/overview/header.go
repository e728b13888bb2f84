package overview

import (
	"errors"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/problem"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/theme"
	"github.com/leaktop/leaktop/ui/tui"
)

// Header draws the first line: what is watched, the state of the watch, and its cost. If there is
// little room, it drops the CPU use, the uptime and the Go version, then the beginning of the
// name, because the end of a pod's name distinguishes it from its siblings. A compact header has
// the verdict instead.
func Header(vc *tui.ViewContext, name string, w int, compact bool) string {
	t := vc.Theme
	if vc.State.Replay != nil {
		name = replayName(vc.State.Replay, name)
	}
	name = format.Clean(name)
	right := fitStatus(watchStatus(vc, compact), w-2-min(format.Width(name), minName), dotOf(t)) + " "
	room := max(0, w-format.Width(right)-1)
	left := " " + t.Render(theme.Title, "leaktop") + "  "
	if compact {
		left = " "
	}
	f, version, up, cpu := vc.State.Facts, "", "", ""
	if f.GoVersion != "" {
		version = t.Render(theme.Dim, "  "+f.GoVersion)
	}
	if !f.Start.IsZero() && vc.Now.After(f.Start) {
		up = t.Render(theme.Dim, "  up "+format.Duration(vc.Now.Sub(f.Start)))
	}
	if f.CPU > 0 {
		cpu = t.Render(theme.Dim, "  CPU "+format.Percent(f.CPU))
	}
	short := " " + format.FitLeft(name, room-1)
	if compact { // the verdict is not shown elsewhere
		name = format.FitLeft(name, max(12, room/3))
		verdict := compactVerdict(vc, room-format.Width(name)-3)
		return format.Pad(" "+t.Render(theme.Title, name)+"  "+verdict, room) + " " + format.Fit(right, max(0, w-1))
	}
	left = format.FirstFit(room, left+name+version+up+cpu, left+name+version+up, left+name+version, left+name, " "+name, short)
	return format.Pad(left, room) + " " + format.Fit(right, max(0, w-1))
}

// minName is the number of columns that a name has even if there is little room.
const minName = 14

// dotOf returns what separates the parts of a status.
func dotOf(t theme.Theme) string { return t.Render(theme.Dim, " "+theme.SymbolDot+" ") }

// fitStatus joins parts of a status, as many of them as fit in w columns.
func fitStatus(parts []string, w int, sep string) string {
	for len(parts) > 1 && format.Width(strings.Join(parts, sep))+1 > w {
		parts = parts[:len(parts)-1]
	}
	return format.Fit(strings.Join(parts, sep), max(0, w-1))
}

// watchStatus describes the state of the watch, the most important first; compact leaves
// out what does not always matter.
func watchStatus(vc *tui.ViewContext, compact bool) []string {
	t, st := vc.Theme, vc.State
	parts := []string{pollStatus(vc)}
	if compact {
		parts[0] = shortStatus(vc)
	}
	if rec := recordStatus(vc); rec != "" {
		parts = append(parts, rec)
	}
	if vc.WebViewURL != "" {
		parts = append(parts, t.Render(theme.Warn, "web view open"))
	}
	if st.Status.LocalPort != "" {
		parts = append(parts, t.Render(theme.Warn, "port open "+st.Status.LocalPort))
	}
	if compact {
		return parts
	}
	if st.Status.Speed == 0 && len(st.Status.Endpoints) > 0 && st.Polls > 0 {
		parts = append(parts, t.Render(theme.Dim, "cost "+format.Percent(st.Status.Cost)))
	}
	if !st.Start.IsZero() && vc.Now.After(st.Start) && st.Replay == nil {
		parts = append(parts, t.Render(theme.Dim, format.Elapsed(vc.Now.Sub(st.Start))))
	}
	return parts
}

// shortStatus returns the status for a compact header.
func shortStatus(vc *tui.ViewContext) string {
	if r := vc.State.Replay; r != nil {
		return vc.Theme.Render(theme.Dim, "at ") + vc.Theme.Render(theme.Title, vc.FormatClock(r.At))
	}
	return pollStatus(vc)
}

// pollStatus describes the polling in a few words.
func pollStatus(vc *tui.ViewContext) string {
	t, st := vc.Theme, vc.State
	switch {
	case vc.Paused:
		return tui.PausedText(vc)
	case st.Replay != nil:
		return replayStatus(vc)
	case st.Ended || !st.Gone.IsZero():
		return endStatus(vc)
	case st.Status.Failure() != nil:
		return t.Render(theme.Bad, theme.SymbolFailed+" "+failureWord(st.Status.Failure())) + t.Render(theme.Dim, nextTry(st.Status))
	case !st.Status.WaitingSince.IsZero():
		return t.Render(theme.Warn, "waiting "+format.Duration(st.Status.Time.Sub(st.Status.WaitingSince).Round(time.Second))+" for an answer")
	case tui.Unreadable(vc):
		return t.Render(theme.Bad, theme.SymbolFailed+" no readable profile")
	case vc.IsReading():
		return t.Render(theme.Dim, "reading"+theme.SymbolMore)
	case len(st.Heap) == 0 && len(st.Goroutines) == 0:
		return t.Render(theme.Dim, "connecting"+theme.SymbolMore)
	}
	return t.Render(theme.Good, theme.SymbolLive+" live"+pollEvery(st.Status))
}

// pollEvery says how often the first endpoint is polled that the target serves.
func pollEvery(st source.Status) string {
	for _, k := range []profile.Kind{profile.Heap, profile.Goroutine, source.Index} {
		if e, ok := findEndpoint(st, k); ok && !e.Disabled && e.Wait > 0 {
			step := 100 * time.Millisecond
			if e.Wait > time.Second {
				step = time.Second // if it depends on the cost, it changes with each poll
			}
			return " every " + format.Duration(e.Wait.Round(step))
		}
	}
	return ""
}

// endStatus says why nothing more arrives.
func endStatus(vc *tui.ViewContext) string {
	t, st := vc.Theme, vc.State
	switch {
	case !st.Gone.IsZero():
		return t.Render(theme.Dim, "gone since "+vc.FormatClock(st.Gone))
	case st.Err != nil:
		return t.Render(theme.Bad, theme.SymbolFailed+" ended")
	}
	return t.Render(theme.Dim, "end of the recording")
}

// failureWord says that there is no answer, or in a word or two what is wrong with it.
func failureWord(err error) string {
	if p, ok := errors.AsType[*problem.Problem](err); ok && !p.Cause.MeansAway() {
		return report.FailureWord(err)
	}
	return "no answer"
}

// nextTry says how often a target that does not answer is retried.
func nextTry(st source.Status) string {
	for _, e := range st.Endpoints {
		if e.Err != nil && e.Wait > 0 {
			return ", retrying every " + format.Duration(max(time.Second, e.Wait.Round(time.Second)))
		}
	}
	return ", retrying"
}

func findEndpoint(st source.Status, k profile.Kind) (source.Endpoint, bool) {
	for _, e := range st.Endpoints {
		if e.Kind == k {
			return e, true
		}
	}
	return source.Endpoint{}, false
}

// recordStatus returns what the header says about a recording.
func recordStatus(vc *tui.ViewContext) string {
	r := vc.State.Recording
	switch {
	case r == nil:
		return ""
	case r.Err != nil:
		return vc.Theme.Render(theme.Bad, theme.SymbolFailed+" rec failed")
	}
	return vc.Theme.Render(theme.Bad, theme.SymbolLeak) + vc.Theme.Render(theme.Dim, " rec "+format.Bytes(r.Size))
}

package ui

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/theme"
)

// header is the first line: what is watched, how that goes, what it costs.
func header(sh *shared, name string, w int) string {
	t := sh.theme
	left := " " + t.Render(theme.Title, "leaktop") + "  " + format.Clean(name)
	f := sh.state.Facts
	if f.GoVersion != "" {
		left += t.Render(theme.Dim, "  "+f.GoVersion)
	}
	if !f.Start.IsZero() && sh.now.After(f.Start) {
		left += t.Render(theme.Dim, "  up "+format.Duration(sh.now.Sub(f.Start)))
	}
	right := status(sh) + " "
	room := w - format.Width(right) - 1
	return pad(format.Fit(left, max(0, room)), max(0, room)) + " " + format.Fit(right, max(0, w-1))
}

// status says how the watch goes.
func status(sh *shared) string {
	t, st := sh.theme, sh.state
	dot := t.Render(theme.Dim, " "+theme.SymbolDot+" ")
	parts := []string{live(sh)}
	if sh.paused {
		parts = append(parts, t.Render(theme.Warn, theme.SymbolPaused+" table paused"))
	}
	if rec := recordStatus(sh); rec != "" {
		parts = append(parts, rec)
	}
	if sh.served != "" {
		parts = append(parts, t.Render(theme.Warn, "web view open"))
	}
	if st.Status.Local != "" {
		parts = append(parts, t.Render(theme.Warn, "port open "+st.Status.Local))
	}
	if st.Status.Speed == 0 && len(st.Status.Endpoints) > 0 {
		parts = append(parts, t.Render(theme.Dim, "cost "+format.Percent(st.Status.Cost)))
	}
	if !st.Start.IsZero() && sh.now.After(st.Start) {
		parts = append(parts, t.Render(theme.Dim, format.Elapsed(sh.now.Sub(st.Start))))
	}
	return strings.Join(parts, dot)
}

// live is one or two words on the polling.
func live(sh *shared) string {
	t, st := sh.theme, sh.state
	switch {
	case st.Replay != nil:
		return replayStatus(sh)
	case st.Ended && st.Err != nil:
		return t.Render(theme.Bad, theme.SymbolFailed+" ended")
	case st.Ended:
		return t.Render(theme.Dim, "end of the recording")
	case failed(st.Status) != nil:
		return t.Render(theme.Bad, theme.SymbolFailed+" no answer")
	case !st.Status.Asked.IsZero():
		return t.Render(theme.Warn, "waiting "+format.Duration(st.Status.Time.Sub(st.Status.Asked).Round(time.Second))+" for an answer")
	case unreadable(sh):
		return t.Render(theme.Bad, theme.SymbolFailed+" no readable profile")
	case len(st.Heap) == 0 && len(st.Goroutines) == 0:
		return t.Render(theme.Dim, "connecting"+theme.SymbolMore)
	}
	if e, ok := endpoint(st.Status, profile.Heap); ok && !e.Off && e.Wait > 0 {
		step := 100 * time.Millisecond
		if e.Wait > time.Second {
			step = time.Second // where the cost decides, it is another after each poll
		}
		return t.Render(theme.Good, theme.SymbolLive+" live every "+format.Duration(e.Wait.Round(step)))
	}
	return t.Render(theme.Good, theme.SymbolLive+" live")
}

// unreadable says that the target answers, and nothing of it is a profile.
func unreadable(sh *shared) bool {
	st := sh.state
	return len(st.Heap) == 0 && len(st.Goroutines) == 0 && st.Polls == 0 && st.Replay == nil && slices.ContainsFunc(st.Diagnostics, func(d profile.Diagnostic) bool { return d.Code == profile.CodeUnreadable })
}

// noProfiles is what to do then.
const noProfiles = "The target answers, but not with Go profiles " + theme.SymbolDot +
	" check that host, port and prefix are those of net/http/pprof, and that no proxy changes or compresses the answers"

func endpoint(st source.Status, k profile.Kind) (source.Endpoint, bool) {
	for _, e := range st.Endpoints {
		if e.Kind == k {
			return e, true
		}
	}
	return source.Endpoint{}, false
}

// failed is why nothing comes from the target, nil if something does.
func failed(st source.Status) error {
	var first error
	for _, e := range st.Endpoints {
		if e.Off || e.Kind == source.Memory {
			continue
		}
		if e.Kind == source.Index {
			if e.Err != nil {
				return e.Err
			}
			continue
		}
		if e.Err == nil {
			return nil
		}
		if first == nil {
			first = e.Err
		}
	}
	return first
}

// troubles are what is wrong and should be known: failed polls in full, what
// the target does not serve, and what is wrong with the data.
func troubles(sh *shared) []string {
	var out []string
	if sh.state.Err != nil {
		out = append(out, explain(sh.state.Err))
	}
	if err := failed(sh.state.Status); err != nil {
		return append(out, explain(err))
	}
	for _, e := range sh.state.Status.Endpoints {
		if e.Err != nil && e.Kind != source.Memory {
			out = append(out, explain(e.Err))
		}
	}
	if r := sh.state.Recording; r != nil && r.Err != nil {
		out = append(out, explain(r.Err))
	}
	if unreadable(sh) {
		out = append(out, noProfiles)
	}
	for _, d := range sh.state.Diagnostics {
		out = append(out, sentenceCase(format.Clean(d.String()))+".")
	}
	return out
}

// warnings are what else is wrong with the data, by the judge: gaps, profiles
// that say nothing new, counters that fell.
func warnings(sh *shared) []string {
	var out []string
	for _, d := range sh.state.Report.Diagnostics {
		isPoll := d.Code == profile.CodeEndpointFailed || d.Code == profile.CodeNotServed // troubles say so in full
		if !isPoll && !slices.Contains(sh.state.Diagnostics, d) {
			out = append(out, format.Clean(d.String()))
		}
	}
	return out
}

// explain writes an error for people, on one line.
func explain(err error) string {
	var p *source.Problem
	if errors.As(err, &p) {
		s := p.Why
		if p.What != "" {
			s = p.What + ": " + s
		}
		if p.Next != "" {
			s += " " + theme.SymbolDot + " " + p.Next
		}
		return format.Clean(s)
	}
	return format.Clean(err.Error())
}

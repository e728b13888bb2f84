package ui

import (
	"context"
	"errors"
	"fmt"
	"slices"

	tea "charm.land/bubbletea/v2"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
	"github.com/leaktop/leaktop/ui/tui"
	"github.com/leaktop/leaktop/ui/tui/overlay"
)

// probeAction makes requests that cost the target something: a trace, a proof of leaks,
// a full goroutine dump, a collection. All of them ask first.
type probeAction struct {
	*core
	traceSeconds int // duration of the next trace; 0 for the default
}

// nameCreators traces for a few seconds to see what starts goroutines. If that was too
// short, the next trace is longer.
func (a *probeAction) nameCreators() tea.Cmd {
	n := max(a.traceSeconds, session.TraceSeconds)
	j := &overlay.Job{What: "Tracing", Price: "it costs 30–210ms of CPU", Seconds: n}
	if n > session.TraceSeconds {
		j.Price = "it costs up to 0.7s of CPU"
	}
	j.Run = func(ctx context.Context) (profile.Outcome, error) { return a.session.Trace(ctx, n) }
	question := fmt.Sprintf("Trace for %ds to see what starts the goroutines? It does not stop the service; %s. y traces", n, j.Price)
	return a.startAfter(question, j, func() { a.traceSeconds = session.LongTraceSeconds })
}

// proveLeaks requests the goroutines that the target's runtime can prove to be leaked.
func (a *probeAction) proveLeaks() tea.Cmd {
	if !slices.Contains(a.session.Source.Offers(), profile.GoroutineLeak) {
		return a.startJob(&overlay.Job{What: "Asking for proven leaks", Run: a.session.ProveLeaks}, nil) // says what it takes
	}
	return a.startAfter("Prove leaks? The runtime runs a special collection, 3ms to 300ms. y proves", &overlay.Job{
		What: "Asking for proven leaks", Price: "a special collection, 3ms to 300ms", Run: a.session.ProveLeaks,
	}, nil)
}

// collectGarbage requests a garbage collection, so that the heap profile is fresh.
func (a *probeAction) collectGarbage() tea.Cmd {
	return a.startAfter("Collect garbage now? The service is slower for 3ms to 260ms. y collects", &overlay.Job{
		What: "Collecting", Price: "the target is slower for up to 260ms",
		Run: func(ctx context.Context) (profile.Outcome, error) {
			took, err := a.session.Collect(ctx)
			return profile.Outcome{Request: profile.RequestCollect, Took: took}, err
		},
	}, nil)
}

// dumpAll requests a full goroutine dump, and says how long it pauses the target.
func (a *probeAction) dumpAll() tea.Cmd {
	n := a.countGoroutines()
	j := &overlay.Job{What: "Dumping " + format.Count(n) + " goroutines", Price: "it pauses " + pauseOf(n), Run: a.session.Dump}
	question := "Dump " + format.Count(n) + " goroutines? It stops the service for about " + pauseOf(n)
	if n == 0 {
		j.What, j.Price = "Dumping all goroutines", "it stops until the dump is done"
		question = "Dump all goroutines? Their number is unknown: 1,000 stop the service for " + pauseOf(1_000) + ", 100,000 for " + pauseOf(100_000)
	}
	return a.startAfter(question+". y dumps", j, nil)
}

// startAfter starts a job once the user has agreed to its price. It does not ask if a
// recording has the answer, which costs nothing.
func (a *probeAction) startAfter(question string, j *overlay.Job, wantsLonger func()) tea.Cmd {
	start := func() tea.Cmd { return a.startJob(j, wantsLonger) }
	if a.vc.State.Replay != nil || a.overlays.IsBusy() {
		return start() // it tells the user which job is running
	}
	a.overlays.Ask(question+", any other key cancels", start)
	return nil
}

// pauseOf says how long a full dump of that many goroutines pauses the target.
func pauseOf(goroutines int) string {
	low, high := session.PredictPause(goroutines)
	return format.Duration(low) + " to " + format.Duration(high)
}

// countGoroutines returns the number of goroutines, 0 if unknown.
func (a *probeAction) countGoroutines() int {
	if v, ok := a.vc.State.Newest(a.vc.State.Goroutines); ok {
		return int(v)
	}
	return a.vc.State.Status.Goroutines
}

// startJob starts a job. It calls wantsLonger if a longer request may find more.
func (a *probeAction) startJob(j *overlay.Job, wantsLonger func()) tea.Cmd {
	if a.vc.State.Replay != nil {
		j.Price = "from the recording"
	}
	j.Done = func(found profile.Outcome, err error) tea.Cmd { return a.reportAnswer(found, err, wantsLonger) }
	return a.overlays.Start(j)
}

// reportAnswer shows the outcome of a job.
func (a *probeAction) reportAnswer(found profile.Outcome, err error, wantsLonger func()) tea.Cmd {
	switch {
	case errors.Is(err, session.ErrNoLeakProfile):
		text := format.Capitalize(err.Error())
		if v := a.vc.State.Facts.GoVersion; v != "" {
			text += " (it runs " + v + ")"
		}
		a.reportStatus(true, text)
		return nil
	case err != nil:
		a.reportStatus(true, format.Capitalize(tui.Explain(err)))
		return nil
	}
	text := report.DescribeOutcome(found)
	if found.Request == profile.RequestDump && !found.Compared && a.vc.State.Replay == nil {
		text += fmt.Sprintf(" %s again in %ds or more shows which stay.", a.vc.Keys.DumpGoroutines.Help().Key, int(session.CohortGap.Seconds()))
	}
	if found.LacksCreator() && found.Seconds < session.LongTraceSeconds && wantsLonger != nil {
		wantsLonger()
		text += fmt.Sprintf(" %s again watches for %ds.", a.vc.Keys.NameCreators.Help().Key, session.LongTraceSeconds)
	}
	a.reportStatus(false, text)
	if a.vc.Paused { // show what the user requested
		return a.resume()
	}
	return a.currentPage().Refresh(true)
}

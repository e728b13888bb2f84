package check

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
)

// newResult returns the result of the watch.
func (r *runner) newResult(st session.State) report.Result {
	result := report.Result{
		Target: cmp.Or(st.Facts.Name, r.watch.Source.Name()), From: st.First, To: st.Now, Polls: st.Polls,
		Cost: st.Status.Cost, LimitFrom: st.Facts.LimitFrom, GoVersion: st.Facts.GoVersion, Module: st.Facts.Module,
		Version: r.options.Version, FailOnUndecided: r.options.FailOn != FailOnLeak, Report: leak.Conclude(r.newWatch(st)), Past: st.Past,
	}
	if result.Held = describeHeld(st); len(result.Held) > 0 && r.options.Recording {
		result.Next = "compare with a second profile or dump, taken minutes later: a single one shows what is held, and how long goroutines have waited, but not what grows"
	}
	for _, p := range result.Report.Processes {
		if p.IsJudged && p.Name != "" {
			result.Target = p.Name
		}
	}
	if result.Report.WantsLonger {
		result.Next = fmt.Sprintf("watch for longer (--for %s): some growth is too young to tell a leak from load or a warm-up", format.Duration(2*r.options.For))
	}
	return result
}

// newWatch returns the input of the final verdict.
func (r *runner) newWatch(st session.State) leak.Watch {
	w := leak.Watch{
		Report: st.Report, Longest: st.Longest, Restarts: st.Restarts, IsSeveral: st.Several,
		Processes: processesOf(st), LongestProcess: st.LongestProcess,
		Took: st.Now.Sub(st.First), IsRecorded: r.options.Recording, EndedEarly: r.endedEarly, Failure: unobservedEnd(st),
		Diagnostics: r.notes,
	}
	for _, e := range slices.Backward(st.Events) {
		if e.Kind == profile.EventRestart {
			w.LastRestart = e.Text
			break
		}
	}
	if r.options.Load != "" {
		w.Load = &leak.LoadTest{Rounds: r.rounds}
	}
	w.Proven, _ = st.History.Latest(profile.GoroutineLeak)
	return w
}

// processesOf returns the processes of a watch, the current one last.
func processesOf(st session.State) []leak.Process {
	if st.Restarts == 0 || st.Several {
		return nil
	}
	now := leak.Process{Name: st.Facts.Name, Version: st.Facts.Version, From: st.Start, To: st.Now}
	now.SetReport(st.Report)
	return append(st.Processes[:len(st.Processes):len(st.Processes)], now)
}

// exitCode returns the exit code of a verdict.
func (o Options) exitCode(v leak.Verdict) int {
	switch {
	case v == leak.Leaks:
		return ExitLeak
	case v == leak.Undecided && o.FailOn != FailOnLeak:
		return ExitUndecided
	}
	return ExitSteady
}

// unobservedEnd returns why the end of the watch was not observed; empty if it was.
func unobservedEnd(st session.State) string {
	for _, d := range st.Diagnostics {
		switch d.Code {
		case profile.CodeEndedEarly, profile.CodePanic:
			return "the watch ended early: " + d.String()
		case profile.CodeNoAnswer:
			return "at the end the target did not answer: " + d.String()
		}
	}
	return ""
}

// unobservedReasons returns the reasons why no profile arrived, one sentence each.
func unobservedReasons(st session.State) (out []string) {
	for _, d := range st.Diagnostics {
		out = append(out, d.String())
	}
	waiting := slices.ContainsFunc(st.Status.Endpoints, func(e source.Endpoint) bool { return e.Err == nil && e.Kind.Info().Polled })
	if waiting && len(out) == 0 {
		out = append(out, "a profile was requested, but its response never completed: the service or the network is very slow, or the response is endless")
	}
	if n, ok := st.Newest(st.Goroutines); ok {
		out = append(out, fmt.Sprintf("the index page reports %s goroutines, and no profile is served", format.Count(n)))
	}
	return out
}

// isHopeless reports whether nothing will arrive, because the target serves none of
// the polled profiles.
func isHopeless(st session.State) bool {
	off := 0
	for _, e := range st.Status.Endpoints {
		if e.Kind == profile.Heap || e.Kind == profile.Goroutine {
			if !e.Disabled {
				return false
			}
			off++
		}
	}
	return st.Polls == 0 && off > 0
}

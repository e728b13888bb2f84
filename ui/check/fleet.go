package check

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	compare "github.com/leaktop/leaktop/profile/fleet"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/fleet"
	"github.com/leaktop/leaktop/ui/format"
	"github.com/leaktop/leaktop/ui/report"
)

// RunFleet is like [Run] for several targets: it writes one report on all of them. The exit
// code is that of the worst.
func RunFleet(ctx context.Context, f *fleet.Fleet, o Options, stdout, stderr io.Writer) (code int, err error) {
	o.Format = cmp.Or(o.Format, report.Formats()[0])
	p := newProgress(stderr, f.Name(), o)
	v := &fleetRunner{options: o, fleet: f, progress: p}
	st := v.watchToTheEnd(ctx)
	p.clearLine()
	r := v.newResult(st)
	if s := r.State.Comparison.Summary; s.Leaking+s.Steady+s.Undecided == 0 {
		return ExitUnobserved, v.noProfile(r)
	}
	if err := report.WriteFleet(stdout, o.Format, r, reportOptions(stdout)); err != nil {
		return ExitUnobserved, fmt.Errorf("write the report: %w", err)
	}
	for _, x := range r.Targets {
		if x.Report.Verdict == leak.Leaks {
			if err := o.annotate(stderr, x.Result); err != nil {
				return ExitUnobserved, fmt.Errorf("write the annotations: %w", err)
			}
			break // the others have the same lines
		}
	}
	return o.fleetCode(r), nil
}

// fleetCode returns the exit code of the worst target: one that leaks, one that could not
// be observed, one that is undecided.
func (o Options) fleetCode(r report.FleetResult) int {
	code := ExitSteady
	for _, x := range r.Targets {
		switch c := o.exitCode(x.Report.Verdict); {
		case c == ExitLeak:
			return ExitLeak
		case x.Err != "" && !x.Member.IsGone():
			code = ExitUnobserved
		case c == ExitUndecided && code == ExitSteady:
			code = ExitUndecided
		}
	}
	return code
}

// fleetRunner is the state of one check of a fleet.
type fleetRunner struct {
	options    Options
	fleet      *fleet.Fleet
	progress   *progress
	endedEarly bool
}

// watchToTheEnd watches until the time is over, all recordings have been read, or the user
// ends the watch. It returns the final state.
func (r *fleetRunner) watchToTheEnd(parent context.Context) fleet.State {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(stop)
	go func() { _ = r.fleet.Run(ctx) }() // its error is in the last state
	var end, late <-chan time.Time
	if !r.options.Recording {
		late = time.After(r.options.firstWithin())
	}
	st, begun := r.fleet.State(), false
	for updates := r.fleet.Updates(); updates != nil; {
		select {
		case s, more := <-updates:
			if !more {
				updates = nil
				break
			}
			st = s
			if end == nil && !r.options.Recording && hasBegun(st) {
				begun = true
				r.progress.setStage("", r.options.For)
				end = time.After(r.options.For)
			}
			r.progress.showText(r.line(st))
		case <-late: // go on with the members that answer
			late = nil
			if begun {
				break
			}
			if countPolled(st) == 0 {
				cancel()
				break
			}
			begun = true
			r.progress.setStage("", r.options.For)
			end = time.After(r.options.For)
		case <-end:
			cancel()
		case <-stop:
			signal.Stop(stop)
			r.endedEarly = true
			cancel()
		}
	}
	r.endedEarly = r.endedEarly || parent.Err() != nil
	return st
}

// hasBegun reports whether each member has sent a profile or has failed.
func hasBegun(st fleet.State) bool {
	for _, m := range st.Members {
		if m.State.Polls == 0 && m.Err == nil && !m.IsGone() {
			return false
		}
	}
	return countPolled(st) > 0
}

func countPolled(st fleet.State) (n int) {
	for _, m := range st.Members {
		if m.State.Polls > 0 {
			n++
		}
	}
	return n
}

// line describes the progress of the check.
func (r *fleetRunner) line(st fleet.State) string {
	left := ""
	if s := r.progress.current.Load(); s != nil {
		left = format.Duration(max(0, time.Until(s.end)).Round(time.Second)) + " left · "
	}
	first := report.FleetSentences(st)[0]
	return left + first.Head.String() + " " + first.Text
}

// newResult gives each member its final verdict, and compares them by it.
func (r *fleetRunner) newResult(st fleet.State) report.FleetResult {
	out := report.FleetResult{State: st, Version: r.options.Version}
	out.State.Members = slices.Clone(st.Members)
	wantsLonger := false
	members := make([]compare.Member, len(st.Members))
	for i := range out.State.Members {
		m := &out.State.Members[i]
		x := r.resultOf(*m)
		m.Compared.Report = x.Report
		if x.Report.Verdict == leak.Leaks {
			m.Compared.IsGone = false // the verdict is that on the whole watch
		}
		members[i], x.Member = m.Compared, *m
		wantsLonger = wantsLonger || x.Report.WantsLonger
		out.Targets = append(out.Targets, x)
	}
	out.State.Comparison = compare.Compare(members)
	if wantsLonger {
		out.Next = fmt.Sprintf("watch for longer (--for %s): some growth is too young to tell a leak from load or a warm-up", format.Duration(2*r.options.For))
	}
	return out
}

// resultOf returns the result of one member.
func (r *fleetRunner) resultOf(m fleet.Member) report.TargetResult {
	st := m.State
	if st.Polls == 0 {
		x := report.TargetResult{Err: "it sent no profile"}
		if m.Err != nil {
			x.Err = m.Err.Error()
		}
		x.Result = report.Result{Target: m.FullName, From: r.fleet.State().Started, To: st.Now, Report: leak.Report{Verdict: leak.Undecided}}
		return x
	}
	one := &runner{options: r.options, watch: m.Session(), endedEarly: r.endedEarly}
	return report.TargetResult{Result: one.newResult(st)}
}

// noProfile says why there is no verdict on any target.
func (r *fleetRunner) noProfile(result report.FleetResult) error {
	text := "got no profile from " + format.Clean(r.fleet.Name())
	if err := result.State.Err; err != nil {
		return errors.New(text + ": " + format.Clean(err.Error()))
	}
	for _, d := range result.State.Diagnostics {
		text += "\n  " + format.Clean(d.String())
	}
	for _, x := range result.Targets {
		text += "\n  " + format.Clean(x.Member.Name+": "+x.Err)
	}
	return errors.New(strings.TrimSpace(text))
}

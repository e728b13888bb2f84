package check

import (
	"context"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/session"
	"github.com/leaktop/leaktop/ui/report"
)

// answerTimeout is how long an answer may take in addition to the time requested.
const answerTimeout = 30 * time.Second

// wantsCreators reports whether a suspect's stacks do not show its creator, and no
// trace was taken for it yet.
func (r *runner) wantsCreators() bool {
	return slices.ContainsFunc(r.latest.Load().Report.Suspects, func(s leak.Suspect) bool { return s.WantsCreator && !r.watch.WasTraced(s) })
}

// addNote records what could not be determined.
func (r *runner) addNote(code profile.Code, what string) {
	r.notes = append(r.notes, profile.Diagnostic{Code: code, Severity: profile.SeverityWarning, What: what})
}

// nameCreators finds what starts the goroutines of suspects whose stacks do not show
// it, if --cost permits.
func (r *runner) nameCreators(ctx context.Context) {
	switch {
	case !r.wantsCreators():
		r.noteUnnamed(r.latest.Load().Report.Suspects)
	case r.affordsTrace():
		r.traceCreators(ctx)
	}
}

// affordsTrace reports whether a trace is within the permitted --cost, and notes if
// it is not.
func (r *runner) affordsTrace() bool {
	if r.options.NoTrace {
		return false
	}
	if float64(session.TraceWork) <= r.options.Cost*float64(r.options.For) {
		return true
	}
	r.addNote(profile.CodeNoCreator, "an execution trace could show what starts the goroutines, but would exceed --cost within --for")
	return false
}

func (r *runner) traceCreators(ctx context.Context) {
	r.progress.setStage("tracing what starts goroutines", session.TraceSeconds*time.Second)
	limited, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	switch err := r.watch.NameCreators(limited); {
	case ctx.Err() != nil:
	case err != nil:
		r.noteUntraced(err)
	default:
		r.noteUnnamed(r.watch.State().Report.Suspects)
	}
}

// noteUntraced notes why there is no trace.
func (r *runner) noteUntraced(why error) {
	r.addNote(profile.CodeNoCreator, "could not find out what starts the goroutines: "+why.Error())
}

// noteUnnamed notes that a trace did not show the creator of a suspect's
// goroutines.
func (r *runner) noteUnnamed(suspects []leak.Suspect) {
	for _, s := range suspects {
		if s.WantsCreator {
			r.addNote(profile.CodeNoCreator, "a trace did not see the service's own code start the goroutines in "+profile.ShortName(s.Function))
		}
	}
}

// noteAnswers notes what the answers in a recording, which the session considers, do not
// show.
func (r *runner) noteAnswers(st session.State) {
	if session.HasTrace(r.watch) {
		r.noteUnnamed(st.Report.Suspects)
	}
	switch proof, _ := st.History.Latest(profile.GoroutineLeak); {
	case proof == nil && r.options.Prove:
		r.addNote(profile.CodeNotProven, "no goroutine could be proven to leak: the recording lacks that request; use --prove on the live service")
	case proof != nil && proof.Len() == 0:
		r.noteUnproven()
	}
}

// noteUnproven notes that the runtime was asked for leaked goroutines and found none.
func (r *runner) noteUnproven() {
	r.addNote(profile.CodeNotProven, "no goroutine is proven to leak: "+report.DescribeOutcome(profile.Outcome{Request: profile.RequestProof}))
}

// proveLeaks requests the goroutines that are blocked forever.
func (r *runner) proveLeaks(ctx context.Context) {
	r.progress.setStage("asking for leaked goroutines", answerTimeout)
	limited, cancel := context.WithTimeout(ctx, answerTimeout)
	defer cancel()
	o, err := r.watch.ProveLeaks(limited)
	switch {
	case err != nil && ctx.Err() == nil:
		r.addNote(profile.CodeNotProven, "no goroutine could be proven to leak: "+err.Error())
	case o.Goroutines == 0 && err == nil:
		r.noteUnproven()
	}
}

package check

import (
	"context"
	"slices"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/session"
)

// asking is how long an answer may take on top of what is asked for.
const asking = 30 * time.Second

// wantsCreators reports whether a suspect's stacks do not say who starts it, and no
// trace was taken for it yet.
func (v *runner) wantsCreators() bool {
	return slices.ContainsFunc(v.latest.Load().Report.Suspects, func(s leak.Suspect) bool { return s.WantsCreator && !v.watch.WasTraced(s) })
}

// note keeps what could not be found out.
func (v *runner) note(code profile.Code, what string) {
	v.notes = append(v.notes, profile.Diagnostic{Code: code, Severity: profile.SeverityWarning, What: what})
}

// nameCreators finds out who starts the goroutines of suspects whose stacks do
// not tell, if the target can afford it.
func (v *runner) nameCreators(ctx context.Context) {
	switch {
	case !v.wantsCreators():
		v.unnamed(v.latest.Load().Report.Suspects)
	case v.affordsTrace():
		v.trace(ctx)
	}
}

// affordsTrace tells whether a trace is within what --cost allows for, and notes
// if it is not.
func (v *runner) affordsTrace() bool {
	if v.o.NoTrace {
		return false
	}
	if float64(session.TraceWork) <= v.o.Cost*float64(v.o.For) {
		return true
	}
	v.note(profile.CodeNoCreator, "an execution trace could name who starts the goroutines, but is more than --cost allows for in --for")
	return false
}

func (v *runner) trace(ctx context.Context) {
	v.progress.stage("tracing who starts goroutines", session.TraceSeconds*time.Second)
	limited, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	switch err := v.watch.NameCreators(limited); {
	case ctx.Err() != nil:
	case err != nil:
		v.untraced(err)
	default:
		v.unnamed(v.watch.State().Report.Suspects)
	}
}

// untraced notes why there is no trace.
func (v *runner) untraced(why error) {
	v.note(profile.CodeNoCreator, "who starts the goroutines could not be found out: "+why.Error())
}

// unnamed notes that a trace has not seen who starts the goroutines of a suspect.
func (v *runner) unnamed(suspects []leak.Suspect) {
	for _, s := range suspects {
		if s.WantsCreator {
			v.note(profile.CodeNoCreator, "a trace did not see code of the service start the goroutines in "+profile.ShortName(s.Function))
		}
	}
}

// recall takes what the target answered on keys while it was recorded.
func (v *runner) recall(ctx context.Context) {
	rec, ok := v.watch.Source.(*source.Recorded)
	if !ok || v.latest.Load() == nil {
		return
	}
	if v.wantsCreators() && rec.Has(source.Query{Kind: profile.Trace}) {
		v.trace(ctx)
	}
	switch proof := rec.Has(source.Query{Kind: profile.GoroutineLeak}); {
	case proof:
		v.prove(ctx)
	case v.o.Prove:
		v.note(profile.CodeNotProven, "no goroutine could be proven to leak: that was not asked while it was recorded; ask the live service")
	}
}

// prove asks which goroutines are blocked for ever.
func (v *runner) prove(ctx context.Context) {
	v.progress.stage("asking for leaked goroutines", asking)
	limited, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	a, err := v.watch.ProveLeaks(limited)
	switch {
	case err != nil && ctx.Err() == nil:
		v.note(profile.CodeNotProven, "no goroutine could be proven to leak: "+err.Error())
	case a.Nothing:
		v.note(profile.CodeNotProven, "no goroutine is proven to leak: "+a.Text)
	}
}

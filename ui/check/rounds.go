package check

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/profile/trace"
	"github.com/leaktop/leaktop/source"
)

// loads is how often the load is put on.
const loads = 2

// glances is how many looks at the goroutines of an idle service are taken: the
// least counts.
const glances = 3

// rounds puts the load on the target again and again and keeps what stayed.
type rounds struct {
	v            *runner
	history      *profile.HistoryBuilder
	marks        []leak.Mark
	took         time.Duration // of the last load
	creators     trace.Index   // of what a trace saw; nil without
	idle, glance time.Duration
}

// putLoad runs the rounds. Its error is why they came to nothing.
func (v *runner) putLoad(ctx context.Context) (leak.Rounds, error) {
	r := &rounds{v: v, history: profile.NewHistoryBuilder(), idle: cmp.Or(v.o.idle, usualIdle), glance: cmp.Or(v.o.glance, usualGlance)}
	v.progress.stage("idle, before the load", glances*r.glance)
	if err := r.look(ctx); err != nil {
		return leak.Rounds{}, err
	}
	for i := range loads {
		v.progress.stage(fmt.Sprintf("load %d of %d", i+1, loads), v.o.For/loads)
		put := r.load
		if r.seen().WantsCreators() && v.affordsTrace() {
			put = r.tracedLoad
		}
		if err := put(ctx); err != nil {
			return leak.Rounds{}, err
		}
		v.progress.stage(fmt.Sprintf("idle, after load %d of %d", i+1, loads), r.idle+glances*r.glance)
		if !sleep(ctx, r.idle) {
			return leak.Rounds{}, context.Cause(ctx)
		}
		if err := r.look(ctx); err != nil {
			return leak.Rounds{}, err
		}
	}
	if _, restarts, why := r.history.History().Epoch(); restarts > 0 {
		return leak.Rounds{Verdict: leak.Undecided, Caveat: profile.Diagnostic{Code: profile.CodeRestart, What: "the target restarted under load, so what stayed cannot be compared: " + why}}, nil
	}
	out := leak.JudgeRounds(r.seen())
	if r.creators != nil {
		v.unnamed(out.Suspects)
	}
	return out, nil
}

// seen is what the marks so far have.
func (r *rounds) seen() leak.RoundsInput {
	h := r.history.History()
	in := leak.RoundsInput{Heap: h.Groups(profile.Heap), Goroutines: h.Groups(profile.Goroutine), Marks: r.marks}
	in.Creators = startersOf(in.Goroutines, r.creators)
	return in
}

// load puts the load on once.
func (r *rounds) load(ctx context.Context) error {
	began := time.Now()
	defer func() { r.took = time.Since(began) }()
	return runLoad(ctx, r.v.o.Load, r.v.o.For/loads)
}

// look marks what an idle service holds. It asks for two collections: what a
// sync.Pool keeps goes with the second, and what finalizers held.
func (r *rounds) look(ctx context.Context) error {
	heap := source.Query{Kind: profile.Heap, GC: true}
	m := leak.Mark{From: time.Now()}
	if _, err := r.v.watch.Source.Fetch(ctx, heap); err != nil {
		return fmt.Errorf("ask for a collection: %w", err)
	}
	for range glances {
		if err := r.take(ctx, source.Query{Kind: profile.Goroutine}); err != nil {
			return err
		}
		if !sleep(ctx, r.glance) {
			return context.Cause(ctx)
		}
	}
	if err := r.take(ctx, heap); err != nil {
		return err
	}
	m.To = time.Now()
	r.marks = append(r.marks, m)
	return nil
}

func (r *rounds) take(ctx context.Context, q source.Query) error {
	c, err := r.v.watch.Source.Fetch(ctx, q)
	if err != nil {
		return fmt.Errorf("take a %s profile: %w", q.Kind, err)
	}
	if _, err := r.history.Add(c); err != nil {
		return fmt.Errorf("take a %s profile: %w", q.Kind, err)
	}
	return nil
}

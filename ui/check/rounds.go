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
	"github.com/leaktop/leaktop/source/poll"
)

// loadCount is how often the load is run.
const loadCount = 2

// idleSamples is the number of goroutine samples of an idle service: the lowest
// counts.
const idleSamples = 3

// loadTest runs the load on the target repeatedly and records what is retained.
type loadTest struct {
	v               *runner
	history         *profile.HistoryBuilder
	marks           []leak.Mark
	took            time.Duration      // of the last load
	creators        trace.CreatorIndex // from a trace; nil without
	idle, sampleGap time.Duration
}

// runLoads runs the load as often as loadCount says. The error says why there is no
// result.
func (v *runner) runLoads(ctx context.Context) (leak.LoadResult, error) {
	r := &loadTest{v: v, history: profile.NewHistoryBuilder(), idle: cmp.Or(v.o.idle, defaultIdle), sampleGap: cmp.Or(v.o.sampleGap, defaultSampleGap)}
	v.progress.setStage("idle, before the load", idleSamples*r.sampleGap)
	if err := r.sampleIdle(ctx); err != nil {
		return leak.LoadResult{}, err
	}
	for i := range loadCount {
		v.progress.setStage(fmt.Sprintf("load %d of %d", i+1, loadCount), v.o.For/loadCount)
		put := r.runLoad
		if r.loadInput().WantsCreators() && v.affordsTrace() {
			put = r.tracedLoad
		}
		if err := put(ctx); err != nil {
			return leak.LoadResult{}, err
		}
		v.progress.setStage(fmt.Sprintf("idle, after load %d of %d", i+1, loadCount), r.idle+idleSamples*r.sampleGap)
		if poll.SleepFor(ctx, r.idle) != nil {
			return leak.LoadResult{}, context.Cause(ctx)
		}
		if err := r.sampleIdle(ctx); err != nil {
			return leak.LoadResult{}, err
		}
	}
	if _, restarts, why := r.history.History().Epoch(); restarts > 0 {
		return leak.LoadResult{Verdict: leak.Undecided, Caveat: profile.Diagnostic{Code: profile.CodeRestart, What: "the target restarted under load, so what it retained cannot be compared: " + why}}, nil
	}
	out := leak.JudgeLoads(r.loadInput())
	if r.creators != nil {
		v.noteUnnamed(out.Suspects)
	}
	return out, nil
}

// loadInput returns the marks so far.
func (r *loadTest) loadInput() leak.LoadInput {
	h := r.history.History()
	in := leak.LoadInput{Heap: h.Groups(profile.Heap), Goroutines: h.Groups(profile.Goroutine), Marks: r.marks, Ignored: r.v.o.Ignored}
	in.Known = creatorsOf(in.Goroutines, r.creators)
	return in
}

// runLoad runs the load once.
func (r *loadTest) runLoad(ctx context.Context) error {
	began := time.Now()
	defer func() { r.took = time.Since(began) }()
	return runCommand(ctx, r.v.o.Load, r.v.o.For/loadCount)
}

// sampleIdle records what the idle service holds. It requests two collections: the
// second one frees what a sync.Pool kept and what finalizers held.
func (r *loadTest) sampleIdle(ctx context.Context) error {
	heap := source.Query{Kind: profile.Heap, GC: true}
	m := leak.Mark{From: time.Now()}
	if _, err := r.v.watch.Source.Fetch(ctx, heap); err != nil {
		return fmt.Errorf("request a collection: %w", err)
	}
	for range idleSamples {
		if err := r.addProfile(ctx, source.Query{Kind: profile.Goroutine}); err != nil {
			return err
		}
		if poll.SleepFor(ctx, r.sampleGap) != nil {
			return context.Cause(ctx)
		}
	}
	if err := r.addProfile(ctx, heap); err != nil {
		return err
	}
	m.To = time.Now()
	r.marks = append(r.marks, m)
	return nil
}

func (r *loadTest) addProfile(ctx context.Context, q source.Query) error {
	c, err := r.v.watch.Source.Fetch(ctx, q)
	if err != nil {
		return fmt.Errorf("take a %s profile: %w", q.Kind, err)
	}
	if _, err := r.history.Add(c); err != nil {
		return fmt.Errorf("take a %s profile: %w", q.Kind, err)
	}
	return nil
}

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
	runner          *runner
	history         *profile.HistoryBuilder
	marks           []leak.Mark
	took            time.Duration      // of the last load
	creators        trace.CreatorIndex // from a trace; nil without
	idle, sampleGap time.Duration
}

// runLoads runs the load as often as loadCount says. The error says why there is no
// result.
func (r *runner) runLoads(ctx context.Context) (leak.LoadResult, error) {
	test := &loadTest{runner: r, history: profile.NewHistoryBuilder(), idle: cmp.Or(r.options.idle, defaultIdle), sampleGap: cmp.Or(r.options.sampleGap, defaultSampleGap)}
	r.progress.setStage("idle, before the load", idleSamples*test.sampleGap)
	if err := test.sampleIdle(ctx); err != nil {
		return leak.LoadResult{}, err
	}
	for i := range loadCount {
		r.progress.setStage(fmt.Sprintf("load %d of %d", i+1, loadCount), r.options.For/loadCount)
		put := test.runLoad
		if test.loadInput().WantsCreators() && r.affordsTrace() {
			put = test.tracedLoad
		}
		if err := put(ctx); err != nil {
			return leak.LoadResult{}, err
		}
		r.progress.setStage(fmt.Sprintf("idle, after load %d of %d", i+1, loadCount), test.idle+idleSamples*test.sampleGap)
		if poll.SleepFor(ctx, test.idle) != nil {
			return leak.LoadResult{}, context.Cause(ctx)
		}
		if err := test.sampleIdle(ctx); err != nil {
			return leak.LoadResult{}, err
		}
	}
	if _, restarts, why := test.history.History().Epoch(); restarts > 0 {
		return leak.LoadResult{Verdict: leak.Undecided, Caveat: profile.Diagnostic{Code: profile.CodeRestart, What: "the target restarted under load, so what it retained cannot be compared: " + why}}, nil
	}
	out := leak.JudgeLoads(test.loadInput())
	if test.creators != nil {
		r.noteUnnamed(out.Suspects)
	}
	return out, nil
}

// loadInput returns the marks so far.
func (l *loadTest) loadInput() leak.LoadInput {
	h := l.history.History()
	in := leak.LoadInput{Heap: h.Groups(profile.Heap), Goroutines: h.Groups(profile.Goroutine), Marks: l.marks, Ignored: l.runner.options.Ignored}
	in.Known = creatorsOf(in.Goroutines, l.creators)
	return in
}

// runLoad runs the load once.
func (l *loadTest) runLoad(ctx context.Context) error {
	began := time.Now()
	defer func() { l.took = time.Since(began) }()
	return runCommand(ctx, l.runner.options.Load, l.runner.options.For/loadCount)
}

// sampleIdle records what the idle service holds. It requests two collections: the
// second one frees what a sync.Pool kept and what finalizers held.
func (l *loadTest) sampleIdle(ctx context.Context) error {
	heap := source.Query{Kind: profile.Heap, GC: true}
	m := leak.Mark{From: time.Now()}
	if _, err := l.runner.watch.Source.Fetch(ctx, heap); err != nil {
		return fmt.Errorf("request a collection: %w", err)
	}
	for range idleSamples {
		if err := l.addProfile(ctx, source.Query{Kind: profile.Goroutine}); err != nil {
			return err
		}
		if poll.SleepFor(ctx, l.sampleGap) != nil {
			return context.Cause(ctx)
		}
	}
	if err := l.addProfile(ctx, heap); err != nil {
		return err
	}
	m.To = time.Now()
	l.marks = append(l.marks, m)
	return nil
}

func (l *loadTest) addProfile(ctx context.Context, q source.Query) error {
	c, err := l.runner.watch.Source.Fetch(ctx, q)
	if err != nil {
		return fmt.Errorf("take a %s profile: %w", q.Kind, err)
	}
	if _, err := l.history.Add(c); err != nil {
		return fmt.Errorf("take a %s profile: %w", q.Kind, err)
	}
	return nil
}

package check

import (
	"context"
	"os"
	"os/signal"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/profile/leak"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/session"
)

// runner is the state of one check.
type runner struct {
	options  Options
	watch    *session.Session
	progress *progress

	latest     atomic.Pointer[session.State]
	endedEarly bool // the user or a signal ended it early
	// The results of runSteps; they are read after it has returned.
	rounds  *leak.LoadResult     // what the loads left behind; nil without
	loadErr error                // why rounds is nil
	notes   []profile.Diagnostic // what could not be determined
}

// watchToTheEnd watches until the time is over, the source has no more data, or the
// user ends it, and returns the final state.
func (r *runner) watchToTheEnd(parent context.Context) session.State {
	ctx, cancel := context.WithCancel(parent)
	defer cancel()
	// The first signal ends the watch; the second has the system's default action and
	// ends the program.
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(stop)

	go func() { _ = r.watch.Run(ctx) }() // its error is in the last state
	if !r.options.Recording {
		late := time.AfterFunc(r.options.firstWithin(), func() {
			if st := r.latest.Load(); st == nil || st.Polls == 0 {
				cancel()
			}
		})
		defer late.Stop()
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	var over chan struct{} // closed when runSteps has returned; nil before it started
	var st session.State
	for updates := r.watch.Updates(); updates != nil; {
		select {
		case s, more := <-updates:
			if !more {
				updates = nil
				break
			}
			st = s
			over = r.handleState(ctx, cancel, s, over)
		case <-tick.C:
			r.progress.showLine(st)
		case <-stop:
			signal.Stop(stop)
			r.endedEarly = true
			cancel()
		}
	}
	cancel()
	if over != nil {
		<-over
	}
	r.endedEarly = r.endedEarly || parent.Err() != nil
	if r.options.Recording {
		r.noteAnswers(st)
	}
	return st
}

// handleState starts runSteps at the first profile, and ends the watch if no profile
// can arrive. It returns the channel that is closed when runSteps has returned; nil
// before it started.
func (r *runner) handleState(ctx context.Context, cancel func(), st session.State, over chan struct{}) chan struct{} {
	r.latest.Store(&st)
	if isHopeless(st) {
		cancel()
	}
	if st.Polls == 0 || over != nil || r.options.Recording {
		return over
	}
	over = make(chan struct{})
	go func() {
		defer close(over)
		r.runSteps(ctx)
		cancel()
	}()
	return over
}

// runSteps does everything with a live target other than polling. When it returns,
// the watch ends.
func (r *runner) runSteps(ctx context.Context) {
	if r.options.Load != "" {
		rounds, err := r.runLoads(ctx)
		if err != nil {
			r.loadErr = err
			return
		}
		r.rounds = &rounds
	} else {
		r.progress.setStage("", r.options.For)
		if poll.SleepFor(ctx, r.options.For) != nil {
			return
		}
		r.nameCreators(ctx)
	}
	if r.options.Prove {
		r.proveLeaks(ctx)
	}
}

package source

import (
	"context"
	"errors"
	"time"

	"github.com/leaktop/leaktop/source/poll"

	"github.com/leaktop/leaktop/source/kube"
)

// probeAgain is the pause between attempts to find pprof in a container that has just
// started.
const probeAgain = 500 * time.Millisecond

// probeWhenUp waits until the container has a process and finds its pprof port. In a
// crash loop it may take several processes until one opens a port.
func (l *podLink) probeWhenUp(ctx context.Context, o Options) (*HTTP, []string, error) {
	said := ""
	tell := func(text string) {
		if o.Progress != nil && text != said {
			said = text
			o.Progress(text)
		}
	}
	for {
		if err := l.AwaitProcess(ctx, tell); err != nil {
			return nil, nil, err
		}
		h, tried, err := l.findPprofPort(ctx, o)
		if err == nil || ctx.Err() != nil {
			return h, tried, err
		}
		if refreshErr := l.Refresh(ctx); refreshErr != nil {
			return nil, nil, errors.Join(err, refreshErr)
		}
		switch {
		case !l.Watched().Runs():
		case l.Watched().IsStarting() && kube.IsRefused(err):
			tell("container " + l.Watched().Container() + " of pod " + l.Watched().PodName() + " has started but does not serve pprof yet; waiting for it")
		default:
			return nil, nil, err
		}
		if err := poll.SleepFor(ctx, probeAgain); err != nil {
			return nil, nil, err
		}
	}
}

package fleet

import (
	"context"
	"time"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source"
	"github.com/leaktop/leaktop/source/poll"
	"github.com/leaktop/leaktop/source/problem"
)

// Awaited is the finder of the pods of a cluster that did not answer at first, while others
// did.
type Awaited struct {
	Title string
	// Cluster is the context, for the members.
	Cluster string
	Err     error // why it did not answer
	// Open finds the pods. It is called at intervals until it succeeds.
	Open func(context.Context) (*source.Pods, error)
	// Pause is the time between two calls of Open.
	Pause time.Duration
}

// Name returns the title.
func (a Awaited) Name() string { return a.Title }

// Find sends the reason why there are no pods, and the pods as soon as the cluster
// answers.
func (a Awaited) Find(ctx context.Context, send func(Found)) error {
	for err := a.Err; ctx.Err() == nil; {
		send(Found{Diagnostics: []profile.Diagnostic{problem.Diagnose(err, profile.CodeNoAnswer, profile.SeverityWarning, "")}})
		if poll.SleepFor(ctx, a.Pause) != nil {
			break
		}
		var p *source.Pods
		if p, err = a.Open(ctx); err == nil {
			return OfPods(p, a.Cluster).Find(ctx, send)
		}
	}
	return nil
}

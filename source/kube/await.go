package kube

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/leaktop/leaktop/profile/quantity"
	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/kube/forward"

	"github.com/leaktop/leaktop/source/kube/fault"
)

// AwaitProcess waits until the container has a process. It calls tell with the reason
// whenever that changes. It fails with a [fault.Error] if there will be no process: after
// ten minutes, twice the kubelet's longest pause, or if the pod has ended.
func (p *Pod) AwaitProcess(ctx context.Context, tell func(text string)) error {
	if p.Watched().Runs() {
		return nil
	}
	limit := p.cluster.timeouts.await
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	changed := make(chan struct{}, 1)
	var watched error
	done := make(chan struct{})
	go func() {
		defer close(done)
		watched = p.Watch(ctx, func(Update) {
			select {
			case changed <- struct{}{}:
			default:
			}
		})
	}()
	defer func() { <-done }()
	defer cancel()
	said := ""
	for {
		if text := describeWait(p.Watched(), p.cluster.stopKey); text != said && text != "" {
			said = text
			tell(text)
		}
		select {
		case <-changed:
		case <-done: // which the end of ctx brings about, too
			switch why := context.Cause(ctx); {
			case watched != nil:
				return watched
			case why == nil, why == context.DeadlineExceeded:
				return errNeverCame(p.Watched(), limit)
			default:
				return why
			}
		}
		if p.Watched().Runs() {
			return nil
		}
		if w := p.Watched(); !w.IsAwaitable() && w.Status() != nil {
			return fault.New(nil, fmt.Sprintf("see kubectl describe pod -n %s %s", w.Pod.Namespace, w.Pod.Name), "watch pod %s: container %s will not start: %s", w.Pod.Name, w.Container(), w.NotRunningReason())
		}
	}
}

// errNeverCame returns the error for a container that got no process in time.
func errNeverCame(w podstate.Watched, limit time.Duration) error {
	next := fmt.Sprintf("read its last output with kubectl logs -n %s %s -c %s --previous", w.Pod.Namespace, w.Pod.Name, w.Container())
	return fault.New(nil, next, "watch pod %s: container %s did not start within %s: %s", w.Pod.Name, w.Container(), quantity.Duration(limit), w.NotRunningReason())
}

// describeWait describes what AwaitProcess is waiting for, "" for nothing.
func describeWait(w podstate.Watched, stopKey string) string {
	s := w.Status()
	if s == nil || s.State.Running != nil {
		return ""
	}
	what := "is not running yet"
	if s.RestartCount > 0 || w.IsCrashLooping() {
		what = "is crash-looping"
	}
	text := fmt.Sprintf("container %s of pod %s %s: %s", w.Container(), w.Pod.Name, what, w.NotRunningReason())
	if w.IsCrashLooping() {
		text += "; the kubelet pauses for up to 5 minutes before the next start"
	}
	return fault.CleanText(text + "; waiting for it, press " + stopKey + " to stop")
}

// IsRefused reports whether the error means that nothing listens on the port.
func IsRefused(err error) bool {
	refused, ok := errors.AsType[*forward.PortError](err)
	return ok && refused.IsRefused()
}

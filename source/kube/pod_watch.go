package kube

import (
	"context"
	"sync"
	"time"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
)

// requestTimeout bounds requests without another bound.
const requestTimeout = 10 * time.Second

// eagerSeekTime is how long to search for a successor at short intervals. A deployment may
// have been scaled to zero for the night.
const eagerSeekTime = 20 * time.Second

// newBackoff returns the back-off after failures: 0.25 s, doubling to 5 s.
func newBackoff() *wait.Backoff {
	return &wait.Backoff{Duration: 250 * time.Millisecond, Factor: 2, Jitter: 0.1, Steps: 6, Cap: 5 * time.Second}
}

// Watch calls tell with what is known about the pod and what happens to it, until ctx
// ends; then it returns nil. It uses one watch, or a GET every few seconds if watching
// is forbidden. tell is called by one goroutine at a time and must call neither
// DialContext nor Refresh.
func (p *Pod) Watch(ctx context.Context, tell func(Update)) error {
	p.setListener(tell)
	defer p.setListener(nil)
	if p.inGroup {
		<-ctx.Done()
		return nil
	}
	var measuring sync.WaitGroup
	measuring.Go(func() { p.meter.loop(ctx) })
	defer measuring.Wait()

	pause := newBackoff()
	canWatch := true
	for ctx.Err() == nil {
		err := p.refreshWithin(ctx, requestTimeout)
		p.setError(err)
		switch {
		case err == nil && canWatch:
			began := time.Now()
			err = p.streamOnce(ctx)
			canWatch = !apierrors.IsForbidden(err) && !apierrors.IsMethodNotSupported(err)
			if time.Since(began) > time.Second {
				pause = newBackoff()
				continue
			}
			sleepFor(ctx, pause.Step())
		case err == nil:
			pause = newBackoff()
			sleepFor(ctx, p.cluster.timeouts.pollInterval)
		case p.goneFor(eagerSeekTime):
			sleepFor(ctx, p.cluster.timeouts.successorInterval)
		default:
			sleepFor(ctx, pause.Step())
		}
	}
	return nil
}

// Refresh reads the pod once, follows it to its successor if it has ended, and
// reports what changed before it returns. The error is a [fault.Error].
func (p *Pod) Refresh(ctx context.Context) error {
	pod := p.Watched().Pod
	next, err := p.cluster.podNamed(ctx, pod.Namespace, pod.Name)
	switch {
	case apierrors.IsNotFound(err):
		return p.followSuccessor(ctx)
	case err != nil:
		return p.cluster.output.AddLastWords(fault.Explain("read pod "+pod.Name, err))
	}
	p.applyObservation(pod, next)
	if hasEnded(next, p.Watched().Container()) {
		return p.followSuccessor(ctx)
	}
	return nil
}

func (p *Pod) refreshWithin(ctx context.Context, d time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return p.Refresh(ctx)
}

// streamOnce watches the pod until it ends, another one is followed, or the stream ends.
func (p *Pod) streamOnce(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.mu.Lock()
	pod := p.watched.Pod
	p.stopStream = cancel
	p.mu.Unlock()
	err := p.cluster.api.watchPod(ctx, pod.Namespace, pod.Name, func(next *corev1.Pod, deleted bool) {
		if deleted {
			cancel() // the next Refresh searches its successor
			return
		}
		p.cluster.markContainer(next)
		p.applyObservation(pod, next)
		if hasEnded(next, p.Watched().Container()) {
			cancel()
		}
	})
	p.mu.Lock()
	p.stopStream = nil
	p.mu.Unlock()
	return err
}

// goneFor reports whether the pod has ended no longer than d ago.
func (p *Pod) goneFor(d time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.goneSince.IsZero() && time.Since(p.goneSince) < d
}

func sleepFor(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

package kube

import (
	"context"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/util/wait"
)

// requestTimeout bounds requests without another bound.
const requestTimeout = 10 * time.Second

// seekLong is how long to search for a successor at short intervals. A deployment may
// have been scaled to zero for the night.
const seekLong = 20 * time.Second

// retry returns the back-off after failures: 0.25 s, doubling to 5 s.
func retry() *wait.Backoff {
	return &wait.Backoff{Duration: 250 * time.Millisecond, Factor: 2, Jitter: 0.1, Steps: 6, Cap: 5 * time.Second}
}

// Watch calls tell with what is known of the pod and what happens to it, until ctx
// ends; then it returns nil. It uses one watch, or a GET every few seconds if
// watching is forbidden. tell is called by one goroutine at a time and must call
// neither DialContext nor Refresh.
func (p *Pod) Watch(ctx context.Context, tell func(Update)) error {
	p.listen(tell)
	defer p.listen(nil)
	var measuring sync.WaitGroup
	measuring.Go(func() { p.measure(ctx) })
	defer measuring.Wait()

	pause := retry()
	canWatch := true
	for ctx.Err() == nil {
		err := p.refreshWithin(ctx, requestTimeout)
		p.state(err)
		switch {
		case err == nil && canWatch:
			began := time.Now()
			err = p.stream(ctx)
			canWatch = !apierrors.IsForbidden(err) && !apierrors.IsMethodNotSupported(err)
			if time.Since(began) > time.Second {
				pause = retry()
				continue
			}
			sleep(ctx, pause.Step())
		case err == nil:
			pause = retry()
			sleep(ctx, p.cluster.pace.poll)
		case p.goneFor(seekLong):
			sleep(ctx, p.cluster.pace.seek)
		default:
			sleep(ctx, pause.Step())
		}
	}
	return nil
}

// Refresh reads the pod once, follows it to its successor if it has ended, and
// reports what changed before it returns. The error is an [Error].
func (p *Pod) Refresh(ctx context.Context) error {
	pod := p.now()
	next, err := p.cluster.podNamed(ctx, pod.Namespace, pod.Name)
	switch {
	case apierrors.IsNotFound(err):
		return p.replace(ctx)
	case err != nil:
		return p.cluster.output.explain(explain("read pod "+pod.Name, err))
	}
	p.observe(pod, next)
	if ended(next, p.container()) {
		return p.replace(ctx)
	}
	return nil
}

func (p *Pod) refreshWithin(ctx context.Context, d time.Duration) error {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	return p.Refresh(ctx)
}

// stream watches the pod until it ends, another one is followed, or the stream ends.
func (p *Pod) stream(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	p.mu.Lock()
	pod := p.pod
	p.stopStream = cancel
	p.mu.Unlock()
	err := p.cluster.api.watch(ctx, pod.Namespace, pod.Name, func(next *corev1.Pod, deleted bool) {
		if deleted {
			cancel() // the next Refresh searches its successor
			return
		}
		p.cluster.mark(next)
		p.observe(pod, next)
		if ended(next, p.container()) {
			cancel()
		}
	})
	p.mu.Lock()
	p.stopStream = nil
	p.mu.Unlock()
	return err
}

// container returns the container behind the port.
func (p *Pod) container() string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return containerBehind(p.pod, p.port, p.wanted)
}

// goneFor reports whether the pod has ended no longer than d ago.
func (p *Pod) goneFor(d time.Duration) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return !p.gone.IsZero() && time.Since(p.gone) < d
}

func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

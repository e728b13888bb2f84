package kube

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// startReasons are the kubelet's reasons for a waiting container that will get a
// process on its own. Others, such as ErrImagePull, require intervention.
var startReasons = []string{"", "CrashLoopBackOff", "ContainerCreating", "PodInitializing"}

// isAwaitable reports whether the container has no process and is about to get one.
func isAwaitable(pod *corev1.Pod, container string) bool {
	if pod.DeletionTimestamp != nil || pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		return false
	}
	s := statusOf(pod, container)
	if s == nil || s.State.Running != nil {
		return false
	}
	if s.State.Terminated != nil {
		return pod.Spec.RestartPolicy != corev1.RestartPolicyNever
	}
	return s.State.Waiting != nil && slices.Contains(startReasons, s.State.Waiting.Reason)
}

// AwaitProcess waits until the container has a process. It calls tell with the reason
// whenever that changes. It fails with an [Error] if there will be no process: after
// ten minutes, twice the kubelet's longest pause, or if the pod has ended.
func (p *Pod) AwaitProcess(ctx context.Context, tell func(text string)) error {
	if p.Runs() {
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
		if text := p.waitingFor(time.Now()); text != said && text != "" {
			said = text
			tell(text)
		}
		select {
		case <-changed:
		case <-ctx.Done():
			if watched != nil {
				return watched
			}
			if context.Cause(ctx) == context.DeadlineExceeded {
				return p.neverCame(limit)
			}
			return context.Cause(ctx)
		}
		if p.Runs() {
			return nil
		}
		if pod, name := p.currentPod(), p.servingContainer(); !isAwaitable(pod, name) && statusOf(pod, name) != nil {
			return newError(nil, fmt.Sprintf("see kubectl describe pod -n %s %s", pod.Namespace, pod.Name), "watch pod %s: container %s gets no process: %s", pod.Name, name, notRunningReason(pod, name))
		}
	}
}

// neverCame returns the error for a container that got no process in time.
func (p *Pod) neverCame(limit time.Duration) error {
	pod, name := p.currentPod(), p.servingContainer()
	next := fmt.Sprintf("read its last words with kubectl logs -n %s %s -c %s --previous", pod.Namespace, pod.Name, name)
	return newError(nil, next, "watch pod %s: container %s did not start within %v: %s", pod.Name, name, limit, notRunningReason(pod, name))
}

// waitingFor describes what AwaitProcess is waiting for.
func (p *Pod) waitingFor(now time.Time) string {
	pod, name := p.currentPod(), p.servingContainer()
	s := statusOf(pod, name)
	if s == nil || s.State.Running != nil {
		return ""
	}
	what := "is not running yet"
	if s.RestartCount > 0 || isCrashLooping(pod, name) {
		what = "is crash-looping"
	}
	text := fmt.Sprintf("container %s of pod %s %s: %s", name, pod.Name, what, notRunningReason(pod, name))
	if isCrashLooping(pod, name) {
		text += "; the kubelet pauses for up to 5 minutes before the next start"
	}
	return cleanText(text + "; waiting for it, press ctrl+c to stop")
}

// Runs reports whether the container behind the port has a process.
func (p *Pod) Runs() bool {
	return !containerStart(statusOf(p.currentPod(), p.servingContainer())).IsZero()
}

// Container returns the name of the container behind the port, or of the pod's main
// one if no port is in use yet.
func (p *Pod) Container() string { return cleanText(p.servingContainer()) }

// IsRefused reports whether the error means that nothing listens on the port.
func IsRefused(err error) bool {
	refused, ok := errors.AsType[*portError](err)
	return ok && refused.isRefused()
}

// IsStarting reports whether the container behind the port has just started, so that
// a port that is not open may still open.
func (p *Pod) IsStarting() bool {
	pod, name := p.currentPod(), p.servingContainer()
	at := containerStart(statusOf(pod, name))
	return !at.IsZero() && time.Since(at) < startTime
}

// startTime is how long after the start of a container a port that is not open may
// still open.
const startTime = 30 * time.Second

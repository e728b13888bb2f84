package kube

import (
	"context"
	"errors"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
)

// measureRarely is how often it is asked whether the working set is served by now.
const measureRarely = 10 * time.Minute

// remeasureFor is how long a figure of a process that just started is asked for more
// often: metrics-server needs one or two of its rounds.
const remeasureFor = 2 * time.Minute

// usage is the part of metrics.k8s.io/v1beta1 PodMetrics that we read. The
// type's own module would be one more dependency.
type usage struct {
	Timestamp  time.Time        `json:"timestamp"`
	Window     metav1.Duration  `json:"window"` // what CPU figures are averaged over, before Timestamp
	Containers []containerUsage `json:"containers"`
}

type containerUsage struct {
	Name  string `json:"name"`
	Usage struct {
		Memory quantity.Quantity `json:"memory"`
	} `json:"usage"`
}

// measure asks for the working set now and then, and is silent where it is not
// served or forbidden.
func (p *Pod) measure(ctx context.Context) {
	pause, hurry := p.cluster.pace.measure, time.Time{}
	for ctx.Err() == nil {
		served, fresh := p.measureOnce(ctx)
		switch {
		case !served:
			pause = min(2*pause, measureRarely)
		case fresh:
			pause, hurry = p.cluster.pace.measure, time.Time{}
		case time.Now().Before(hurry):
			pause = p.cluster.pace.remeasure
		default:
			pause = p.cluster.pace.measure
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-wait.C:
		case <-p.remeasure:
			pause, hurry = p.cluster.pace.measure, time.Now().Add(remeasureFor)
		}
		wait.Stop()
	}
}

// measureOnce asks once. served says that there is such a service, fresh that it
// brought a new figure.
func (p *Pod) measureOnce(ctx context.Context) (served, fresh bool) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	pod := p.now()
	var u usage
	err := p.cluster.api.get(ctx, podMetrics, pod.Namespace, pod.Name, &u)
	if apierrors.IsNotFound(err) && (namesObject(err) || p.wasMeasured()) {
		return true, false // a pod or container that is new has no figure yet
	}
	if err != nil {
		return false, false
	}
	name := p.container()
	for _, c := range u.Containers {
		if c.Name == name && c.Usage.Memory.Value() > 0 {
			return true, p.applyUsage(pod.UID, uint64(c.Usage.Memory.Value()), u.Timestamp, u.Window.Duration)
		}
	}
	return true, false
}

// applyUsage takes a figure unless it is of another process. It reports whether it
// was new.
func (p *Pod) applyUsage(of types.UID, bytes uint64, at time.Time, window time.Duration) bool {
	p.order.Lock()
	defer p.order.Unlock()
	p.mu.Lock()
	began := started(statusOf(p.pod, containerBehind(p.pod, p.port, p.wanted)))
	fresh := p.pod.UID == of && at.After(p.measured) && isOfProcess(at, window, began)
	if fresh {
		p.workingSet, p.measured, p.everMeasured = bytes, at, true
	}
	u := p.update()
	p.mu.Unlock()
	if fresh {
		p.send(u)
	}
	return fresh
}

// isOfProcess reports whether a figure of that time is of the container's process that
// began then. metrics-server keeps the figure of a dead container for a minute and
// shows it as the new one's: only what was measured wholly since the start counts.
// Its times are whole seconds.
func isOfProcess(at time.Time, window time.Duration, began time.Time) bool {
	return !began.IsZero() && !at.Add(-window).Before(began.Add(-time.Second)) && !at.Before(began)
}

// namesObject reports whether the refusal is about one object, not about a whole API
// that is not served.
func namesObject(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status) && status.Status().Details != nil && status.Status().Details.Name != ""
}

// wasMeasured reports whether metrics.k8s.io ever had a figure.
func (p *Pod) wasMeasured() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.everMeasured
}

// dropMeasured forgets the figure of another process; the caller holds mu.
func (p *Pod) dropMeasured() {
	p.workingSet, p.measured = 0, time.Time{}
	select {
	case p.remeasure <- struct{}{}:
	default:
	}
}

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

// maxMetricsInterval is how often to check whether the working set is served by now.
const maxMetricsInterval = 10 * time.Minute

// remeasureFor is how long the figure of a new process is requested more often:
// metrics-server needs one or two of its cycles.
const remeasureFor = 2 * time.Minute

// podUsage is the needed part of metrics.k8s.io/v1beta1 PodMetrics, whose module would
// be one more dependency.
type podUsage struct {
	Metadata   metav1.ObjectMeta `json:"metadata"`
	Timestamp  time.Time         `json:"timestamp"`
	Window     metav1.Duration   `json:"window"` // period before Timestamp over which CPU figures are averaged
	Containers []containerUsage  `json:"containers"`
}

type containerUsage struct {
	Name  string `json:"name"`
	Usage struct {
		Memory quantity.Quantity `json:"memory"`
		CPU    quantity.Quantity `json:"cpu"`
	} `json:"usage"`
}

// measureLoop requests the working set at intervals. It reports no error if that is not
// served or forbidden.
func (p *Pod) measureLoop(ctx context.Context) {
	pause, hurry := p.cluster.timeouts.measure, time.Time{}
	for ctx.Err() == nil {
		served, fresh := p.measureOnce(ctx)
		switch {
		case !served:
			pause = min(2*pause, maxMetricsInterval)
		case fresh:
			pause, hurry = p.cluster.timeouts.measure, time.Time{}
		case time.Now().Before(hurry):
			pause = p.cluster.timeouts.remeasure
		default:
			pause = p.cluster.timeouts.measure
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-wait.C:
		case <-p.remeasure:
			pause, hurry = p.cluster.timeouts.measure, time.Now().Add(remeasureFor)
		}
		wait.Stop()
	}
}

// measureOnce requests the working set once. served reports whether there is such a
// service, fresh whether it had a new figure.
func (p *Pod) measureOnce(ctx context.Context) (served, fresh bool) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	pod := p.currentPod()
	var u podUsage
	err := p.cluster.api.getObject(ctx, podMetricsResource, pod.Namespace, pod.Name, &u)
	if apierrors.IsNotFound(err) && (namesObject(err) || p.wasMeasured()) {
		return true, false // a new pod or container has no figure yet
	}
	if err != nil {
		return false, false
	}
	return true, p.applyUsage(pod.UID, u)
}

// applyUsage stores the figures of the container behind the port, unless they belong to
// another process. It reports whether they were new.
func (p *Pod) applyUsage(of types.UID, u podUsage) bool {
	name := p.servingContainer()
	for _, c := range u.Containers {
		if c.Name == name && c.Usage.Memory.Value() > 0 {
			return p.storeUsage(of, c, u.Timestamp, u.Window.Duration)
		}
	}
	return false
}

func (p *Pod) storeUsage(of types.UID, c containerUsage, at time.Time, window time.Duration) bool {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.mu.Lock()
	began := containerStart(statusOf(p.pod, containerBehind(p.pod, p.port, p.wanted)))
	fresh := p.pod.UID == of && at.After(p.measured) && isOfProcess(at, window, began)
	if fresh {
		p.workingSet, p.measured, p.everMeasured = uint64(c.Usage.Memory.Value()), at, true
		p.cpu = c.Usage.CPU.AsApproximateFloat64()
	}
	u := p.newUpdate()
	p.mu.Unlock()
	if fresh {
		p.sendUpdate(u)
	}
	return fresh
}

// isOfProcess reports whether a figure was measured entirely since the start of the
// container's process. metrics-server keeps the figure of a dead container for a
// minute and shows it as the new one's. Its times are whole seconds.
func isOfProcess(at time.Time, window time.Duration, began time.Time) bool {
	return !began.IsZero() && !at.Add(-window).Before(began.Add(-time.Second)) && !at.Before(began)
}

// namesObject reports whether the refusal concerns one object, not an API that is not
// served at all.
func namesObject(err error) bool {
	var status apierrors.APIStatus
	return errors.As(err, &status) && status.Status().Details != nil && status.Status().Details.Name != ""
}

// wasMeasured reports whether metrics.k8s.io has ever had a figure.
func (p *Pod) wasMeasured() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.everMeasured
}

// dropMeasured drops the figure of another process. The caller holds mu.
func (p *Pod) dropMeasured() {
	p.workingSet, p.cpu, p.measured = 0, 0, time.Time{}
	select {
	case p.remeasure <- struct{}{}:
	default:
	}
}

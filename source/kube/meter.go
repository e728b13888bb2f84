package kube

import (
	"context"
	"errors"
	"time"

	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
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

// meter requests what the container of a pod uses. Its fields are guarded by the pod's
// mu.
type meter struct {
	pod          *Pod
	workingSet   uint64        // in bytes, as of measured
	cpu          float64       // cores, as of measured
	measured     time.Time     // zero if there is no figure of the current process
	everMeasured bool          // metrics.k8s.io has had a figure
	remeasure    chan struct{} // wakes loop, because the figure was dropped
}

// loop requests the working set at intervals until ctx ends. It reports no error if
// that is not served or forbidden.
func (m *meter) loop(ctx context.Context) {
	usual := m.pod.cluster.timeouts.measure
	pause, hurry := usual, time.Time{}
	for ctx.Err() == nil {
		served, fresh := m.measureOnce(ctx)
		switch {
		case !served:
			pause = min(2*pause, maxMetricsInterval)
		case fresh:
			pause, hurry = usual, time.Time{}
		case time.Now().Before(hurry):
			pause = m.pod.cluster.timeouts.remeasure
		default:
			pause = usual
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-wait.C:
		case <-m.remeasure:
			pause, hurry = usual, time.Now().Add(remeasureFor)
		}
		wait.Stop()
	}
}

// measureOnce requests the working set once. served reports whether there is such a
// service, fresh whether it had a new figure.
func (m *meter) measureOnce(ctx context.Context) (served, fresh bool) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	pod := m.pod.Watched().Pod
	var u podUsage
	err := m.pod.cluster.api.getObject(ctx, podMetricsResource, pod.Namespace, pod.Name, &u)
	if apierrors.IsNotFound(err) && (namesObject(err) || m.wasMeasured()) {
		return true, false // a new pod or container has no figure yet
	}
	if err != nil {
		return false, false
	}
	return true, m.applyUsage(pod.UID, u)
}

// applyUsage stores the figures of the container behind the port, unless they belong to
// another process. It reports whether they were new.
func (m *meter) applyUsage(of types.UID, u podUsage) bool {
	name := m.pod.Watched().Container()
	for _, c := range u.Containers {
		if c.Name == name && c.Usage.Memory.Value() > 0 {
			return m.storeUsage(of, c, u.Timestamp, u.Window.Duration)
		}
	}
	return false
}

func (m *meter) storeUsage(of types.UID, c containerUsage, at time.Time, window time.Duration) bool {
	p := m.pod
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.mu.Lock()
	fresh := p.watched.Pod.UID == of && at.After(m.measured) && isOfProcess(at, window, p.watched.Start())
	if fresh {
		m.workingSet, m.measured, m.everMeasured = uint64(c.Usage.Memory.Value()), at, true
		m.cpu = c.Usage.CPU.AsApproximateFloat64()
	}
	u := p.newUpdate()
	p.mu.Unlock()
	if fresh {
		p.updates.send(u)
	}
	return fresh
}

// wasMeasured reports whether metrics.k8s.io has ever had a figure.
func (m *meter) wasMeasured() bool {
	m.pod.mu.Lock()
	defer m.pod.mu.Unlock()
	return m.everMeasured
}

// dropFigure drops the figure of another process. The caller holds the pod's mu.
func (m *meter) dropFigure() {
	m.workingSet, m.cpu, m.measured = 0, 0, time.Time{}
	select {
	case m.remeasure <- struct{}{}:
	default:
	}
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

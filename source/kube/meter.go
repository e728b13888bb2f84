package kube

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	quantity "k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/types"
)

// maxMetricsInterval is how often to check whether the working set has become
// available.
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

// podUsages is a list of them.
type podUsages struct {
	Items []podUsage `json:"items"`
}

// of returns the usage of a container, false if there is none.
func (u podUsage) of(container string) (containerUsage, bool) {
	for _, c := range u.Containers {
		if c.Name == container && c.Usage.Memory.Value() > 0 {
			return c, true
		}
	}
	return containerUsage{}, false
}

// AddUsage returns the candidates, all of one namespace, with their current usage, if
// metrics.k8s.io serves it.
func (c *Cluster) AddUsage(ctx context.Context, all []Candidate) []Candidate {
	all = slices.Clone(all)
	var list podUsages
	if len(all) == 0 || c.api.listObjects(ctx, podMetricsResource, all[0].pod.Namespace, c.selector, &list) != nil {
		return all
	}
	byName := map[string]podUsage{}
	for _, u := range list.Items {
		byName[u.Metadata.Name] = u
	}
	for i := range all {
		x := &all[i]
		w := podstate.Watched{Pod: x.pod, Wanted: x.port}
		u := byName[x.pod.Name]
		used, ok := u.of(w.Container())
		if ok && isOfProcess(u.Timestamp, u.Window.Duration, w.Start()) {
			x.WorkingSet, x.CPU, x.Measured = used.Usage.Memory.Value(), used.Usage.CPU.AsApproximateFloat64(), u.Timestamp
		}
	}
	return all
}

// meter requests the usage of a pod's container. Its fields are guarded by the pod's
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
	pause, eagerUntil := usual, time.Time{}
	for ctx.Err() == nil {
		served, fresh := m.measureOnce(ctx)
		switch {
		case served == failsNow:
			pause = m.pod.cluster.timeouts.remeasure
		case served == notServed:
			pause = min(2*pause, maxMetricsInterval)
		case fresh:
			pause, eagerUntil = usual, time.Time{}
		case time.Now().Before(eagerUntil):
			pause = m.pod.cluster.timeouts.remeasure
		default:
			pause = usual
		}
		wait := time.NewTimer(pause)
		select {
		case <-ctx.Done():
		case <-wait.C:
		case <-m.remeasure:
			pause, eagerUntil = usual, time.Now().Add(remeasureFor)
		}
		wait.Stop()
	}
}

// metricsAnswer is the kind of response from metrics.k8s.io.
type metricsAnswer int

const (
	isServed  metricsAnswer = iota
	notServed               // there is no such service, or it may not be used
	failsNow                // the response did not arrive
)

// answerOf distinguishes a missing service from a failed request.
func answerOf(err error) metricsAnswer {
	switch {
	case err == nil:
		return isServed
	case isRefusal(err) && !apierrors.IsTimeout(err) && !apierrors.IsTooManyRequests(err):
		return notServed
	}
	return failsNow
}

// measureOnce requests the working set once. served reports whether there is such a
// service, fresh whether it had a new figure.
func (m *meter) measureOnce(ctx context.Context) (served metricsAnswer, fresh bool) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	pod := m.pod.Watched().Pod
	var u podUsage
	err := m.pod.cluster.api.getObject(ctx, podMetricsResource, pod.Namespace, pod.Name, &u)
	if apierrors.IsNotFound(err) && (namesObject(err) || m.wasMeasured()) {
		return isServed, false // a new pod or container has no figure yet
	}
	if err != nil {
		return answerOf(err), false
	}
	return isServed, m.applyUsage(pod.UID, u)
}

// applyUsage stores the figures of the container behind the port, unless they belong to
// another process. It reports whether they were new.
func (m *meter) applyUsage(of types.UID, u podUsage) bool {
	c, ok := u.of(m.pod.Watched().Container())
	return ok && m.storeUsage(of, c, u.Timestamp, u.Window.Duration)
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

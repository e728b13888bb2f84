package kubetest

import (
	"fmt"
	"net/http"
	"time"

	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
)

// Usage is the usage of a container in metrics.k8s.io.
type Usage struct {
	Container string
	Bytes     int64 // working set
	MilliCPU  int64
}

// sample is the usage of a pod in metrics.k8s.io.
type sample struct {
	at     time.Time // zero means the time of the request
	window time.Duration
	usage  []Usage
}

// SetWorkingSets sets the usage of the first containers of pods, in bytes by
// "namespace/name".
func (c *Cluster) SetWorkingSets(workingSet map[string]int64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.metrics = map[string]sample{}
	for name, bytes := range workingSet {
		c.metrics[name] = sample{usage: []Usage{{Bytes: bytes}}}
	}
}

// MeasureAt sets the usage of the containers of a pod, "shop/NAME", with its time and
// window, until the next call: metrics-server lags, and reports a container for a while
// after its end. A zero time means the time of each request.
func (c *Cluster) MeasureAt(pod string, at time.Time, window time.Duration, usage ...Usage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.metrics == nil {
		c.metrics = map[string]sample{}
	}
	c.metrics[pod] = sample{at, window, usage}
}

func (a apiServer) answerMetrics(w http.ResponseWriter, q request) {
	a.mu.Lock()
	if q.name == "" {
		items := []any{}
		for name, p := range a.pods {
			if s, ok := a.metrics[name]; ok && p.obj.Namespace == q.namespace {
				items = append(items, s.toObject(p))
			}
		}
		a.mu.Unlock()
		writeJSON(w, map[string]any{"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetricsList", "items": items})
		return
	}
	if a.metrics == nil {
		a.mu.Unlock()
		writeError(w, apierrors.NewGenericServerResponse(404, "get", schema.GroupResource{}, "", "", 0, true))
		return
	}
	s, ok := a.metrics[q.namespace+"/"+q.name]
	pod := a.pods[q.namespace+"/"+q.name]
	if !ok || pod == nil {
		a.mu.Unlock()
		notFound(w, q)
		return
	}
	object := s.toObject(pod)
	a.mu.Unlock()
	writeJSON(w, object)
}

// toObject returns the sample as a PodMetrics object. The caller holds the lock.
func (s sample) toObject(p *Pod) map[string]any {
	at := s.at
	if at.IsZero() {
		at = time.Now()
	}
	containers := []any{}
	for _, u := range s.usage {
		if u.Container == "" {
			u.Container = p.obj.Spec.Containers[0].Name
		}
		containers = append(containers, map[string]any{
			"name": u.Container, "usage": map[string]any{"memory": fmt.Sprint(u.Bytes), "cpu": fmt.Sprintf("%dm", u.MilliCPU)},
		})
	}
	return map[string]any{
		"apiVersion": "metrics.k8s.io/v1beta1", "kind": "PodMetrics",
		"metadata":  map[string]any{"namespace": p.obj.Namespace, "name": p.obj.Name},
		"timestamp": metav1.NewTime(at), "window": s.window.String(), "containers": containers,
	}
}

package kubetest

import (
	"encoding/json"
	"net/http"
	"strconv"

	corev1 "k8s.io/api/core/v1"
)

// watcher is one open watch of pods.
type watcher struct {
	q      request
	events chan watchEvent
	end    chan struct{}
}

// watchEvent is a watch event in the format of the API.
type watchEvent struct {
	Type   string      `json:"type"`
	Object *corev1.Pod `json:"object"`
}

// resourceVersion returns the current resource version.
func (c *Cluster) resourceVersion() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return strconv.Itoa(c.version)
}

// notifyWatchers sets the pod's resource version and notifies the watchers. The caller holds
// the lock.
func (c *Cluster) notifyWatchers(p *Pod, what string) {
	c.version++
	p.obj.ResourceVersion = strconv.Itoa(c.version)
	if c.watchesMuted {
		return
	}
	for w := range c.watchers {
		name := w.q.URL.Query().Get("fieldSelector")
		if p.obj.Namespace == w.q.namespace && (name == "" || name == "metadata.name="+p.obj.Name) {
			select {
			case w.events <- watchEvent{what, p.obj.DeepCopy()}:
			case <-w.end:
			}
		}
	}
}

// streamEvents streams events. It starts with the existing pods unless the client has listed
// them.
func (a apiServer) streamEvents(rw http.ResponseWriter, q request) {
	w := &watcher{q: q, events: make(chan watchEvent, 1000), end: make(chan struct{})}
	if v := q.URL.Query().Get("resourceVersion"); v == "" || v == "0" {
		for _, p := range a.selectPods(q) {
			w.events <- watchEvent{"ADDED", p.Object()}
		}
	}
	a.mu.Lock()
	a.watchers[w] = struct{}{}
	a.mu.Unlock()
	defer func() {
		a.mu.Lock()
		delete(a.watchers, w)
		a.mu.Unlock()
	}()
	rw.Header().Set("Content-Type", "application/json")
	out := json.NewEncoder(rw)
	flush, _ := rw.(http.Flusher)
	for {
		flush.Flush()
		select {
		case e := <-w.events:
			if out.Encode(e) != nil {
				return
			}
		case <-q.Context().Done():
			return
		case <-w.end:
			return
		}
	}
}

// Watches returns the number of open watches.
func (c *Cluster) Watches() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.watchers)
}

// endWatches ends all watches, like an API server that stops.
func (c *Cluster) endWatches() {
	c.mu.Lock()
	defer c.mu.Unlock()
	for w := range c.watchers {
		select {
		case <-w.end:
		default:
			close(w.end)
		}
	}
}

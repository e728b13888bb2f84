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

// notifyWatchers sets the pod's resource version and notifies the watchers. The caller holds
// the lock.
func (c *Cluster) notifyWatchers(p *Pod, what string) {
	c.version++
	p.obj.ResourceVersion = strconv.Itoa(c.version)
	if c.watchesMuted {
		return
	}
	e := watchEvent{what, p.obj.DeepCopy()}
	c.history = append(c.history, e)
	for w := range c.watchers {
		w.send(e)
	}
}

// send sends an event to the client, if it is about a pod that the client watches.
func (w *watcher) send(e watchEvent) {
	if w.q.selects(e.Object) {
		select {
		case w.events <- e:
		case <-w.end:
		}
	}
}

// addWatcher starts a watch. It begins with the existing pods, or with what has changed since
// the client listed them.
func (c *Cluster) addWatcher(q request) *watcher {
	w := &watcher{q: q, events: make(chan watchEvent, 1000), end: make(chan struct{})}
	c.mu.Lock()
	defer c.mu.Unlock()
	if v, _ := strconv.Atoi(q.URL.Query().Get("resourceVersion")); v > 0 {
		for _, e := range c.history {
			if at, _ := strconv.Atoi(e.Object.ResourceVersion); at > v {
				w.send(e)
			}
		}
	} else {
		for _, p := range c.selectPods(q) {
			w.events <- watchEvent{"ADDED", p}
		}
	}
	c.watchers[w] = struct{}{}
	return w
}

// streamEvents streams events.
func (a apiServer) streamEvents(rw http.ResponseWriter, q request) {
	w := a.addWatcher(q)
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

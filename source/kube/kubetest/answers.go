package kubetest

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/labels"
)

func (a apiServer) answerPods(w http.ResponseWriter, q request) {
	switch {
	case q.rbacVerb() == "watch":
		a.streamEvents(w, q)
	case q.name == "":
		a.mu.Lock()
		list := map[string]any{
			"apiVersion": "v1", "kind": "PodList", "metadata": map[string]any{"resourceVersion": strconv.Itoa(a.version)},
			"items": a.selectPods(q),
		}
		a.mu.Unlock()
		writeJSON(w, list)
	default:
		a.mu.Lock()
		pod := a.pods[q.namespace+"/"+q.name]
		a.mu.Unlock()
		switch {
		case pod == nil:
			notFound(w, q)
		case q.sub == "portforward":
			a.portForward(w, q.Request, pod)
		default:
			writeJSON(w, pod.Object())
		}
	}
}

// selectPods returns copies of the pods that the request selects. The caller holds the lock.
func (c *Cluster) selectPods(q request) []*corev1.Pod {
	all := []*corev1.Pod{}
	for _, p := range c.pods {
		if q.selects(p.obj) {
			all = append(all, p.obj.DeepCopy())
		}
	}
	slices.SortFunc(all, func(a, b *corev1.Pod) int { return strings.Compare(a.Name, b.Name) })
	return all
}

// selects reports whether a pod matches the namespace and the label and field selectors.
func (r request) selects(pod *corev1.Pod) bool {
	selector, err := labels.Parse(r.URL.Query().Get("labelSelector"))
	if err != nil {
		selector = labels.Nothing()
	}
	name, byName := strings.CutPrefix(r.URL.Query().Get("fieldSelector"), "metadata.name=")
	return pod.Namespace == r.namespace && selector.Matches(labels.Set(pod.Labels)) && (!byName || pod.Name == name)
}

func (a apiServer) answerOther(w http.ResponseWriter, q request) {
	a.mu.Lock()
	defer a.mu.Unlock()
	switch {
	case q.resource == "namespaces" && q.name == "":
		writeJSON(w, map[string]any{"apiVersion": "v1", "kind": "NamespaceList", "items": []any{namespaceObject("shop"), namespaceObject("lab")}})
		return
	case q.resource == "namespaces" && (q.name == "shop" || q.name == "lab"):
		writeJSON(w, namespaceObject(q.name))
		return
	case q.resource == "nodes" && q.name == "":
		writeJSON(w, a.listNodes())
		return
	case q.resource == "services":
		if svc := a.services[q.namespace+"/"+q.name]; svc != nil {
			writeJSON(w, svc)
			return
		}
	}
	if q.name == "" {
		writeJSON(w, a.listWorkloads(q))
		return
	}
	for _, flow := range a.workloads {
		if resourceName(flow.kind) == q.resource && flow.Namespace == q.namespace && flow.Name == q.name {
			writeJSON(w, flow.toObject())
			return
		}
	}
	notFound(w, q)
}

// listWorkloads returns a list of workloads. The caller holds the lock.
func (a apiServer) listWorkloads(q request) any {
	items := []any{}
	for _, flow := range a.workloads {
		if resourceName(flow.kind) == q.resource && flow.Namespace == q.namespace {
			items = append(items, flow.toObject())
		}
	}
	return map[string]any{"apiVersion": "apps/v1", "kind": "List", "items": items}
}

// listNodes returns a list of nodes. The caller holds the lock.
func (a apiServer) listNodes() any {
	items := []any{}
	for name, zone := range a.zones {
		items = append(items, map[string]any{
			"apiVersion": "v1", "kind": "Node",
			"metadata": map[string]any{"name": name, "labels": map[string]string{corev1.LabelTopologyZone: zone}},
		})
	}
	return map[string]any{"apiVersion": "v1", "kind": "NodeList", "items": items}
}

func namespaceObject(name string) any {
	return map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name}}
}

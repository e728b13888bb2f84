package kubetest

import (
	"net/http"
	"slices"
	"strings"

	"k8s.io/apimachinery/pkg/labels"
)

func (c *Cluster) answerPods(w http.ResponseWriter, q request) {
	switch {
	case q.verb() == "watch":
		c.watch(w, q)
	case q.name == "":
		list := map[string]any{"apiVersion": "v1", "kind": "PodList", "metadata": map[string]any{"resourceVersion": c.now()}}
		items := []any{}
		for _, p := range c.selected(q) {
			items = append(items, p.Object())
		}
		list["items"] = items
		reply(w, list)
	default:
		c.mu.Lock()
		pod := c.pods[q.namespace+"/"+q.name]
		c.mu.Unlock()
		switch {
		case pod == nil:
			notFound(w, q)
		case q.sub == "portforward":
			c.forward(w, q.Request, pod)
		default:
			reply(w, pod.Object())
		}
	}
}

// selected returns the pods that match the label and field selectors.
func (c *Cluster) selected(q request) []*Pod {
	selector, err := labels.Parse(q.URL.Query().Get("labelSelector"))
	if err != nil {
		selector = labels.Nothing()
	}
	name, byName := strings.CutPrefix(q.URL.Query().Get("fieldSelector"), "metadata.name=")
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []*Pod
	for _, p := range c.pods {
		if p.obj.Namespace == q.namespace && selector.Matches(labels.Set(p.obj.Labels)) && (!byName || p.obj.Name == name) {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b *Pod) int { return strings.Compare(a.obj.Name, b.obj.Name) })
	return all
}

func (c *Cluster) answerOther(w http.ResponseWriter, q request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch {
	case q.resource == "namespaces" && q.name == "":
		reply(w, map[string]any{"apiVersion": "v1", "kind": "NamespaceList", "items": []any{namespace("shop"), namespace("lab")}})
		return
	case q.resource == "namespaces" && (q.name == "shop" || q.name == "lab"):
		reply(w, namespace(q.name))
		return
	case q.resource == "services":
		if svc := c.services[q.namespace+"/"+q.name]; svc != nil {
			reply(w, svc)
			return
		}
	}
	if q.name == "" {
		reply(w, c.listed(q))
		return
	}
	for _, flow := range c.flows {
		if plural(flow.kind) == q.resource && flow.Namespace == q.namespace && flow.Name == q.name {
			reply(w, flow.object())
			return
		}
	}
	notFound(w, q)
}

// listed returns a list of workloads. The caller holds the lock.
func (c *Cluster) listed(q request) any {
	items := []any{}
	for _, flow := range c.flows {
		if plural(flow.kind) == q.resource && flow.Namespace == q.namespace {
			items = append(items, flow.object())
		}
	}
	return map[string]any{"apiVersion": "apps/v1", "kind": "List", "items": items}
}

func namespace(name string) any {
	return map[string]any{"apiVersion": "v1", "kind": "Namespace", "metadata": map[string]any{"name": name}}
}

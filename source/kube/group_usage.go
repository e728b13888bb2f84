package kube

import (
	"context"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"
)

// topologyZone is the label of nodes that names their zone.
const topologyZone = "topology.kubernetes.io/zone"

var nodeResource = resource{"", "v1", "nodes"}

// measureLoop requests the usage of all pods and the zones of their nodes at intervals.
// It reports no error if that is not served or forbidden.
func (g *Group) measureLoop(ctx context.Context) {
	g.locateNodes(ctx)
	pause := g.cluster.timeouts.measure
	for ctx.Err() == nil {
		switch g.measureOnce(ctx) {
		case isServed:
			pause = g.cluster.timeouts.measure
		case failsNow:
			pause = g.cluster.timeouts.remeasure
		case notServed:
			pause = min(2*pause, maxMetricsInterval)
		}
		sleepFor(ctx, pause)
	}
}

// measureOnce requests the usage of all pods once. It returns whether that is served.
func (g *Group) measureOnce(ctx context.Context) metricsAnswer {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var list podUsages
	if err := g.cluster.api.listObjects(ctx, podMetricsResource, g.namespace, g.selector, &list); err != nil {
		return answerOf(err)
	}
	usage := map[string]podUsage{}
	for _, u := range list.Items {
		usage[u.Metadata.Name] = u
	}
	followed := map[types.UID]*Pod{}
	g.mu.Lock()
	g.usage = usage
	for uid, p := range g.followed {
		followed[uid] = p
	}
	g.mu.Unlock()
	for uid, p := range followed {
		p.meter.applyUsage(uid, usage[p.Watched().PodName()])
	}
	g.signal()
	return isServed
}

// locateNodes reads the zones of the nodes, once. It is often forbidden.
func (g *Group) locateNodes(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, requestTimeout)
	defer cancel()
	var nodes corev1.NodeList
	if err := g.cluster.api.listObjects(ctx, nodeResource, "", "", &nodes); err != nil {
		return
	}
	zones := map[string]string{}
	for i := range nodes.Items {
		zones[fault.CleanText(nodes.Items[i].Name)] = fault.CleanText(nodes.Items[i].Labels[topologyZone])
	}
	g.mu.Lock()
	g.zones = zones
	g.mu.Unlock()
	g.signal()
}

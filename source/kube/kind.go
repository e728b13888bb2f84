package kube

import (
	"slices"
	"strings"
)

// resource is where the API serves a sort of object.
type resource struct {
	group, version, plural string
}

// kind is a sort of object that has pods, or is one.
type kind struct {
	resource
	short   string   // as references are written
	long    string   // for sentences
	object  string   // as ownerReferences write it
	aliases []string // what else kubectl takes
}

// kinds is the table of what a reference can name. One more workload is one
// more row, if its spec.selector is a label selector.
var kinds = []kind{
	{resource{"", "v1", "pods"}, "pod", "pod", "Pod", []string{"po"}},
	{resource{"apps", "v1", "deployments"}, "deploy", "deployment", "Deployment", nil},
	{resource{"apps", "v1", "replicasets"}, "rs", "replicaset", "ReplicaSet", nil},
	{resource{"apps", "v1", "statefulsets"}, "sts", "statefulset", "StatefulSet", nil},
	{resource{"apps", "v1", "daemonsets"}, "ds", "daemonset", "DaemonSet", nil},
	{resource{"batch", "v1", "jobs"}, "job", "job", "Job", nil},
	{resource{"", "v1", "services"}, "svc", "service", "Service", nil},
}

// What is asked for besides the kinds of references.
var (
	pods       = resource{"", "v1", "pods"}
	namespaces = resource{"", "v1", "namespaces"}
	podMetrics = resource{"metrics.k8s.io", "v1beta1", "pods"}
)

// path is where the API server serves the object, or all of a namespace if name
// is empty.
func (r resource) path(namespace, name string) []string {
	p := []string{"/apis", r.group, r.version}
	if r.group == "" {
		p = []string{"/api", r.version}
	}
	if namespace != "" {
		p = append(p, "namespaces", namespace)
	}
	p = append(p, r.plural)
	if name != "" {
		p = append(p, name)
	}
	return p
}

// arg is the resource as kubectl's command line takes it.
func (r resource) arg() string {
	if r.group == "" {
		return r.plural
	}
	return r.plural + "." + r.version + "." + r.group
}

// kindOf finds a kind by any name that kubectl takes, a group behind it
// included: "deployment.apps". It returns nil for one that is not in the table.
func kindOf(name string) *kind {
	name, group, hasGroup := strings.Cut(strings.ToLower(name), ".")
	for i := range kinds {
		k := &kinds[i]
		known := name == k.short || name == k.long || name == k.plural || slices.Contains(k.aliases, name)
		if known && (!hasGroup || group == k.group || group == k.version+"."+k.group) {
			return k
		}
	}
	return nil
}

// kindOfObject finds a kind as ownerReferences write it; nil if it is not in
// the table.
func kindOfObject(object string) *kind {
	for i := range kinds {
		if kinds[i].object == object {
			return &kinds[i]
		}
	}
	return nil
}

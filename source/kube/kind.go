package kube

import (
	"slices"
	"strings"
)

// resource identifies a type of object in the API.
type resource struct {
	group, version, plural string
}

// kind is a type of object that has pods, or is one.
type kind struct {
	resource
	short   string   // name in references
	long    string   // name in sentences
	object  string   // name in ownerReferences
	aliases []string // other names that kubectl accepts
}

// kinds is the table of what a reference can name. Another workload takes one more
// row if its spec.selector is a label selector.
var kinds = []kind{
	{resource{"", "v1", "pods"}, "pod", "pod", "Pod", []string{"po"}},
	{resource{"apps", "v1", "deployments"}, "deploy", "deployment", "Deployment", nil},
	{resource{"apps", "v1", "replicasets"}, "rs", "replicaset", "ReplicaSet", nil},
	{resource{"apps", "v1", "statefulsets"}, "sts", "statefulset", "StatefulSet", nil},
	{resource{"apps", "v1", "daemonsets"}, "ds", "daemonset", "DaemonSet", nil},
	{resource{"batch", "v1", "jobs"}, "job", "job", "Job", nil},
	{resource{"", "v1", "services"}, "svc", "service", "Service", nil},
}

// Other resources that are requested.
var (
	podResource        = resource{"", "v1", "pods"}
	namespaceResource  = resource{"", "v1", "namespaces"}
	podMetricsResource = resource{"metrics.k8s.io", "v1beta1", "pods"}
)

// apiPath returns the API path of the object, or of all objects in a namespace if name
// is empty.
func (r resource) apiPath(namespace, name string) []string {
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

// kubectlArg returns the resource as an argument for kubectl.
func (r resource) kubectlArg() string {
	if r.group == "" {
		return r.plural
	}
	return r.plural + "." + r.version + "." + r.group
}

// kindOf finds a kind by any name that kubectl accepts, also with a group:
// "deployment.apps". It returns nil for one that is not in the table.
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

// kindOfObject finds a kind by its name in ownerReferences; nil if it is not in the
// table.
func kindOfObject(object string) *kind {
	for i := range kinds {
		if kinds[i].object == object {
			return &kinds[i]
		}
	}
	return nil
}

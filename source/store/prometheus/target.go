package prometheus

import (
	"regexp"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/source/store"
)

// Target is what is known about a process to find in the store.
type Target struct {
	Namespace, Pod, Container string
	// Address is the host and port at which the process serves pprof; empty if unknown.
	Address string
	// Start is when the process started, in seconds since 1970; 0 if unknown.
	Start float64
	// Limit is the memory limit in bytes; 0 means to query the store for it.
	Limit float64
	// Labels are the process's labels in another store.
	Labels store.Labels
}

// values returns the values of the placeholders.
func (t Target) values(s store.Selector) map[string]string {
	out := map[string]string{}
	set := func(name, value string) {
		if value != "" {
			out[name] = strconv.Quote(value)
		}
	}
	set("namespace", t.Namespace)
	set("pod", t.Pod)
	set("job", s.Value("job"))
	set("instance", s.Value("instance"))
	if t.Pod != "" {
		out["pods"] = strconv.Quote(podsLike(t.Pod))
		out["container"] = `".+"` // not the pod as a whole, which has no such label
		if t.Container != "" {
			out["container"] = strconv.Quote(regexp.QuoteMeta(t.Container))
		}
		if len(s) == 0 {
			s = store.Selector{}.With(store.Labels{{Name: "namespace", Value: t.Namespace}, {Name: "pod", Value: t.Pod}})
		}
	}
	if len(s) > 0 {
		out["selector"] = strings.TrimSuffix(strings.TrimPrefix(s.String(), "{"), "}")
	}
	return out
}

// The alphabet of the generated parts of names, k8s.io/apimachinery/pkg/util/rand.
const generated = `[bcdfghjklmnpqrstvwxz2456789]`

var (
	ofReplicaSet = regexp.MustCompile(`^(.+)-(` + generated + `{1,10})-(` + generated + `{5})$`)
	ofDaemonSet  = regexp.MustCompile(`^(.+)-(` + generated + `{5})$`)
)

// podsLike returns a regular expression for the names of a pod and of the other pods of its
// workload: NAME-HASH-xxxxx of a Deployment, NAME-xxxxx of a DaemonSet or Job. Pods of a
// StatefulSet keep their names.
func podsLike(pod string) string {
	if m := ofReplicaSet.FindStringSubmatch(pod); m != nil {
		return regexp.QuoteMeta(m[1]) + "-" + generated + "{1,10}-" + generated + "{5}"
	}
	if m := ofDaemonSet.FindStringSubmatch(pod); m != nil {
		return regexp.QuoteMeta(m[1]) + "-" + generated + "{5}"
	}
	return regexp.QuoteMeta(pod)
}

// templateOf returns the common part of the names of one version's pods, which includes
// the hash of their template; empty for other names.
func templateOf(pod string) string {
	if m := ofReplicaSet.FindStringSubmatch(pod); m != nil {
		return m[1] + "-" + m[2]
	}
	return ""
}

package prometheus

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/leaktop/leaktop/profile/leak/longterm"
)

// Queries are queries by metric. A $NAME in a query stands for a value of the target, see
// placeholders. A query whose values are unknown is not sent.
type Queries map[longterm.Metric]string

// Metrics are the metrics that queries return, in the order in which they are sent.
var Metrics = []longterm.Metric{
	longterm.WorkingSet, longterm.Resident, longterm.Anonymous, longterm.Cache, longterm.Goroutines,
	longterm.Starts, longterm.Restarts, longterm.OOMKills, longterm.Limit, longterm.Version,
}

// podQueries are the default queries for a pod. They use metrics of cAdvisor in the
// kubelet, of kube-state-metrics, and of the process itself. $pods includes earlier pods.
var podQueries = Queries{
	longterm.WorkingSet: `max by (pod) (container_memory_working_set_bytes{namespace=$namespace,pod=~$pods,container=~$container})`,
	longterm.Anonymous:  `max by (pod) (container_memory_rss{namespace=$namespace,pod=~$pods,container=~$container})`,
	longterm.Cache:      `max by (pod) (container_memory_cache{namespace=$namespace,pod=~$pods,container=~$container})`,
	longterm.Goroutines: `max by (pod) (go_goroutines{namespace=$namespace,pod=~$pods})`,
	longterm.Resident:   `max by (pod) (process_resident_memory_bytes{namespace=$namespace,pod=~$pods})`,
	longterm.Starts:     `max by (pod) (container_start_time_seconds{namespace=$namespace,pod=~$pods,container=~$container})`,
	longterm.Restarts:   `max by (pod) (kube_pod_container_status_restarts_total{namespace=$namespace,pod=~$pods,container=~$container})`,
	longterm.OOMKills:   `max by (pod) (kube_pod_container_status_last_terminated_reason{reason="OOMKilled",namespace=$namespace,pod=~$pods,container=~$container})`,
	longterm.Limit:      `max by (pod) (kube_pod_container_resource_limits{resource="memory",namespace=$namespace,pod=~$pods,container=~$container})`,
}

// jobQueries are the default queries for a process that is not known to be in a pod, by the
// labels of the job that scrapes it.
var jobQueries = Queries{
	longterm.Resident:   `process_resident_memory_bytes{$selector}`,
	longterm.Goroutines: `go_goroutines{$selector}`,
	longterm.Starts:     `process_start_time_seconds{$selector}`,
	longterm.Version:    `max by (version) ({__name__=~".+_build_info",version!="",$selector})`,
}

// placeholders describes the values that a query may use. Each is quoted for PromQL.
var placeholders = map[string]string{
	"namespace": `the pod's namespace, quoted: namespace=$namespace`,
	"pod":       `the pod's name, quoted: pod=$pod`,
	"pods":      `a regular expression for it and for earlier pods, quoted: pod=~$pods`,
	"container": `a regular expression for the container, quoted: container=~$container`,
	"job":       `the label job, quoted: job=$job`,
	"instance":  `the label instance, quoted: instance=$instance`,
	"selector":  `all known labels of the target: {$selector}`,
}

var placeholder = regexp.MustCompile(`\$[a-z_]+`)

// maxQuery bounds a query, in bytes.
const maxQuery = 4 << 10

// CheckQuery returns an error if a query cannot be used.
func CheckQuery(text string) error {
	if len(text) > maxQuery {
		return fmt.Errorf("a query has at most %d bytes", maxQuery)
	}
	for _, p := range placeholder.FindAllString(text, -1) {
		if _, ok := placeholders[p[1:]]; !ok {
			return fmt.Errorf("%s is unknown: use $%s", p, strings.Join(slices.Sorted(maps.Keys(placeholders)), ", $"))
		}
	}
	return nil
}

// CheckMetric returns an error if there is no such metric.
func CheckMetric(name string) error {
	if slices.Contains(Metrics, longterm.Metric(name)) {
		return nil
	}
	known := make([]string, len(Metrics))
	for i, m := range Metrics {
		known[i] = string(m)
	}
	return fmt.Errorf("%q is unknown: use %s", name, strings.Join(known, ", "))
}

// expandQuery returns a query with the values of a target; ok is false if it uses an unknown
// value.
func expandQuery(text string, values map[string]string) (query string, ok bool) {
	ok = true
	query = placeholder.ReplaceAllStringFunc(text, func(p string) string {
		v, known := values[p[1:]]
		ok = ok && known
		return v
	})
	return query, ok
}

// merge returns q with its queries replaced by those of own; an empty query removes
// one.
func (q Queries) merge(own Queries) Queries {
	out := maps.Clone(q)
	maps.Copy(out, own)
	maps.DeleteFunc(out, func(_ longterm.Metric, text string) bool { return strings.TrimSpace(text) == "" })
	return out
}

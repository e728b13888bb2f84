package kubetest

import "strings"

// discoveryAnswer responds to the discovery requests of kubectl. It returns nil for other
// paths.
func discoveryAnswer(path string) any {
	switch path {
	case "/version":
		return map[string]string{"major": "1", "minor": "34", "gitVersion": "v1.34.0", "platform": "linux/amd64"}
	case "/api":
		return map[string]any{"kind": "APIVersions", "versions": []string{"v1"}}
	case "/apis":
		return map[string]any{"kind": "APIGroupList", "apiVersion": "v1", "groups": []any{
			apiGroup("apps", "v1"), apiGroup("batch", "v1"), apiGroup("metrics.k8s.io", "v1beta1"),
		}}
	case "/api/v1":
		return apiResources("v1", "Pod pods po", "Service services svc", "Namespace namespaces ns")
	case "/apis/apps/v1":
		return apiResources("apps/v1", "Deployment deployments deploy", "ReplicaSet replicasets rs",
			"StatefulSet statefulsets sts", "DaemonSet daemonsets ds")
	case "/apis/batch/v1":
		return apiResources("batch/v1", "Job jobs")
	case "/apis/metrics.k8s.io/v1beta1":
		return apiResources("metrics.k8s.io/v1beta1", "PodMetrics pods")
	}
	return nil
}

func apiGroup(name, version string) any {
	v := map[string]string{"groupVersion": name + "/" + version, "version": version}
	return map[string]any{"name": name, "versions": []any{v}, "preferredVersion": v}
}

// apiResources is a list of "Kind plural short".
func apiResources(version string, list ...string) any {
	var all []any
	for _, line := range list {
		words := strings.Fields(line)
		all = append(all, map[string]any{
			"name": words[1], "singularName": strings.ToLower(words[0]), "kind": words[0],
			"namespaced": words[0] != "Namespace", "shortNames": words[2:],
			"verbs": []string{"get", "list", "watch"},
		})
	}
	return map[string]any{"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": version, "resources": all}
}

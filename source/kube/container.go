package kube

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// chosenContainer is the annotation by which a pod, in our memory only, carries
// which container the user chose.
const chosenContainer = "leaktop/container"

// mark notes on a pod that came from the cluster which container was chosen.
func (c *Cluster) mark(pod *corev1.Pod) {
	delete(pod.Annotations, chosenContainer)
	if c.container == "" {
		return
	}
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	pod.Annotations[chosenContainer] = c.container
}

// chosen is the container that the user chose, empty if none was or the pod
// does not have it.
func chosen(pod *corev1.Pod) string {
	name := pod.Annotations[chosenContainer]
	if slices.Contains(containerNames(pod), name) {
		return name
	}
	return ""
}

func containerNames(pod *corev1.Pod) []string {
	var names []string
	for _, c := range containers(pod) {
		names = append(names, c.Name)
	}
	return names
}

// having keeps the pods that have the chosen container. It fails if none has.
func (c *Cluster) having(what string, list []corev1.Pod) ([]corev1.Pod, error) {
	if c.container == "" {
		return list, nil
	}
	names := containerNames(&list[0])
	list = slices.DeleteFunc(list, func(pod corev1.Pod) bool { return chosen(&pod) == "" })
	if len(list) == 0 {
		return nil, fail(nil, "give one of them with --container", "find %s: no container is named %q, there is %s", what, c.container, strings.Join(names, ", "))
	}
	return list, nil
}

// Doubt says in a sentence why what is known of the container may be that of
// another one; it is empty where there is no doubt.
func (p *Pod) Doubt() string {
	pod := p.now()
	names := containerNames(pod)
	if len(served(pod, p.port, p.wanted)) < 2 {
		return ""
	}
	return clean("limit and restarts are those of " + p.container() + ", the first of the containers " +
		strings.Join(names, ", ") + ": choose the one that serves the port with --container")
}

package kube

import (
	"slices"
	"strings"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/kube/fault"
	corev1 "k8s.io/api/core/v1"
)

// markContainer annotates a pod from the cluster with the chosen container.
func (c *Cluster) markContainer(pod *corev1.Pod) {
	delete(pod.Annotations, podstate.ChosenContainer)
	if c.container == "" {
		return
	}
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	pod.Annotations[podstate.ChosenContainer] = c.container
}

// selectContainer returns the pods that have the chosen container. It fails if none
// has it.
func (c *Cluster) selectContainer(what string, list []corev1.Pod) ([]corev1.Pod, error) {
	if c.container == "" {
		return list, nil
	}
	names := podstate.ContainerNames(&list[0])
	list = slices.DeleteFunc(list, func(pod corev1.Pod) bool { return podstate.ChosenByUser(&pod) == "" })
	if len(list) == 0 {
		return nil, fault.New(nil, "choose one with --container", "find %s: no container is named %q; the pod has %s", what, c.container, strings.Join(names, ", "))
	}
	return list, nil
}

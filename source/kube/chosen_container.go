package kube

import (
	"slices"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// chosenContainer is an annotation with the container that the user chose. It is
// only added to pods in our memory.
const chosenContainer = "leaktop/container"

// markContainer annotates a pod from the cluster with the chosen container.
func (c *Cluster) markContainer(pod *corev1.Pod) {
	delete(pod.Annotations, chosenContainer)
	if c.container == "" {
		return
	}
	if pod.Annotations == nil {
		pod.Annotations = map[string]string{}
	}
	pod.Annotations[chosenContainer] = c.container
}

// chosenByUser returns the container that the user chose, "" if there is none or the pod
// does not have it.
func chosenByUser(pod *corev1.Pod) string {
	name := pod.Annotations[chosenContainer]
	if slices.Contains(containerNames(pod), name) {
		return name
	}
	return ""
}

// lastingContainers lists the containers that keep running: the regular ones and native
// sidecars, which are init containers with the restart policy Always.
func lastingContainers(pod *corev1.Pod) []corev1.Container {
	all := slices.Clone(pod.Spec.Containers)
	for _, c := range pod.Spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			all = append(all, c)
		}
	}
	return all
}

func containerNames(pod *corev1.Pod) []string {
	var names []string
	for _, c := range lastingContainers(pod) {
		names = append(names, c.Name)
	}
	return names
}

// mainContainer returns the container to use if no port identifies one: the user's
// choice, the author's, or the first.
func mainContainer(pod *corev1.Pod) string {
	if name := chosenByUser(pod); name != "" {
		return name
	}
	name := pod.Annotations[defaultContainer]
	for _, c := range pod.Spec.Containers {
		if c.Name == name {
			return name
		}
	}
	if len(pod.Spec.Containers) > 0 {
		return pod.Spec.Containers[0].Name
	}
	return ""
}

// containerFor returns the container behind the wanted port, given as a number, a
// name or "": the one that declares it, or else the main one.
func containerFor(pod *corev1.Pod, wanted string) string {
	return containerBehind(pod, Port{}, wanted)
}

// containerBehind returns the container behind the port in use or, if there is none
// yet, behind the wanted one.
func containerBehind(pod *corev1.Pod, port Port, wanted string) string {
	if name := knownContainer(pod, port, wanted); name != "" {
		return name
	}
	return mainContainer(pod)
}

// knownContainer returns the container behind the port if it is certain, because it
// declares the port or was found to serve it; otherwise "".
func knownContainer(pod *corev1.Pod, port Port, wanted string) string {
	switch {
	case port.Container != "":
		if specOf(pod, port.Container) != nil {
			return port.Container
		}
		return ""
	case port.Number > 0:
		return declaringContainer(pod, port.Number)
	case wanted == "":
		return ""
	}
	if ports, err := portsFor(pod, wanted); err == nil {
		return ports[0].Container
	}
	return ""
}

// servingContainers lists the containers whose restart means another process behind
// the port: the one that is known to serve it, or else all that may.
func servingContainers(pod *corev1.Pod, port Port, wanted string) []string {
	if name := knownContainer(pod, port, wanted); name != "" {
		return []string{name}
	}
	if chosenByUser(pod) != "" || pod.Annotations[defaultContainer] != "" || len(pod.Spec.Containers) == 1 {
		return []string{mainContainer(pod)}
	}
	return containerNames(pod)
}

// selectContainer returns the pods that have the chosen container. It fails if none
// has it.
func (c *Cluster) selectContainer(what string, list []corev1.Pod) ([]corev1.Pod, error) {
	if c.container == "" {
		return list, nil
	}
	names := containerNames(&list[0])
	list = slices.DeleteFunc(list, func(pod corev1.Pod) bool { return chosenByUser(&pod) == "" })
	if len(list) == 0 {
		return nil, newError(nil, "choose one with --container", "find %s: no container is named %q; the pod has %s", what, c.container, strings.Join(names, ", "))
	}
	return list, nil
}

package podstate

import (
	"slices"

	corev1 "k8s.io/api/core/v1"
)

// ChosenContainer is an annotation with the container that the user chose. It is
// only added to pods in our memory.
const ChosenContainer = "leaktop/container"

// ChosenByUser returns the container that the user chose, "" if there is none or the pod
// does not have it.
func ChosenByUser(pod *corev1.Pod) string {
	name := pod.Annotations[ChosenContainer]
	if slices.Contains(ContainerNames(pod), name) {
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

// ContainerNames returns the names of the containers that keep running.
func ContainerNames(pod *corev1.Pod) []string {
	var names []string
	for _, c := range lastingContainers(pod) {
		names = append(names, c.Name)
	}
	return names
}

// MainContainer returns the container to use if no port identifies one: the user's
// choice, the author's, or the first.
func MainContainer(pod *corev1.Pod) string {
	if name := ChosenByUser(pod); name != "" {
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

// ContainerFor returns the container behind the wanted port, given as a number, a
// name or "": the one that declares it, or else the main one.
func ContainerFor(pod *corev1.Pod, wanted string) string {
	return containerBehind(pod, Port{}, wanted)
}

// containerBehind returns the container behind the port in use or, if there is none
// yet, behind the wanted one.
func containerBehind(pod *corev1.Pod, port Port, wanted string) string {
	if name := knownContainer(pod, port, wanted); name != "" {
		return name
	}
	return MainContainer(pod)
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
	if ports, err := PortsFor(pod, wanted); err == nil {
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
	if ChosenByUser(pod) != "" || pod.Annotations[defaultContainer] != "" || len(pod.Spec.Containers) == 1 {
		return []string{MainContainer(pod)}
	}
	return ContainerNames(pod)
}

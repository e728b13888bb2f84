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

// containers lists those that keep running: the ordinary ones and native sidecars,
// which are init containers with the restart policy Always.
func containers(pod *corev1.Pod) []corev1.Container {
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
	for _, c := range containers(pod) {
		names = append(names, c.Name)
	}
	return names
}

// mainContainer is the container that is meant when no port names one: the
// user's choice, the author's, or the first.
func mainContainer(pod *corev1.Pod) string {
	if name := chosen(pod); name != "" {
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

// containerFor is the container behind the port that is wanted, which is a
// number, a name or empty: the one that declares it, else the main one.
func containerFor(pod *corev1.Pod, wanted string) string {
	return containerBehind(pod, Port{}, wanted)
}

// containerBehind is the container behind the port in use, or before one is in
// use, behind the wanted one.
func containerBehind(pod *corev1.Pod, port Port, wanted string) string {
	if name := knownContainer(pod, port, wanted); name != "" {
		return name
	}
	return mainContainer(pod)
}

// knownContainer is the container behind the port where it is certain: it declares
// the port or was found to serve it. Empty if that is not known.
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

// servingContainers lists the containers whose restart means another process
// behind the port: the one that is known to serve it, else all that may.
func servingContainers(pod *corev1.Pod, port Port, wanted string) []string {
	if name := knownContainer(pod, port, wanted); name != "" {
		return []string{name}
	}
	if chosen(pod) != "" || pod.Annotations[defaultContainer] != "" || len(pod.Spec.Containers) == 1 {
		return []string{mainContainer(pod)}
	}
	return containerNames(pod)
}

// selectContainer keeps the pods that have the chosen container. It fails if none
// has.
func (c *Cluster) selectContainer(what string, list []corev1.Pod) ([]corev1.Pod, error) {
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

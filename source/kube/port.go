package kube

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	corev1 "k8s.io/api/core/v1"
)

// Port is a port of a pod that may serve pprof.
type Port struct {
	Number    int
	Name      string // as declared; empty if it is not
	Container string // that declares it; empty if none does
}

// String is the number, and the name in parentheses if it has one.
func (p Port) String() string {
	if p.Name == "" {
		return strconv.Itoa(p.Number)
	}
	return strconv.Itoa(p.Number) + " (" + p.Name + ")"
}

// pprofPort is where net/http/pprof is served by custom.
const pprofPort = 6060

// portNames are the names of ports that serve pprof, likeliest first.
var portNames = []string{"pprof", "debug", "metrics", "http"}

// defaultContainer is the annotation by which kubectl logs and exec choose.
const defaultContainer = "kubectl.kubernetes.io/default-container"

// declared lists the TCP ports of the pod, sidecars included, the main
// container's first.
func declared(pod *corev1.Pod) []Port {
	var ports []Port
	main := mainContainer(pod)
	for _, c := range containers(pod) {
		if one := chosen(pod); one != "" && c.Name != one {
			continue
		}
		var own []Port
		for _, p := range c.Ports {
			if p.Protocol == "" || p.Protocol == corev1.ProtocolTCP {
				own = append(own, Port{int(p.ContainerPort), p.Name, c.Name})
			}
		}
		if c.Name == main {
			ports = append(own, ports...)
		} else {
			ports = append(ports, own...)
		}
	}
	return ports
}

// containers lists those that stay: the ordinary ones and sidecars.
func containers(pod *corev1.Pod) []corev1.Container {
	all := slices.Clone(pod.Spec.Containers)
	for _, c := range pod.Spec.InitContainers {
		if c.RestartPolicy != nil && *c.RestartPolicy == corev1.ContainerRestartPolicyAlways {
			all = append(all, c)
		}
	}
	return all
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

// containerFor is the container behind the port, which is a number, a name or
// empty: the one that declares it, else the main one.
func containerFor(pod *corev1.Pod, port string) string {
	if ports, err := portsFor(pod, port); port != "" && err == nil && ports[0].Container != "" {
		return ports[0].Container
	}
	return mainContainer(pod)
}

// portsFor lists the ports to try, in order. wanted is a number, a name, or
// empty for all that may be.
func portsFor(pod *corev1.Pod, wanted string) ([]Port, error) {
	ports := declared(pod)
	if wanted != "" {
		return wantedPort(pod, ports, wanted)
	}
	if !slices.ContainsFunc(ports, func(p Port) bool { return p.Number == pprofPort }) {
		ports = append(ports, Port{Number: pprofPort})
	}
	sort.SliceStable(ports, func(i, j int) bool { return likelihood(ports[i]) < likelihood(ports[j]) })
	return ports, nil
}

// likelihood is the place of the port in the order of trying.
func likelihood(p Port) int {
	if i := slices.Index(portNames, p.Name); i >= 0 {
		return i
	}
	if p.Number == pprofPort {
		return len(portNames)
	}
	return len(portNames) + 1
}

func wantedPort(pod *corev1.Pod, ports []Port, wanted string) ([]Port, error) {
	number, err := strconv.Atoi(wanted)
	for _, p := range ports {
		if err == nil && p.Number == number || err != nil && p.Name == wanted {
			return []Port{p}, nil
		}
	}
	if err == nil {
		return []Port{{Number: number}}, nil
	}
	names := "declares no port by name"
	if list := portList(ports); list != "" {
		names = "declares " + list
	}
	return nil, fail(nil, "give one of them or a number", "choose port: pod %s has no port named %q, it %s", pod.Name, wanted, names)
}

func portList(ports []Port) string {
	var list []string
	for _, p := range ports {
		list = append(list, strings.TrimSpace(p.Name+" "+strconv.Itoa(p.Number)))
	}
	return strings.Join(list, ", ")
}

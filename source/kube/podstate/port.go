package podstate

import (
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
)

// Port is a port of a pod that may serve pprof.
type Port struct {
	Number int
	Name   string // as declared; empty if it is not
	// Container is the one that declares the port, or that was found to serve it;
	// empty if neither is known.
	Container string
}

// String returns the number, followed by the name in parentheses if it has one.
func (p Port) String() string {
	if p.Name == "" {
		return strconv.Itoa(p.Number)
	}
	return strconv.Itoa(p.Number) + " (" + p.Name + ")"
}

// pprofPort is the conventional port of net/http/pprof.
const pprofPort = 6060

// portNames are the names of ports that may serve pprof, the likeliest first.
var portNames = []string{"pprof", "debug", "metrics", "http"}

// defaultContainer is the annotation by which kubectl logs and exec choose a
// container.
const defaultContainer = "kubectl.kubernetes.io/default-container"

// declaredPorts lists the TCP ports that the pod's containers declare, including
// sidecars, in the order of the spec.
func declaredPorts(pod *corev1.Pod) []Port {
	var ports []Port
	for _, c := range lastingContainers(pod) {
		for _, p := range c.Ports {
			if p.Protocol == "" || p.Protocol == corev1.ProtocolTCP {
				ports = append(ports, Port{int(p.ContainerPort), p.Name, c.Name})
			}
		}
	}
	return ports
}

// eligiblePorts returns the declared ports that may be used: those of the container
// that the user chose, or else all.
func eligiblePorts(pod *corev1.Pod) []Port {
	ports := declaredPorts(pod)
	if name := ChosenByUser(pod); name != "" {
		ports = slices.DeleteFunc(ports, func(p Port) bool { return p.Container != name })
	}
	return ports
}

// PortsFor lists the ports to try, in order. wanted is a number, a name, or "" for
// any port.
func PortsFor(pod *corev1.Pod, wanted string) ([]Port, error) {
	ports := eligiblePorts(pod)
	if wanted != "" {
		return wantedPort(pod, ports, wanted)
	}
	if declaringContainer(pod, pprofPort) == "" {
		ports = append(ports, Port{Number: pprofPort})
	}
	main, strict := MainContainer(pod), ChosenByUser(pod) != ""
	rank := func(p Port) int { return portRank(p, main, strict) }
	sort.SliceStable(ports, func(i, j int) bool { return rank(ports[i]) < rank(ports[j]) })
	return ports, nil
}

// declaringContainer returns the container that declares the TCP port, or "".
func declaringContainer(pod *corev1.Pod, number int) string {
	for _, p := range declaredPorts(pod) {
		if p.Number == number {
			return p.Container
		}
	}
	return ""
}

// portRank returns the position of the port in the order of trying. A port that no
// container declares is assumed to be the main container's, so a sidecar that serves
// pprof never hides the service. strict moves it behind everything that the main
// container declares: a user who names a container does not want a guess.
func portRank(p Port, main string, strict bool) int {
	last := len(portNames) + 2
	rank := len(portNames) + 1
	if i := slices.Index(portNames, p.Name); i >= 0 {
		rank = i
	} else if p.Number == pprofPort {
		rank = len(portNames)
	}
	switch {
	case p.Container == "" && strict:
		return last
	case p.Container == "" || p.Container == main:
		return rank
	}
	return last + 1 + rank
}

func wantedPort(pod *corev1.Pod, ports []Port, wanted string) ([]Port, error) {
	number, err := strconv.Atoi(wanted)
	for _, p := range ports {
		if err == nil && p.Number == number || err != nil && p.Name == wanted {
			return []Port{p}, nil
		}
	}
	if err == nil {
		if other := declaringContainer(pod, number); other != "" {
			return nil, fault.New(nil, "leave --container out, or give -c "+other, "choose port: port %d belongs to container %s of pod %s, not to %s", number, other, pod.Name, ChosenByUser(pod))
		}
		return []Port{{Number: number}}, nil
	}
	names := "declares no port by name"
	if list := formatPorts(ports); list != "" {
		names = "declares " + list
	}
	return nil, fault.New(nil, "give one of them or a number", "choose port: pod %s has no port named %q, it %s", pod.Name, wanted, names)
}

func formatPorts(ports []Port) string {
	var list []string
	for _, p := range ports {
		list = append(list, strings.TrimSpace(p.Name+" "+strconv.Itoa(p.Number)))
	}
	return strings.Join(list, ", ")
}

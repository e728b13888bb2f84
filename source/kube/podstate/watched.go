// Package podstate reads the object of a pod: its containers and their processes,
// ports, limits, restarts and exits, and what changed between two states. It sends no
// requests: a state is the object that the API returned.
package podstate

import (
	"slices"
	"time"

	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/profile"
	"github.com/leaktop/leaktop/source/kube/fault"
)

// Watched is what is watched: the container of a pod that is behind a port.
type Watched struct {
	Pod    *corev1.Pod
	Port   Port   // the one in use; its number is 0 before the choice
	Wanted string // the requested port; empty to find one
}

// Name returns the pod's namespace and name: "shop/checkout-7d9f6".
func (w Watched) Name() string { return fault.CleanText(w.Pod.Namespace + "/" + w.Pod.Name) }

// PodName is the pod's own name: "checkout-7d9f6".
func (w Watched) PodName() string { return fault.CleanText(w.Pod.Name) }

// FullName is the pod's place with the container and the port that are watched:
// "shop/checkout-7d9f6 app:6060".
func (w Watched) FullName() string {
	return fault.CleanText(nameWith(w.Pod.Namespace+"/"+w.Pod.Name, w.Container(), w.Port))
}

// Container returns the container behind the port in use or, if there is none yet,
// behind the requested one.
func (w Watched) Container() string { return containerBehind(w.Pod, w.Port, w.Wanted) }

// KnownContainer returns the container behind the port if it is certain, because it
// declares the port or was found to serve it; otherwise "".
func (w Watched) KnownContainer() string { return knownContainer(w.Pod, w.Port, w.Wanted) }

// ServingContainers lists the containers whose restart means another process behind
// the port: the one that is known to serve it, or else all that may.
func (w Watched) ServingContainers() []string { return servingContainers(w.Pod, w.Port, w.Wanted) }

// Containers are the names of the containers that keep running, native sidecars
// included.
func (w Watched) Containers() []string { return ContainerNames(w.Pod) }

// Chosen returns the container that the user chose, or "".
func (w Watched) Chosen() string { return ChosenByUser(w.Pod) }

// Owner returns the container that a port belongs to: the one that declares it, or
// else the one that the evidence identifies; "" if neither is known.
func (w Watched) Owner(port Port, e Evidence) string {
	if name := knownContainer(w.Pod, port, ""); name != "" {
		return name
	}
	return e.OwnerIn(w.Pod)
}

// Status returns the status of the container; nil if there is none yet.
func (w Watched) Status() *corev1.ContainerStatus { return StatusOf(w.Pod, w.Container()) }

// Facts returns what is known about the container.
func (w Watched) Facts(now time.Time) profile.Facts { return FactsOf(w.Pod, w.Port, w.Wanted, now) }

// Identity identifies the process: equal strings mean the same process. If it is
// unknown which container serves the port, a restart of any of them changes it.
func (w Watched) Identity() string { return ProcessIdentity(w.Pod, w.ServingContainers()) }

// IsReady reports whether the container answers its readiness probe.
func (w Watched) IsReady() bool { return isReady(w.Pod, w.Container()) }

// Start returns when the container's process started; zero if it has none.
func (w Watched) Start() time.Time { return containerStart(w.Status()) }

// Runs reports whether the container has a process.
func (w Watched) Runs() bool { return !w.Start().IsZero() }

// IsAnyRunning reports whether one of the containers that may serve the port has a
// process.
func (w Watched) IsAnyRunning() bool {
	return slices.ContainsFunc(w.ServingContainers(), func(name string) bool {
		s := StatusOf(w.Pod, name)
		return s != nil && s.State.Running != nil
	})
}

// startTime is how long after the start of a container a port that is not open may
// still open.
const startTime = 30 * time.Second

// IsStarting reports whether the container has just started, so that a port that is
// not open may still open.
func (w Watched) IsStarting() bool {
	at := w.Start()
	return !at.IsZero() && time.Since(at) < startTime
}

// NotRunningReason returns why the container has no process, "" if it has one.
func (w Watched) NotRunningReason() string { return NotRunningReason(w.Pod, w.Container()) }

// IsCrashLooping reports whether the kubelet pauses before it starts the container
// again.
func (w Watched) IsCrashLooping() bool { return IsCrashLooping(w.Pod, w.Container()) }

// IsAwaitable reports whether the container has no process and is about to get one.
func (w Watched) IsAwaitable() bool { return IsAwaitable(w.Pod, w.Container()) }

// Diagnostics returns what currently limits the conclusions about the container.
func (w Watched) Diagnostics() []profile.Diagnostic {
	return diagnosePod(w.Pod, w.Port, w.Wanted, time.Now())
}

// Ports lists the ports to try, in order: the requested one, or else declared ones
// named pprof, debug, metrics or http, then 6060, then the other declared ones. It
// fails with a [fault.Error] if no port has the requested name.
func (w Watched) Ports() ([]Port, error) { return PortsFor(w.Pod, w.Wanted) }

// OtherPorts lists the ports at which containers of the pod that are not watched may
// serve pprof, likeliest first.
func (w Watched) OtherPorts() []Port {
	ports, watched := declaredPorts(w.Pod), w.Container()
	if declaringContainer(w.Pod, pprofPort) == "" && w.Port.Number != pprofPort {
		ports = append(ports, Port{Number: pprofPort})
	}
	ports = slices.DeleteFunc(ports, func(p Port) bool { return p.Number == w.Port.Number || p.Container == watched })
	slices.SortStableFunc(ports, func(a, b Port) int { return portRank(a, "", false) - portRank(b, "", false) })
	return ports
}

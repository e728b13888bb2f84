package kube

import (
	"cmp"
	"fmt"
	"sort"
	"time"

	"github.com/leaktop/leaktop/source/kube/podstate"

	"github.com/leaktop/leaktop/source/kube/fault"

	corev1 "k8s.io/api/core/v1"
)

// Candidate is a pod that a reference may mean, as a picker shows it.
type Candidate struct {
	Namespace string
	Name      string
	Container string // the one that is watched
	Phase     string // "Running", "Pending", …, or "Terminating"
	Ready     bool   // the container answers its readiness probe
	Running   bool   // the container has a process
	Restarts  int    // restarts of the container
	Created   time.Time
	Limit     int64  // memory limit of the container in bytes; 0 means none
	Node      string // node that it runs on
	// WorkingSet is what the kubelet charged to the container, in bytes, and CPU what it
	// used, in cores, both as of Measured. Zero if unknown: see [Cluster.AddUsage].
	WorkingSet int64
	CPU        float64
	Measured   time.Time
	// Of is the workload found instead of a pod for a bare name: "deploy/checkout".
	// It is empty otherwise.
	Of string
	// Reason says why it does not run: "CrashLoopBackOff"; empty if it does, or nothing
	// is known. LastExit is how its last process ended: "OOMKilled, exit 137, 14:02".
	Reason, LastExit string

	pod  *corev1.Pod
	port string // what the reference asks for, after a service's mapping
}

func newCandidate(pod *corev1.Pod, port string, now time.Time) Candidate {
	name := podstate.ContainerFor(pod, port)
	c := Candidate{
		Namespace: fault.CleanText(pod.Namespace), Name: fault.CleanText(pod.Name), Container: fault.CleanText(name),
		Phase: fault.CleanText(string(pod.Status.Phase)), Created: pod.CreationTimestamp.Time,
		Limit: podstate.MemoryLimit(pod, name), Node: fault.CleanText(pod.Spec.NodeName),
		Reason: podstate.NotRunningReason(pod, name), pod: pod, port: port,
	}
	if pod.DeletionTimestamp != nil {
		c.Phase = "Terminating"
	}
	if s := podstate.StatusOf(pod, name); s != nil {
		c.Ready, c.Restarts = s.Ready, max(0, int(s.RestartCount))
		c.Running = s.State.Running != nil
		c.LastExit = podstate.DescribeLastExit(s, now)
	}
	return c
}

// compareCandidates orders candidates: those with a process first, then the one with the most
// restarts, which is the likely problem, then ready ones, then the oldest, which
// had the most time to grow.
func compareCandidates(a, b Candidate) int {
	return cmp.Or(
		compareBool(a.Usable(), b.Usable()),
		compareBool(a.IsAwaitable(), b.IsAwaitable()),
		cmp.Compare(b.Restarts, a.Restarts),
		compareBool(a.Ready, b.Ready),
		a.Created.Compare(b.Created),
		cmp.Compare(a.Name, b.Name),
	)
}

// compareAge orders candidates by age, the oldest first.
func compareAge(a, b Candidate) int {
	return cmp.Or(a.Created.Compare(b.Created), cmp.Compare(a.Name, b.Name))
}

// Usable reports whether there is a process to watch that is not being terminated.
func (c Candidate) Usable() bool { return c.Running && c.Phase != "Terminating" }

// IsAwaitable reports whether there is no process and one is about to start, as in a
// crash loop: see [Pod.AwaitProcess].
func (c Candidate) IsAwaitable() bool { return podstate.IsAwaitable(c.pod, c.Container) }

// IsCrashLooping reports whether the container was restarted and has no process now.
func (c Candidate) IsCrashLooping() bool { return c.Restarts > 0 && c.IsAwaitable() }

// RestartCountText returns how often it was restarted: "once", "12 times".
func (c Candidate) RestartCountText() string {
	if c.Restarts == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", c.Restarts)
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return -1
	}
	return 1
}

func sortedCandidates(list []corev1.Pod, port string, now time.Time) []Candidate {
	var all []Candidate
	for i := range list {
		all = append(all, newCandidate(&list[i], port, now))
	}
	sort.SliceStable(all, func(i, j int) bool { return compareCandidates(all[i], all[j]) < 0 })
	return all
}

// errUnusable returns the error for candidates none of which can be watched. It
// describes the best one.
func errUnusable(what string, all []Candidate) error {
	c := all[0]
	switch {
	case c.Phase == "Terminating":
		return fault.New(nil, "choose another one: kubectl get pods -n "+c.Namespace, "find %s: pod %s is being deleted", what, c.Name)
	case c.Phase == string(corev1.PodSucceeded) || c.Phase == string(corev1.PodFailed):
		return fault.New(nil, "choose a running one", "find %s: pod %s has ended (%s)", what, c.Name, cmp.Or(c.Reason, c.Phase))
	}
	return fault.New(nil, fmt.Sprintf("see kubectl describe pod -n %s %s", c.Namespace, c.Name), "find %s: pod %s is not running yet: %s", what, c.Name, cmp.Or(c.Reason, c.Phase, "no status"))
}

package kube

import (
	"path"
	"slices"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Evidence is what a process reports about itself. It identifies the container that
// the process belongs to if none declares its port: the containers of a pod share
// one network, so the port alone does not.
type Evidence struct {
	// Cmdline is the command line as /debug/pprof/cmdline serves it, its arguments
	// separated by zero bytes. It is compared, never shown.
	Cmdline string
	// Start is when the process says that it started; zero if unknown.
	Start time.Time
}

const (
	// startSlack is how far apart the starts of a process and of its container may
	// be: one is measured in the kernel's clock ticks, the other in seconds.
	startSlack = 5 * time.Second
	// startGap is how far the starts of the other containers must be from that of a
	// process for the start to identify its container.
	startGap = 30 * time.Second
)

// ownerIn returns the container that the process must belong to, "" if the evidence
// fits more than one.
func (e Evidence) ownerIn(pod *corev1.Pod) string {
	all := lastingContainers(pod)
	if len(all) == 1 {
		return all[0].Name
	}
	possible := slices.DeleteFunc(slices.Clone(all), func(c corev1.Container) bool {
		at := containerStart(statusOf(pod, c.Name))
		return !e.Start.IsZero() && !at.IsZero() && at.Sub(e.Start) > startSlack
	})
	if len(possible) == 1 {
		return possible[0].Name
	}
	var byCommand []string
	for _, c := range possible {
		if e.matchesCommand(&c) {
			byCommand = append(byCommand, c.Name)
		}
	}
	if len(byCommand) == 1 {
		return byCommand[0]
	}
	return e.startedWith(pod, possible)
}

// startedWith returns the only container that started when the process did.
func (e Evidence) startedWith(pod *corev1.Pod, possible []corev1.Container) string {
	if e.Start.IsZero() {
		return ""
	}
	found := ""
	for _, c := range possible {
		switch apart := containerStart(statusOf(pod, c.Name)).Sub(e.Start).Abs(); {
		case apart <= startSlack && found == "":
			found = c.Name
		case apart < startGap:
			return ""
		}
	}
	return found
}

// matchesCommand reports whether the command line matches the container's spec. If that relies
// on the image's entry point, which is unknown, only the arguments can match.
func (e Evidence) matchesCommand(c *corev1.Container) bool {
	if e.Cmdline == "" {
		return false
	}
	argv := strings.Split(strings.TrimRight(e.Cmdline, "\x00"), "\x00")
	switch {
	case len(c.Command) > 0:
		want := slices.Concat(c.Command, c.Args)
		// The kernel's argv[0] may have the directory that PATH supplied.
		return len(argv) == len(want) && path.Base(argv[0]) == path.Base(want[0]) && slices.Equal(argv[1:], want[1:])
	case len(c.Args) > 0:
		return len(argv) > len(c.Args) && slices.Equal(argv[len(argv)-len(c.Args):], c.Args)
	}
	return false
}

// Owner returns the container that the port belongs to: the one that declares it, or
// else the one that the evidence identifies; "" if neither is known.
func (p *Pod) Owner(port Port, e Evidence) string {
	pod := p.currentPod()
	if name := knownContainer(pod, port, ""); name != "" {
		return name
	}
	return e.ownerIn(pod)
}

// Chosen returns the container that the user asked for, or "".
func (p *Pod) Chosen() string { return chosenByUser(p.currentPod()) }

// Learn records what the process behind the port in use reports about itself. From
// now on facts are those of the container that it belongs to.
func (p *Pod) Learn(e Evidence) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.mu.Lock()
	if p.port.Number == 0 || p.port.Container != "" {
		p.mu.Unlock()
		return
	}
	before := p.newUpdate()
	name := knownContainer(p.pod, p.port, p.wanted)
	if name == "" {
		name = e.ownerIn(p.pod)
	}
	p.settleContainer(name)
	u := p.newUpdate()
	p.mu.Unlock()
	if u.Facts != before.Facts {
		p.sendUpdate(u)
	}
}

// endedContainer identifies the container that serves the port in use by its end:
// the connection to the process broke, and no other container has restarted since it
// was made. It returns "" if the container is known already, or not certain. The
// caller holds mu.
func (p *Pod) endedContainer(next *corev1.Pod) string {
	if p.brokenAt.IsZero() || p.port.Number == 0 || knownContainer(p.pod, p.port, p.wanted) != "" || p.pod.UID != next.UID {
		return ""
	}
	var ended []string
	for name, id := range containerIdentities(next) {
		if was := p.brokenFrom[name]; was != "" && was != id {
			ended = append(ended, name)
		}
	}
	if len(ended) != 1 {
		return ""
	}
	return ended[0]
}

// containerIdentities returns the identities of the pod's containers, by name.
func containerIdentities(pod *corev1.Pod) map[string]string {
	all := map[string]string{}
	for _, name := range containerNames(pod) {
		all[name] = processIdentity(pod, []string{name})
	}
	return all
}

// settleContainer records which container serves the port in use. The caller holds
// mu.
func (p *Pod) settleContainer(name string) {
	if name == "" || p.port.Container != "" {
		return
	}
	if name != containerBehind(p.pod, p.port, p.wanted) {
		p.dropMeasured() // it is of another container
	}
	p.port.Container = name
}

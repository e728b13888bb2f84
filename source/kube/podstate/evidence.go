package podstate

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

// OwnerIn returns the container that the process must belong to, "" if the evidence
// fits more than one.
func (e Evidence) OwnerIn(pod *corev1.Pod) string {
	all := lastingContainers(pod)
	if len(all) == 1 {
		return all[0].Name
	}
	possible := slices.DeleteFunc(slices.Clone(all), func(c corev1.Container) bool {
		at := containerStart(StatusOf(pod, c.Name))
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
		switch apart := containerStart(StatusOf(pod, c.Name)).Sub(e.Start).Abs(); {
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

// ContainerIdentities returns the identities of the pod's containers, by name.
func ContainerIdentities(pod *corev1.Pod) map[string]string {
	all := map[string]string{}
	for _, name := range ContainerNames(pod) {
		all[name] = ProcessIdentity(pod, []string{name})
	}
	return all
}

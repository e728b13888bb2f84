package kube

import (
	corev1 "k8s.io/api/core/v1"

	"github.com/leaktop/leaktop/source/kube/podstate"
)

// Learn records what the process behind the port in use reports about itself. From then
// on, facts are those of the container that the process belongs to.
func (p *Pod) Learn(e podstate.Evidence) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.mu.Lock()
	if p.watched.Port.Number == 0 || p.watched.Port.Container != "" {
		p.mu.Unlock()
		return
	}
	before := p.newUpdate()
	name := p.watched.KnownContainer()
	if name == "" {
		name = e.OwnerIn(p.watched.Pod)
	}
	p.settleContainer(name)
	u := p.newUpdate()
	p.mu.Unlock()
	if u.Facts != before.Facts {
		p.updates.send(u)
	}
}

// endedContainer identifies the container that serves the port in use by its end:
// the connection to the process broke, and no other container has restarted since it
// was made. It returns "" if the container is known already, or not certain. The
// caller holds mu.
func (p *Pod) endedContainer(next *corev1.Pod) string {
	if p.conns.brokenAt.IsZero() || p.watched.Port.Number == 0 || p.watched.KnownContainer() != "" || p.watched.Pod.UID != next.UID {
		return ""
	}
	var ended []string
	for name, id := range podstate.ContainerIdentities(next) {
		if was := p.conns.brokenFrom[name]; was != "" && was != id {
			ended = append(ended, name)
		}
	}
	if len(ended) != 1 {
		return ""
	}
	return ended[0]
}

// settleContainer records which container serves the port in use. The caller holds
// mu.
func (p *Pod) settleContainer(name string) {
	if name == "" || p.watched.Port.Container != "" {
		return
	}
	if name != p.watched.Container() {
		p.meter.dropFigure() // it is of another container
	}
	p.watched.Port.Container = name
}

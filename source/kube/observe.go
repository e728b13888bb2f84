package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/leaktop/leaktop/profile"
)

// missedMost bounds the events kept while there is no watcher.
const missedMost = 64

// observe processes a state of the pod asked, or of its successor, and reports what
// changed. The watcher has been notified when it returns.
func (p *Pod) observe(asked, next *corev1.Pod) {
	p.take(next, asked.UID, nil)
}

// take continues with next, unless the user has switched to another pod since asked
// was requested. choose, if not nil, sets the port of a pod that the user chose and
// returns the event's text.
func (p *Pod) take(next *corev1.Pod, asked types.UID, choose func() string) {
	p.order.Lock()
	defer p.order.Unlock()
	now := time.Now()

	p.mu.Lock()
	prev := p.pod
	names := servingContainers(prev, p.port, p.wanted)
	left := choose == nil && prev.UID != asked && prev.UID != next.UID
	if left || stale(prev, next, names) {
		p.mu.Unlock()
		return
	}
	before := p.update()
	ended := p.endedContainer(next)
	if ended != "" {
		p.settleContainer(ended)
		names = []string{ended}
	}
	p.pod, p.gone = next, time.Time{}
	text, restarted := change(prev, next, names, now)
	if ended != "" && !restarted { // the status was seen before the connection broke
		text, restarted = restart(statusOf(next, ended), limit(next, ended), now), true
	}
	if restarted {
		p.broken = time.Time{} // this is why
		p.dropMeasured()
	}
	moved := prev.UID != next.UID
	if choose != nil && moved {
		text = choose()
	}
	if moved && p.stopStream != nil {
		p.stopStream()
	}
	u := p.update()
	p.mu.Unlock()

	switch {
	case restarted:
		u.Restarted = true
		u.Event = &profile.Event{Time: now, Kind: profile.EventRestart, Text: text, Switched: choose != nil, Exit: lastExitOf(prev, next, names)}
	case text != "":
		u.Event = &profile.Event{Time: now, Kind: profile.EventNote, Text: text}
	case u.Facts == before.Facts && u.Ready == before.Ready:
		return
	}
	p.send(u)
	if moved {
		p.cut()
	}
}

// update returns what is known. The caller holds order or mu.
func (p *Pod) update() Update {
	return Update{
		Facts:      facts(p.pod, p.port, p.wanted, time.Now()),
		Ready:      ready(p.pod, containerBehind(p.pod, p.port, p.wanted)),
		WorkingSet: p.workingSet, WorkingSetTime: p.measured,
		Err: p.err,
	}
}

// send notifies the watcher. The caller holds order.
func (p *Pod) send(u Update) {
	if p.tell != nil {
		p.tell(u)
		return
	}
	if u.Event != nil && len(p.missed) < missedMost {
		p.missed = append(p.missed, u)
	}
}

// listen sets the watcher and sends it missed events and the current state.
func (p *Pod) listen(tell func(Update)) {
	p.order.Lock()
	defer p.order.Unlock()
	p.tell = tell
	if tell == nil {
		return
	}
	for _, u := range p.missed {
		tell(u)
	}
	p.missed = nil
	tell(p.update())
}

// state notifies the watcher when access to the cluster fails or works again.
func (p *Pod) state(err error) {
	p.order.Lock()
	defer p.order.Unlock()
	p.mu.Lock()
	same := errorText(err) == errorText(p.err)
	p.err = err
	u := p.update()
	p.mu.Unlock()
	if !same {
		p.send(u)
	}
}

func errorText(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}

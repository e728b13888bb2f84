package kube

import (
	"time"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/types"

	"github.com/leaktop/leaktop/profile"
)

// maxMissed bounds the events kept while there is no watcher.
const maxMissed = 64

// applyObservation processes a state of the pod asked, or of its successor, and reports what
// changed. The watcher has been notified when it returns.
func (p *Pod) applyObservation(asked, next *corev1.Pod) {
	p.applyPod(next, asked.UID, nil)
}

// applyPod continues with next, unless the user has switched to another pod since asked
// was requested. choose, if not nil, sets the port of a pod that the user chose and
// returns the event's text.
func (p *Pod) applyPod(next *corev1.Pod, asked types.UID, choose func() string) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	now := time.Now()

	p.mu.Lock()
	prev := p.pod
	names := servingContainers(prev, p.port, p.wanted)
	left := choose == nil && prev.UID != asked && prev.UID != next.UID
	if left || isStale(prev, next, names) {
		p.mu.Unlock()
		return
	}
	before := p.newUpdate()
	ended := p.endedContainer(next)
	if ended != "" {
		p.settleContainer(ended)
		names = []string{ended}
	}
	p.pod, p.goneSince = next, time.Time{}
	text, restarted := describeChange(prev, next, names, now)
	if ended != "" && !restarted { // the status was seen before the connection broke
		text, restarted = describeRestart(statusOf(next, ended), memoryLimit(next, ended), now), true
	}
	if restarted {
		p.brokenAt = time.Time{} // this is why
		p.dropMeasured()
	}
	moved := prev.UID != next.UID
	if choose != nil && moved {
		text = choose()
	}
	if moved && p.stopStream != nil {
		p.stopStream()
	}
	u := p.newUpdate()
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
	p.sendUpdate(u)
	if moved {
		p.closeConns()
	}
}

// newUpdate returns what is known. The caller holds order or mu.
func (p *Pod) newUpdate() Update {
	return Update{
		Facts:      factsOf(p.pod, p.port, p.wanted, time.Now()),
		Ready:      isReady(p.pod, containerBehind(p.pod, p.port, p.wanted)),
		WorkingSet: p.workingSet, WorkingSetTime: p.measured,
		Err: p.err,
	}
}

// sendUpdate notifies the watcher. The caller holds order.
func (p *Pod) sendUpdate(u Update) {
	if p.listener != nil {
		p.listener(u)
		return
	}
	if u.Event != nil && len(p.missed) < maxMissed {
		p.missed = append(p.missed, u)
	}
}

// setListener sets the watcher and sends it missed events and the current state.
func (p *Pod) setListener(tell func(Update)) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.listener = tell
	if tell == nil {
		return
	}
	for _, u := range p.missed {
		tell(u)
	}
	p.missed = nil
	tell(p.newUpdate())
}

// setError notifies the watcher when access to the cluster fails or works again.
func (p *Pod) setError(err error) {
	p.orderMu.Lock()
	defer p.orderMu.Unlock()
	p.mu.Lock()
	same := messageOf(err) == messageOf(p.err)
	p.err = err
	u := p.newUpdate()
	p.mu.Unlock()
	if !same {
		p.sendUpdate(u)
	}
}

func messageOf(err error) string {
	if err == nil {
		return ""
	}
	return err.Error()
}
